/** Worlds that carry the entries of an architecture bit for bit: which ones can, on which machine, and with which kernel. */
import { type Carried, type Codec, codecOf, FIRST_PFN } from '../model/arch/carried.ts';
import { CARRIED } from '../model/arch/carried_all.ts';
import {
  ENTRY_TOGGLES,
  entryChanges,
  entryFunctions,
  type OnTop,
  otherReplacements,
} from '../model/arch/entry_functions.ts';
import { exactly } from '../model/arch/exact.ts';
import { assemble, type Pgtable } from '../model/formats/pgtable.ts';
import { PGTABLE_RELEASES, type PgtableRelease } from '../model/formats/architecture.ts';
import type { Kernel } from '../model/mm/kernel.ts';
import type { LookingUp } from '../model/operations/alphabet.ts';
import type { Geometry } from '../model/state/geometry.ts';
import { isHash, type Machine } from '../model/state/machine.ts';
import { SIZES, type ToggleEntry } from './catalogue.ts';
import { inferredOf } from './laws/under_test.ts';
import type { MmWorldEntry } from './worlds/scope.ts';

/** @throws RangeError on a name that is none of them. */
export const carriedNamed = (name: string): Carried => {
  const found = CARRIED.find(({ architecture }) => architecture.name === name);
  if (found === undefined) throw new RangeError(`no world carries entries of ${name}`);
  return found;
};

/** Whether a PTE has a bit for what userfaultfd protects. */
const hasUffdWp = ({ architecture, prots }: Carried): boolean => {
  const t: Pgtable = assemble(architecture.define);
  return t.pte_mkuffd_wp !== undefined && t.pte_uffd_wp?.(t.pte_mkuffd_wp(prots.R)) === true;
};

type Arch = Machine['arch'];
/** KVM is modelled as these two have it, and acrn and s390_pci_mmio_read() are of one machine alone. */
const LOOKS_UP_ON: Readonly<Partial<Record<LookingUp['by'], readonly Arch[]>>> = {
  kvm: ['x86', 'arm64'],
  acrn: ['x86'],
  s390: ['s390'],
};

/** Whether the architecture has who looks frames up in a world, and survives memory that breaks. */
const isBuilt = ({ sizes }: MmWorldEntry, { architecture, machine }: Carried): boolean =>
  SIZES.every((size) => {
    const { alphabet, geometry } = sizes[size];
    const looksUp = alphabet.lookups.every(({ by }) => LOOKS_UP_ON[by]?.includes(machine.arch) !== false);
    return looksUp && (geometry.poison === 0 || architecture.memoryFailure);
  });

/**
 * Whether a world is asked of this architecture. One that is made for a machine of its own is asked of that alone, one with
 * reservations of cache modes of x86, and one of write-protected pages where entries have a bit for it.
 */
export const isFor = (entry: MmWorldEntry, carried: Carried): boolean => {
  const { arch, machine, sizes } = entry;
  const own = carried.machine;
  if (!isBuilt(entry, carried)) return false;
  const protects = SIZES.some((size) => sizes[size].alphabet.uffdProtects.length > 0);
  if (protects && !hasUffdWp(carried)) return false;
  const same = machine.arch === own.arch && isHash(machine) === isHash(own);
  if (SIZES.some((size) => sizes[size].geometry.memtypes > 0)) return same;
  return arch === undefined || same;
};

/** The machine of a world, as far as the architecture has what it has. */
export const machineFor = ({ machine }: Pick<MmWorldEntry, 'machine'>, { machine: own }: Carried): Machine => ({
  ...machine,
  arch: own.arch,
  depositsPer: isHash(own) || isHash(machine) ? own.depositsPer : machine.depositsPer,
  pmdLeaves: machine.pmdLeaves && own.pmdLeaves,
  pudLeaves: machine.pudLeaves && own.pudLeaves,
  pmdSpecial: machine.pmdSpecial && own.pmdSpecial,
  pudSpecial: machine.pudSpecial && own.pudSpecial,
});

/** What a toggle changes of the entries of architectures: of some and nothing else, or more than it changes without them. */
export const ofEntries = (toggle: string): Pick<ToggleEntry, 'entriesOf' | 'alsoOfEntries'> => {
  const having = CARRIED.filter(({ architecture: { mended = {} } }) =>
    Object.keys(mended).some((one) => one.startsWith(`${toggle}=`)),
  );
  return {
    ...(having.length === 0 ? {} : { entriesOf: having.map(({ architecture: { name } }) => name) }),
    ...(ENTRY_TOGGLES.includes(toggle) ? { alsoOfEntries: true } : {}),
  };
};

/** @throws RangeError for a release in whose sources nobody has read the functions of the architectures. */
const readRelease = (release: string): PgtableRelease => {
  const known = PGTABLE_RELEASES.find((one) => one === release);
  if (known === undefined) throw new RangeError(`the entries of ${release} are not known bit for bit`);
  return known;
};

/** What of the functions of entries of a kernel is inferred. */
export const inferredIn = (
  arch: string,
  release: string,
  valueOf: (toggle: string) => string | undefined,
): readonly string[] => inferredOf(entryChanges(carriedNamed(arch).architecture, readRelease(release), valueOf));

/** A release with what its toggles are set to, all said. */
export interface OfRelease {
  readonly release: string;
  readonly valueOf: (toggle: string) => string | undefined;
}

/** What two kernels have otherwise of the functions of entries: by whom they are replaced, and which one of the two lacks. */
export const entriesBetween = (
  arch: string,
  ...both: readonly [OfRelease, OfRelease]
): { readonly by: readonly string[]; readonly lacked: readonly string[] } => {
  const { architecture } = carriedNamed(arch);
  const [x, y] = both.map(({ release, valueOf }) => [architecture, readRelease(release), valueOf] as const);
  const [has, hasToo] = [entryFunctions(...x!), entryFunctions(...y!)];
  return {
    by: otherReplacements(entryChanges(...x!), entryChanges(...y!)),
    lacked: Object.keys(assemble(architecture.define)).filter((name) => name in has !== name in hasToo),
  };
};

/** The kernel with the functions of entries of an architecture, and how its states are read. */
export const exactKernel = (
  kernel: Kernel,
  carried: Carried,
  geometry: Geometry,
  release: string,
  valueOf: (toggle: string) => string | undefined,
  onTop: OnTop = {},
): { readonly kernel: Kernel; readonly exact: Codec } => {
  const t = entryFunctions(carried.architecture, readRelease(release), valueOf, onTop);
  const exact = codecOf(carried, geometry, t);
  return { kernel: exactly(kernel, exact, t), exact };
};

const hex = (number: number): string => `0x${number.toString(16)}`;

/** What the frames of a world stand for, for the head of a report; nothing where no world carries the entries. */
export const framesInWords = (name: string): { readonly frames?: string } => {
  const carried = CARRIED.find(({ architecture }) => architecture.name === name);
  if (carried === undefined) return {};
  const { levels, order } = carried.architecture;
  const pmds = `PMD leaf i, from 0 on, stands for pfn ${hex(FIRST_PFN)} + i * ${hex(2 ** order.pmd)}`;
  const puds = levels.includes('pud') ? `, and of PUD leaf i for ${hex(FIRST_PFN)} + i * ${hex(2 ** order.pud)}` : '';
  return { frames: `the first frame of ${pmds}${puds}; the others of a leaf follow it` };
};
