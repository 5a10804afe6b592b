/** `mmcheck new-patch NAME`: a patch to begin with, and what an editor needs to type-check it, outside the project. */
import { existsSync, readFileSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { basename, dirname, join, relative, resolve } from 'node:path';
import * as Effect from 'effect/Effect';
import type { ExitCode, Setting } from './check.ts';
import { quoted } from './finished.ts';
import { REPLACEABLE, type Section } from './impact/model_index.ts';
import { compilerOptions } from './own_file/type_check.ts';
import { hang } from './report/columns.ts';
import { BadFile, UnknownName } from './unusable.ts';
import { prepareDirectory, reason } from './write_trace.ts';

export interface NewPatchAsked {
  readonly name: string;
  readonly function: string;
}

const textOf = (file: string, section: Section, name: string): string => `/**
 * A patch for mmcheck. What it mends and what it breaks:
 *
 *   npx mmcheck validate ${file}
 *
 * \`check --patch\`, \`equiv\`, \`laws --patch\` and \`replay --patch\` take it, too.
 */
import { patch } from 'mmcheck/patch';

export default patch({
  // As the subject of a mail has it.
  title: 'mm: change ${name}()',

  // The kernel that it is put on; a series in front of it as in 'v6.11+huge-pfnmaps@v2'. See \`mmcheck list kernels\`.
  base: 'v7.1',

  // Functions of the kernel, by name. Each is made from the one before it, so that a patch can do something in front of it or
  // behind it, call it with something else, or not call it at all. \`s\` is the machine and its kernel: \`s.pmd.at(row)\` reads an
  // entry, \`s.kernel.pmd_pgprot(e)\` calls a function. What else there is: model/${section === 'mm' ? 'mm' : 'hugetlb'}, imported as
  // 'mmcheck/model/${section === 'mm' ? 'mm/pgtable' : 'hugetlb/pgalloc'}.ts'.
  ${section}: {
    ${name}:
      (base) =>
      (...args) =>
        base(...args),
  },

  // Instead, or as well, toggles (\`mmcheck list toggles\`):
  // sets: { 'mprotect-pud': 'bad' },
});
`;

const tsconfig = (): string =>
  `${JSON.stringify({ compilerOptions: compilerOptions(), include: ['*.ts'] }, undefined, 2)}\n`;

const write = (path: string, text: string): Effect.Effect<void, BadFile> =>
  Effect.tryPromise({
    try: () => writeFile(path, text, { flag: 'wx' }),
    catch: (error) => new BadFile({ path, why: `cannot be written: ${reason(error)}` }),
  });

/** Written where there is none; one that is there is left alone, and it is said what it needs. */
const prepareEditor = Effect.fnUntraced(function* (directory: string) {
  const path = join(directory, 'tsconfig.json');
  if (!existsSync(path)) {
    yield* write(path, tsconfig());
    return `${path}: so that an editor type-checks it`;
  }
  return readFileSync(path, 'utf8').includes('mmcheck/patch')
    ? `${path} was there before`
    : `${path} is not mmcheck's: for an editor, it needs the "paths" of an empty directory's`;
});

export const newPatch = Effect.fnUntraced(function* ({ out }: Setting, asked: NewPatchAsked) {
  const section = REPLACEABLE.get(asked.function);
  if (section === undefined)
    return yield* new UnknownName({ kind: 'function', asked: asked.function, known: [...REPLACEABLE.keys()] });
  const path = resolve(asked.name.endsWith('.ts') ? asked.name : `${asked.name}.ts`);
  if (existsSync(path)) return yield* new BadFile({ path, why: 'is there already', hint: 'take another name' });
  yield* prepareDirectory(dirname(path), 'new-patch');
  const here = relative(process.cwd(), path);
  const shown = here.startsWith('..') ? path : `./${here}`;
  yield* write(path, textOf(shown, section, asked.function));
  const editor = yield* prepareEditor(dirname(path));
  out.write(
    `${[
      ...hang('wrote ', `${path}: it overrides ${asked.function}(), and changes nothing yet`),
      ...hang('      ', editor),
      ...hang('then  ', `npx mmcheck validate ${quoted(shown)}`),
      `      (${basename(path)} says what else)`,
    ].join('\n')}\n`,
  );
  const code: ExitCode = 0;
  return code;
});
