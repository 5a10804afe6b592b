/** `mmcheck list` and `mmcheck explain`. */
import * as Effect from 'effect/Effect';
import type { ExitCode, Setting } from './check.ts';
import { explainText, functionText, KINDS, listJson, listText } from './report/listing.ts';
import { UnknownName } from './unusable.ts';

const holds: ExitCode = 0;

export const list = Effect.fnUntraced(function* ({ catalogue, out }: Setting, asked: string, json: boolean) {
  const kind = KINDS.find((one) => one === asked);
  if (kind === undefined) return yield* new UnknownName({ kind: 'list', asked, known: KINDS });
  out.write(`${json ? listJson(catalogue, kind) : listText(catalogue, kind)}\n`);
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
  const text = found?.join('\n\n') ?? functionText(catalogue, asked.replace(/\(\)$/, ''));
  if (text === '') {
    const known = [...new Set(KINDS.flatMap((kind) => catalogue[kind].map(({ name }) => name)))];
    return yield* new UnknownName({ kind: 'entry', asked, known });
  }
  out.write(`${text}\n`);
  return holds;
});
