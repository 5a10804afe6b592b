/** `mmcheck new-patch NAME`: a patch to begin with, and what an editor needs to type-check it, outside the project. */
import { existsSync, globSync, readFileSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { basename, dirname, join, relative, resolve } from 'node:path';
import * as Effect from 'effect/Effect';
import { hugetlb_v7_1 } from '../model/hugetlb/releases/v7_1.ts';
import { v7_1 } from '../model/releases/v7_1.ts';
import type { Catalogue } from './catalogue.ts';
import type { ExitCode, Setting } from './check.ts';
import { quoted } from './finished.ts';
import { REPLACEABLE, type Section } from './impact/model_index.ts';
import { matching } from './named.ts';
import { compilerOptions } from './own_file/type_check.ts';
import { hang } from './report/columns.ts';
import { BadFile, UnknownName } from './unusable.ts';
import { prepareDirectory, reason } from './write_trace.ts';

export interface NewPatchAsked {
  readonly name: string;
  readonly function: string | undefined;
  /** Architectures whose entries it changes, as 'x86_*'. */
  readonly entries: string | undefined;
}

/** What is overridden: a function of a model, or one of the entries of architectures. */
interface Overridden {
  readonly section: Section | 'entries';
  readonly name: string;
  /** Of entries the architectures, as 'x86_*', and one of them that worlds carry. */
  readonly pattern?: string;
  readonly carried?: string | undefined;
}

const OF_KERNEL = `  // Functions of the kernel, by name. Each is made from the one before it, so that a patch can do something in front of it or
  // behind it, call it with something else, or not call it at all. \`s\` is the machine and its kernel: \`s.pmd.at(row)\` reads an
  // entry, \`s.kernel.pmd_pgprot(e)\` calls a function.`;

const OF_ENTRIES = `  // Functions of page-table entries, by architecture or a pattern of names (\`mmcheck list architectures\`). Each is made from the one
  // before it, and from \`t\`, all functions of the architecture. An entry is a word of 64 bits in two halves; what makes and reads
  // it is imported from 'mmcheck/entries'.`;

/** Where the functions of a kernel have their types; read once. */
const types = new Map<Section, string>();
const typesOf = (section: Section): string => {
  const model = new URL('../model/', import.meta.url);
  const files = section === 'hugetlb' ? 'hugetlb/**/*.ts' : '{mm,fs,virt,drivers}/**/*.ts';
  const text =
    types.get(section) ??
    globSync(files, { cwd: model })
      .toSorted()
      .map((file) => readFileSync(new URL(file, model), 'utf8'))
      .join('\n');
  types.set(section, text);
  return text;
};

/** 's: Sys, vma?: Vma' → 's, vma' */
const namesIn = (list: string): string =>
  list
    .split(',')
    .map((one) => /^\s*(\w+)/.exec(one)?.[1] ?? '')
    .filter((name) => name !== '')
    .join(', ');

/**
 * The names of the arguments that a function takes: where its type has them, or, if it has that of a function of the model, as this is
 * declared. '...args' where there are none to be found.
 */
export const argumentsOf = (section: Section, name: string): string => {
  const kernel = { mm: v7_1, hugetlb: hugetlb_v7_1 }[section] as unknown as Readonly<Record<string, unknown>>;
  const [, list, like] =
    new RegExp(`^ {2}readonly ${name}: (?:\\(([^()]*)\\) =>|(typeof) )`, 'm').exec(typesOf(section)) ?? [];
  const [, declared = ''] = like === undefined ? [] : (/^\(([\w\s,]*)\)/.exec(String(kernel[name])) ?? []);
  return namesIn(list ?? declared) || '...args';
};

/** It takes what the one before it takes, and passes that on. */
const passedOn = (section: Section, name: string): string => {
  const names = argumentsOf(section, name);
  return `(base) =>
      (${names}) =>
        base(${names})`;
};

const bodyOf = ({ section, name, pattern }: Overridden): string => {
  if (section === 'entries')
    return `${OF_ENTRIES}
  entries: {
    '${pattern}': {
      ${name}:
        (base, t) =>
        (...args) =>
          base(...args),
    },
  },`;
  return `${OF_KERNEL} What else there is: model/${section}, imported as
  // 'mmcheck/model/${section === 'mm' ? 'mm/pgtable' : 'hugetlb/pgalloc'}.ts'.
  ${section}: {
    ${name}:
      ${passedOn(section, name)},
  },`;
};

/** How to ask what it changes. */
const commandsFor = ({ section, pattern, carried }: Overridden, file: string): readonly string[] => {
  if (section !== 'entries') return [`npx mmcheck validate ${file}`];
  return [
    `npx mmcheck laws --arch '${pattern}' --patch ${file}`,
    ...(carried === undefined ? [] : [`npx mmcheck validate ${file} --arch ${carried}`]),
  ];
};

const textOf = (file: string, one: Overridden): string => `/**
 * A patch for mmcheck. What it mends and what it breaks:
 *
${commandsFor(one, file)
  .map((command) => ` *   ${command}\n`)
  .join('')} *
 * \`check --patch\`, \`equiv\`, \`laws --patch\` and \`replay --patch\` take it, too.
 */
import { patch } from 'mmcheck/patch';

export default patch({
  // As the subject of a mail has it.
  title: 'mm: change ${one.name}()',

  // The kernel that it is put on; a series in front of it as in 'v6.11+huge-pfnmaps@v2'. See \`mmcheck list kernels\`.
  base: 'v7.1',

${bodyOf(one)}

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

/** The function of a model that is asked for. */
const ofKernel = Effect.fnUntraced(function* (name: string) {
  const section = REPLACEABLE.get(name);
  if (section === undefined)
    return yield* new UnknownName({ kind: 'function', asked: name, known: [...REPLACEABLE.keys()] });
  return { section, name } satisfies Overridden;
});

/** The function of the entries of architectures. */
const ofEntries = Effect.fnUntraced(function* (
  { architectures }: Pick<Catalogue, 'architectures'>,
  pattern: string,
  name: string,
) {
  const asked = yield* matching('architecture', [pattern], architectures);
  const known = [...new Set(asked.flatMap(({ functions }) => functions))];
  if (!known.includes(name))
    return yield* new UnknownName({ kind: 'function of entries', asked: name, known, of: pattern });
  const carried = asked.find(({ frames }) => frames !== undefined)?.name;
  return { section: 'entries', name, pattern, carried } satisfies Overridden;
});

export const newPatch = Effect.fnUntraced(function* ({ catalogue, out }: Setting, asked: NewPatchAsked) {
  const { entries, function: name } = asked;
  const one: Overridden =
    entries === undefined
      ? yield* ofKernel(name ?? 'zap_huge_pmd')
      : yield* ofEntries(catalogue, entries, name ?? 'pfn_pmd');
  const path = resolve(asked.name.endsWith('.ts') ? asked.name : `${asked.name}.ts`);
  if (existsSync(path)) return yield* new BadFile({ path, why: 'is there already', hint: 'take another name' });
  yield* prepareDirectory(dirname(path), 'new-patch');
  const here = relative(process.cwd(), path);
  const shown = here.startsWith('..') ? path : `./${here}`;
  yield* write(path, textOf(shown, one));
  const editor = yield* prepareEditor(dirname(path));
  const whose = one.pattern === undefined ? '' : ` of ${one.pattern}`;
  const [first = '', ...more] = commandsFor(one, quoted(shown));
  out.write(
    `${[
      ...hang('wrote ', `${path}: it overrides ${one.name}()${whose}, and changes nothing yet`),
      ...hang('      ', editor),
      ...hang('then  ', first),
      ...more.flatMap((command) => hang('      ', command)),
      `      (${basename(path)} says what else)`,
    ].join('\n')}\n`,
  );
  const code: ExitCode = 0;
  return code;
});
