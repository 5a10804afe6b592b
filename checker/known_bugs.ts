/** What is known of the bugs of the catalogue (model/bugs), without a search. A module of its own, since they are many files to read. */
import type { Bug } from '../model/bugs/bug.ts';
import { BUGS } from '../model/bugs/all.ts';
import { hangCommand, roomBeside, tableOf } from './report/columns.ts';
import { entryText, row } from './report/entry_text.ts';
import { operations } from './report/text.ts';

export const BUG_NAMES: readonly string[] = Object.keys(BUGS);

const fileOf = (name: string): string => `model/bugs/${name}.ts`;

const foundText = ({ bug: { violates, world, size = 'quick', arch, steps } }: Bug): string =>
  `${violates} in world ${world} (${size})${arch === undefined ? '' : ` with entries of ${arch}`}, by ${operations(steps)}`;

/** A bug by its name. */
export const explainBug = (name: string): string | undefined => {
  const one = BUGS[name];
  if (one === undefined) return undefined;
  const { title, author, source, says, base = 'v7.1', bug } = one;
  return [
    entryText('bug', { name, says: title }, [
      ...(author === undefined ? [] : row('author', author)),
      ...row('mended by', source?.includes(bug.fix) === true ? source : [bug.fix, source].filter(Boolean).join('; ')),
      ...(says === undefined ? [] : row('it is', says)),
      ...(bug.whatIf === undefined
        ? row('in', [bug.releases, bug.posted].filter(Boolean).join('; '))
        : row('what-if', bug.whatIf)),
      ...row('shown on', base),
      ...(bug.there === undefined ? [] : row('there', bug.there)),
      ...row('violates', foundText(one)),
      ...row('file', fileOf(name)),
    ]),
    ...hangCommand('  find it     ', [`npx mmcheck bugs ${name}`, '--verbose']),
    ...hangCommand('  elsewhere   ', ['npx mmcheck check', `--patch ${fileOf(name)}`, '--world WORLD']),
  ].join('\n');
};

/** The bugs that have a word in what they say, as text or JSON; undefined where none has. */
export const listBugs = (word: string | undefined, json: boolean): string | undefined => {
  const about = (one: object): boolean =>
    word === undefined || JSON.stringify(one).toLowerCase().includes(word.toLowerCase());
  const some = Object.entries(BUGS).filter(([name, one]) => about({ name, ...one }));
  if (some.length === 0) return undefined;
  if (json)
    return JSON.stringify(
      some.map(([name, { mm: _mm, hugetlb: _hugetlb, entries: _entries, ...one }]) => ({ name, ...one })),
      null,
      2,
    );
  const rows = some.map(([name, { title }]) => [name, title]);
  const left = [{ title: 'name' }];
  return tableOf([...left, { title: 'title', max: roomBeside(left, rows) }], rows).join('\n');
};
