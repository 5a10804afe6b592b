/**
 * What of the kernel is modelled, by the names of its functions, as the sources of the model have them: functions that are declared
 * there, what model/README.md says that a file mirrors, and what the doc comments of a kernel's record say that a function decides.
 */
import { globSync, readFileSync } from 'node:fs';
import { hugetlb_v7_1 } from '../../model/hugetlb/releases/v7_1.ts';
import { v7_1 } from '../../model/releases/v7_1.ts';

export type Section = 'mm' | 'hugetlb';

export interface ModelIndex {
  /** Files of the model that declare a function of this name. */
  readonly declared: ReadonlyMap<string, readonly string[]>;
  /** Files that have it under another name, or as a part of something else. */
  readonly mirrored: ReadonlyMap<string, readonly string[]>;
  /** Functions of a kernel's record that decide in it, by what is written above them. */
  readonly decidedBy: ReadonlyMap<string, readonly string[]>;
  /** What is written above a function of a kernel's record, there or where it is declared. */
  readonly says: ReadonlyMap<string, string>;
  /** The kernel's files that a file of the model names. */
  readonly kernelFiles: ReadonlySet<string>;
}

const MODEL = new URL('../../model/', import.meta.url);

/** The functions that a patch can replace, and the part of a patch in which they stand; `install` of both is mm's. */
export const REPLACEABLE: ReadonlyMap<string, Section> = new Map(
  (
    [
      ['hugetlb', hugetlb_v7_1],
      ['mm', v7_1],
    ] as const
  ).flatMap(([section, kernel]) =>
    Object.entries(kernel).flatMap(([name, one]) => (typeof one === 'function' ? [[name, section] as const] : [])),
  ),
);

/** Whether a name is one that the kernel would give to a function: helpers of the model are in camel case. */
export const isKernelName = (name: string): boolean => /^[a-z_][\da-z_]*$/.test(name) || REPLACEABLE.has(name);

/** 'zap_huge_pmd(), as in copy_huge_pmd()' → both. */
const calledIn = (text: string): readonly string[] => [...text.matchAll(/\b(\w+)\(\)/g)].map(([, name]) => name!);

const add = (to: Map<string, string[]>, name: string, one: string): void => {
  const all = to.get(name);
  if (all === undefined) to.set(name, [one]);
  else if (!all.includes(one)) all.push(one);
};

/** What was proposed, and what patches bring back. */
const OF_NO_KERNEL = /^(?:proposals|bugs)\//;
const DECLARED = /^(?:export )?(?:const|function\*?) (\w+)/gm;
const FIELD = /\/\*\*((?:(?!\*\/)[^])*)\*\/\n\s*readonly (\w+)/g;
const DOCUMENTED = /\/\*\*((?:(?!\*\/)[^])*)\*\/\n(?:export )?(?:const|function\*?) (\w+)/g;
/** A doc comment as a sentence. */
const plain = (says: string): string => says.replaceAll(/\s*\n\s*\* ?/g, ' ').trim();
const KERNEL_FILE = /\b(?:arch|block|drivers|fs|include|kernel|lib|mm|virt)\/[\w/.*-]*\w\.[ch]\b/g;

/** What a file says of itself at its top, without what it stubs and leaves out. */
const headOf = (source: string): string =>
  (/^\/\*\*((?:(?!\*\/)[^])*)\*\//.exec(source)?.[1] ?? '').split(/Left out|Stubbed|Not /, 1)[0]!;

/** '- `mm/pgtable.ts`: pud_offset, pmd_offset. _Stubbed:_ …': what is mirrored stands before the first remark. */
const MIRRORS = /^- (`[^`]+\.ts`(?:, `[^`]+\.ts`)*): ((?:(?!\n-|\n\n|_Stubbed:_|_Left out:_)[^])*)/gm;

const readMirrors = (folder: string, mirrored: Map<string, string[]>): void => {
  const text = readFileSync(new URL(`${folder}README.md`, MODEL), 'utf8');
  for (const [, files = '', says = ''] of text.matchAll(MIRRORS))
    for (const [, file] of files.matchAll(/`([^`]+)`/g))
      for (const [, name] of says.matchAll(/(?<![\w.>`=-])(_*[a-z]\w*_\w*[a-z\d])\b(?![.`=-])/g))
        add(mirrored, name!, `${folder}${file}`);
};

/** Reads the sources once: some hundred files, a few milliseconds. */
export const readModelIndex = (): ModelIndex => {
  const [declared, mirrored, decidedBy] = [0, 1, 2].map(() => new Map<string, string[]>()) as [
    Map<string, string[]>,
    Map<string, string[]>,
    Map<string, string[]>,
  ];
  const kernelFiles = new Set<string>();
  const [ofRecord, ofFunction] = [new Map<string, string>(), new Map<string, string>()];
  const paths = globSync('**/*.ts', { cwd: MODEL }).filter((path) => !OF_NO_KERNEL.test(path));
  for (const path of paths.toSorted()) {
    const source = readFileSync(new URL(path, MODEL), 'utf8');
    for (const [, name] of source.matchAll(DECLARED)) if (isKernelName(name!)) add(declared, name!, path);
    for (const name of calledIn(headOf(source))) add(mirrored, name, path);
    for (const [, says, name] of source.matchAll(FIELD))
      if (REPLACEABLE.has(name!)) {
        ofRecord.set(name!, plain(says!));
        for (const called of calledIn(says!)) if (called !== name) add(decidedBy, called, name!);
      }
    for (const [, says, name] of source.matchAll(DOCUMENTED)) ofFunction.set(name!, plain(says!));
    for (const [file] of source.matchAll(KERNEL_FILE)) kernelFiles.add(file);
  }
  for (const folder of ['', 'hugetlb/']) readMirrors(folder, mirrored);
  return { declared, mirrored, decidedBy, says: new Map([...ofFunction, ...ofRecord]), kernelFiles };
};
