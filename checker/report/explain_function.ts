/** What `explain` says of a function that a patch can replace. */
import type { Catalogue } from '../catalogue.ts';
import { readCalled } from '../impact/called.ts';
import { worldsCalling } from '../impact/impact_of.ts';
import { readModelIndex } from '../impact/model_index.ts';
import { entryText, row } from './entry_text.ts';
import { functionText } from './explain_text.ts';
import { worldsText } from './impact_text.ts';

/** Undefined if there is none of this name. */
export const explainFunction = (catalogue: Catalogue, asked: string): string | undefined => {
  const one = catalogue.functions.find(({ name }) => name === asked);
  if (one === undefined) return undefined;
  const files = readModelIndex().declared.get(asked) ?? [];
  const worlds = worldsCalling(readCalled(), asked, { files, replaceable: [asked] });
  const named = functionText(catalogue, asked);
  return [
    entryText('function', one, [
      ...row('model', files.length === 0 ? one.model : `${one.model}: model/${files.join(', model/')}`),
      ...row('toggles', one.toggles.length === 0 ? 'none replaces it' : one.toggles.join(', ')),
      ...row('called', worldsText(worlds)),
      ...row('to replace', `npx mmcheck new-patch NAME --function ${asked}`),
    ]),
    ...(named === '' ? [] : ['', named]),
  ].join('\n');
};
