/** How `explain` sets an entry of the catalogue: its name, what it says, a row for each fact, its source, further paragraphs. */
import type { Named } from '../catalogue.ts';
import { hang } from './columns.ts';

/** 'label       text', and the rest of the text under it. */
export const row = (label: string, text: string, width = 11): readonly string[] =>
  hang(`  ${label.padEnd(width)} `, text);

export const entryText = (kind: string, { name, says, cites, more = [] }: Named, facts: readonly string[]): string =>
  [
    ...hang('', `${name} (${kind})`),
    ...hang('  ', says),
    ...facts,
    ...(cites === undefined ? [] : row('cites', cites)),
    ...more.flatMap((text) => ['', ...hang('  ', text)]),
  ].join('\n');
