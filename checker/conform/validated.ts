/** How each operation of the model has been validated, from the records. */
import { byRelease } from '../catalogue.ts';
import { records, type RunRecord } from './records.ts';

/** "6.12.117+deb12-cloud-amd64" is long: the version alone. */
const version = ({ kernel }: RunRecord): string => /^[\d.]+/.exec(kernel)?.[0] ?? kernel;

/** As in "live on 6.18.44, level 1". */
const groundText = (one: RunRecord): string =>
  one.machine === 'live'
    ? `live on ${version(one)}, level ${one.level}`
    : `machine ${one.machine} with ${version(one)}, level ${one.level}`;

/** And the first of the scopes, where it is not of all. */
const headText = (one: RunRecord): string =>
  one.scopes === undefined ? groundText(one) : `${groundText(one)}, scope ${one.scopes[0]} and the like`;

/** What an operation rests on: all were read in the kernel's source; and which real kernels took every step of it as the model did. */
export const validationOf = (operation: string, all: readonly RunRecord[]): string => {
  const alike = all.filter((one) => (one.operations[operation] ?? 0) > 0).map(version);
  const kernels = [...new Set(alike)].toSorted(byRelease);
  return kernels.length === 0
    ? 'read in source, compared with no real kernel'
    : `read in source, and alike on real kernels: ${kernels.join(', ')}`;
};

/** Functions of the model by file, and of each where it was run; what no comparison ran was read in source, and no more. */
const functionRows = (all: readonly RunRecord[]): readonly string[] => {
  const ran = new Map<string, readonly RunRecord[]>();
  for (const one of all) {
    for (const name of one.never) if (!ran.has(name)) ran.set(name, []);
    for (const name of one.functions) ran.set(name, [...(ran.get(name) ?? []), one]);
  }
  const files = Map.groupBy([...ran.keys()].toSorted(), (name) => name.split(' ')[0]!);
  return [...files].map(([file, names]) => {
    const short = (name: string): string => `\`${name.slice(file.length + 1)}\``;
    const cells = all.map((one) => names.filter((name) => ran.get(name)!.includes(one)).length);
    const never = names.filter((name) => ran.get(name)!.length === 0).map(short);
    return `| ${file} | ${cells.map((n) => `${n} of ${names.length}`).join(' | ')} | ${never.join(', ') || '-'} |`;
  });
};

const line = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`;
const rule = (columns: number): string => line(Array.from({ length: columns }, () => '---'));

/** The tables of kernel, operation and function, as a page of Markdown. */
export const validatedText = (operations: readonly string[], all = records()): string => {
  const heads = all.map(headText);
  const steps = (name: string): readonly string[] => all.map(({ operations: of }) => `${of[name] ?? '-'}`);
  return [
    '# What has been validated, and where',
    '',
    'Made from `record/` by a test; `checker/conform/README.md` says how those were recorded. No step of any of these comparisons',
    'differed from the model.',
    '',
    line(['compared', 'with the modelled kernel', 'sequences', 'seed', 'all of length']),
    rule(5),
    ...all.map((one) => line([headText(one), one.against, `${one.sequences}`, `${one.seed}`, `${one.length}`])),
    '',
    '## Operations: steps found alike',
    '',
    line(['operation', ...heads]),
    rule(heads.length + 1),
    ...operations.map((name) => line([name, ...steps(name)])),
    '',
    'All were read in the source of the kernel. An operation with no number anywhere was compared with no real kernel.',
    '',
    '## Functions of the model that these comparisons ran',
    '',
    line(['file', ...heads, 'run in none of them']),
    rule(heads.length + 2),
    ...functionRows(all),
    '',
  ].join('\n');
};
