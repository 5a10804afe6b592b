/**
 * The functions of entries of a kernel: those of its release, with what toggles change. A toggle that replaces an abstract
 * function of entries (arch/x86.ts) stands for a part of what a release, or a version of a series, has in each architecture.
 */
import type { Architecture, PgtableChange, PgtableRelease } from '../formats/architecture.ts';
import { assemble, type FunctionName, type Functions, type PgtablePatch } from '../formats/pgtable.ts';

/** A toggle at a value, and the functions that it takes from a version of a series. */
interface FromSeries {
  readonly toggle: string;
  readonly value: string;
  readonly series: string;
  readonly takes: (name: FunctionName) => boolean;
}

const V2 = 'huge-remap-pfn-range@v2';
const V3 = 'huge-remap-pfn-range@v3';
const V4 = 'huge-remap-pfn-range@v4';
const all = (): boolean => true;
const isPgprot = (name: FunctionName): boolean => name === 'pmd_pgprot' || name === 'pud_pgprot';

const FROM_SERIES: readonly FromSeries[] = [
  { toggle: 'pfn-pmd-format', value: 'base-pte', series: V4, takes: (name) => !isPgprot(name) },
  { toggle: 'split-pgprot', value: 'pte-clrhuge', series: V2, takes: all },
  { toggle: 'split-pgprot', value: 'pfn-pte-filter', series: V3, takes: all },
  { toggle: 'split-pgprot', value: 'base-pte', series: V4, takes: (name) => name === 'pmd_pgprot' },
  { toggle: 'pud-pgprot', value: 'base-pte', series: V4, takes: (name) => name === 'pud_pgprot' },
];

/** The release whose pmd_modify() a kernel has, by the toggle pmd-modify-dirty. */
const MODIFY_OF: Readonly<Record<string, Readonly<Partial<Record<PgtableRelease, PgtableRelease>>>>> = {
  keeps: { 'v7.1': 'v7.3', 'v6.18': 'v7.3', 'v6.12': 'v6.12.117' },
  drops: { 'v7.3': 'v7.1', 'v6.12.117': 'v6.12' },
};

/** The toggles of which a kernel with the entries of an architecture has more than what they replace in one without. */
export const ENTRY_TOGGLES: readonly string[] = [
  ...new Set(FROM_SERIES.map(({ toggle }) => toggle)),
  'pmd-modify-dirty',
];

/** A change without the functions that are not taken; of which nothing is left, none. */
const part = (changes: readonly PgtableChange[], takes: (name: FunctionName) => boolean): readonly PgtableChange[] =>
  changes.flatMap((change) => {
    const taken = Object.entries(change.patch).filter(([name]) => takes(name as FunctionName));
    return taken.length === 0 ? [] : [{ ...change, patch: Object.fromEntries(taken) }];
  });

/** What a kernel has otherwise than `define`; `valueOf`: what a toggle is set to, all said. */
export const entryChanges = (
  { releases, series: versions }: Architecture,
  release: PgtableRelease,
  valueOf: (toggle: string) => string | undefined,
): readonly PgtableChange[] => {
  const modify = MODIFY_OF[valueOf('pmd-modify-dirty') ?? '']?.[release] ?? release;
  return [
    ...part(releases[release] ?? [], (name) => name !== 'pmd_modify'),
    ...part(releases[modify] ?? [], (name) => name === 'pmd_modify'),
    ...FROM_SERIES.filter(({ toggle, value }) => valueOf(toggle) === value).flatMap(({ series, takes }) =>
      part(versions[series] ?? [], takes),
    ),
  ];
};

/** A function that a change replaces. `by`: which of the changes of this function it is, for who watches it. */
interface Replacement {
  readonly by: string;
  readonly patch: PgtablePatch;
  readonly replace: unknown;
}

const replacementsOf = (changes: readonly PgtableChange[]): readonly Replacement[] => {
  const replaced = changes.flatMap(({ patch }) => Object.entries(patch));
  return replaced.map(([name, replace], i) => {
    const nth = replaced.slice(0, i + 1).filter(([one]) => one === name).length;
    return { by: `${name}() ${nth}`, patch: { [name]: replace }, replace };
  });
};

/** By whom functions of entries are replaced in one of two kernels, and not so in the other. */
export const otherReplacements = (x: readonly PgtableChange[], y: readonly PgtableChange[]): readonly string[] => {
  const [ofX, ofY] = [x, y].map((one) => new Map(replacementsOf(one).map(({ by, replace }) => [by, replace] as const)));
  return [...new Set([...ofX!.keys(), ...ofY!.keys()])].filter((by) => ofX!.get(by) !== ofY!.get(by));
};

/** Patches that no series has, and who watches what releases, series and toggles change. */
export interface OnTop {
  readonly onTop?: readonly PgtablePatch[];
  /** Gets what a toggle changes, or what `otherReplacements` names, and gives what does the same. */
  readonly watch?: (by: string, patch: PgtablePatch) => PgtablePatch;
}

/** The functions of a kernel, from `define` on; patches that no series has come last. */
export const entryFunctions = (
  architecture: Architecture,
  release: PgtableRelease,
  valueOf: (toggle: string) => string | undefined,
  { onTop = [], watch = (_by, patch) => patch }: OnTop = {},
): Functions => {
  const { define, mended = {} } = architecture;
  const asked = Object.entries(mended).flatMap(([setting, patch]) => {
    const [toggle = '', value] = setting.split('=');
    return valueOf(toggle) === value ? [watch(toggle, patch)] : [];
  });
  const changes = replacementsOf(entryChanges(architecture, release, valueOf)).map(({ by, patch }) => watch(by, patch));
  return assemble(define, [...changes, ...asked, ...onTop]) as Functions;
};
