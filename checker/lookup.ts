/** `mmcheck list`, `mmcheck find` and `mmcheck explain`. */
import * as Effect from 'effect/Effect';
import type { Named } from './catalogue.ts';
import type { ExitCode, Setting } from './check.ts';
import { explainText, functionText, type Kind, KINDS, listJson, listText } from './report/listing.ts';
import { BadValue, NotFound, UnknownName } from './unusable.ts';

const holds: ExitCode = 0;

export const list = Effect.fnUntraced(function* ({ catalogue, out }: Setting, asked: string, json: boolean) {
  const kind = KINDS.find((one) => one === asked);
  if (kind === undefined) return yield* new UnknownName({ kind: 'list', asked, known: KINDS });
  out.write(`${json ? listJson(catalogue, kind) : listText(catalogue, kind)}\n`);
  return holds;
});

/** The catalogue with the entries of a kind alone that have a word in anything they say; undefined if none has. */
const about = (catalogue: Setting['catalogue'], kind: Kind, word: string): Setting['catalogue'] | undefined => {
  const all: readonly Named[] = catalogue[kind];
  const some = all.filter((one) => JSON.stringify(one).toLowerCase().includes(word.toLowerCase()));
  return some.length === 0 ? undefined : { ...catalogue, [kind]: some };
};

export const find = Effect.fnUntraced(function* ({ catalogue, out }: Setting, word: string) {
  if (word.trim() === '') return yield* new BadValue({ flag: 'find', asked: word, takes: 'a word' });
  const found = KINDS.flatMap((kind) => {
    const some = about(catalogue, kind, word);
    return some === undefined ? [] : [`${kind.toUpperCase()}\n${listText(some, kind)}`];
  });
  if (found.length === 0) return yield* new NotFound({ word });
  out.write(`${found.join('\n\n')}\n`);
  return holds;
});

/** `lazy-reserve@v1` is explained with its series; `T9` is the toggle that begins with it in what it says. */
const namesFor = ({ series, toggles }: Setting['catalogue'], asked: string): readonly string[] => [
  asked,
  ...series.flatMap(({ name, versions }) =>
    versions.some(({ version }) => asked === `${name}@${version}` || asked.startsWith(`${name}@${version}.`))
      ? [name]
      : [],
  ),
  ...toggles.flatMap(({ name, says }) => (says.startsWith(`${asked}: `) ? [name] : [])),
];

export const explain = Effect.fnUntraced(function* ({ catalogue, out }: Setting, asked: string) {
  const found = namesFor(catalogue, asked)
    .map((name) => explainText(catalogue, name))
    .find((some) => some.length > 0);
  const called = asked.trim().replace(/\(\)$/, '');
  const text = found?.join('\n\n') ?? (called === '' ? '' : functionText(catalogue, called));
  if (text === '') {
    const known = [...new Set(KINDS.flatMap((kind) => catalogue[kind].map(({ name }) => name)))];
    return yield* new UnknownName({ kind: 'entry', asked, known });
  }
  out.write(`${text}\n`);
  return holds;
});
