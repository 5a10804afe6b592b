/** `mmcheck list`, `mmcheck find` and `mmcheck explain`. */
import * as Effect from 'effect/Effect';
import type { Named } from './catalogue.ts';
import type { ExitCode, Setting } from './check.ts';
import { find as findNamed } from './named.ts';
import { versionsOf } from './plan.ts';
import { explainFunction } from './report/explain_function.ts';
import { explainText, functionText } from './report/explain_text.ts';
import { type Kind, KINDS, listJson, listText, STATUSES } from './report/listing.ts';
import { explainVersion } from './report/series_text.ts';
import { BadValue, NotFound, UnknownName } from './unusable.ts';

const holds: ExitCode = 0;

/** The catalogue with the entries of a kind alone that have a word in anything they say; undefined if none has. */
const about = (catalogue: Setting['catalogue'], kind: Kind, word: string): Setting['catalogue'] | undefined => {
  const all: readonly Named[] = catalogue[kind];
  const some = all.filter((one) => JSON.stringify(one).toLowerCase().includes(word.toLowerCase()));
  return some.length === 0 ? undefined : { ...catalogue, [kind]: some };
};

/** What `list` is to leave out; undefined: nothing. */
export interface Asked {
  readonly json: boolean;
  readonly kernel: string | undefined;
  readonly status: string | undefined;
  readonly word: string | undefined;
}

const onlyFindings = (asked: string, kernel: string | undefined): BadValue =>
  new BadValue({ flag: kernel === undefined ? '--status' : '--kernel', asked, takes: 'findings alone' });

/** The findings of a kernel, of a status, or of both. */
const findingsLike = Effect.fnUntraced(function* (catalogue: Setting['catalogue'], { kernel, status }: Asked) {
  const { name } = kernel === undefined ? {} : yield* findNamed('kernel', kernel, catalogue.kernels);
  const wanted = STATUSES.find((one) => one.replace(' ', '-') === status);
  if (status !== undefined && wanted === undefined) {
    const known = STATUSES.map((one) => one.replace(' ', '-'));
    return yield* new UnknownName({ kind: 'status', asked: status, known });
  }
  const findings = catalogue.findings.filter(
    (one) => (name === undefined || one.kernels.includes(name)) && (wanted === undefined || one.status === wanted),
  );
  return { ...catalogue, findings };
});

/** Read only where they are asked for. */
const knownBugs = Effect.promise(() => import('./known_bugs.ts'));

const bugsListed = Effect.fnUntraced(function* ({ out }: Setting, { json, kernel, status, word }: Asked) {
  if (kernel !== undefined || status !== undefined) return yield* onlyFindings('bugs', kernel);
  const { listBugs } = yield* knownBugs;
  const text = listBugs(word, json);
  if (text === undefined) return yield* new NotFound({ word: word ?? '', kind: 'bugs' });
  out.write(`${text}\n`);
  return holds;
});

export const list = Effect.fnUntraced(function* (setting: Setting, asked: string, how: Asked) {
  const { catalogue, out } = setting;
  const { json, kernel, status, word } = how;
  const kind = KINDS.find((one) => one === asked);
  if (asked === 'bugs') return yield* bugsListed(setting, how);
  if (kind === undefined) return yield* new UnknownName({ kind: 'list', asked, known: [...KINDS, 'bugs'] });
  if (kind !== 'findings' && (kernel !== undefined || status !== undefined)) return yield* onlyFindings(kind, kernel);
  const some = yield* findingsLike(catalogue, how);
  const found = word === undefined ? some : about(some, kind, word);
  if (found === undefined || found[kind].length === 0) {
    const flags = Object.values({ kernel, status, word }).filter((one) => one !== undefined);
    return yield* new NotFound({ word: flags.join(' '), kind });
  }
  out.write(`${json ? listJson(found, kind) : listText(found, kind)}\n`);
  return holds;
});

export const find = Effect.fnUntraced(function* ({ catalogue, out }: Setting, word: string) {
  if (word.trim() === '') return yield* new BadValue({ flag: 'find', asked: word, takes: 'a word' });
  const found = KINDS.flatMap((kind) => {
    const some = about(catalogue, kind, word);
    return some === undefined ? [] : [`${kind.toUpperCase()}\n${listText(some, kind)}`];
  });
  const bugs = (yield* knownBugs).listBugs(word, false);
  const all = [...found, ...(bugs === undefined ? [] : [`BUGS\n${bugs}`])];
  if (all.length === 0) return yield* new NotFound({ word });
  out.write(`${all.join('\n\n')}\n`);
  return holds;
});

/** `T9` is the toggle that begins with it in what it says. */
const namesFor = ({ toggles }: Setting['catalogue'], asked: string): readonly string[] => [
  asked,
  ...toggles.flatMap(({ name, says }) => (says.startsWith(`${asked}: `) ? [name] : [])),
];

export const explain = Effect.fnUntraced(function* ({ catalogue, out }: Setting, asked: string) {
  const found = namesFor(catalogue, asked)
    .map((name) => explainText(catalogue, name))
    .find((some) => some.length > 0);
  const called = asked.trim().replace(/\(\)$/, '');
  const named = found?.join('\n\n') ?? explainVersion(catalogue, asked);
  const text =
    [named, called === '' ? undefined : explainFunction(catalogue, called)].filter(Boolean).join('\n\n') ||
    (called === '' ? '' : functionText(catalogue, called));
  if (text === '') {
    // Says which series and versions there are.
    if (asked.includes('@')) yield* versionsOf(catalogue, asked);
    const { BUG_NAMES, explainBug } = yield* knownBugs;
    const bug = explainBug(asked);
    if (bug === undefined) {
      const names = KINDS.flatMap((kind) => catalogue[kind].map(({ name }) => name));
      return yield* new UnknownName({ kind: 'entry', asked, known: [...new Set([...names, ...BUG_NAMES])] });
    }
    out.write(`${bug}\n`);
    return holds;
  }
  out.write(`${text}\n`);
  return holds;
});
