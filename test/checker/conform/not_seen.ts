/** Why the running kernel does not show of a mutant that it is wrong. */
import { Vma, VmaKind } from '../../../model/state/mm_types.ts';
import type { Mutant } from '../../mutants/mutant.ts';

const LEAKS = 'a table that leaks is counted for no process';
const READS = 'it takes a pin for reading; the runner pins for writing';

/** By what the mutant says. */
const OF_ONE: Readonly<Record<string, string>> = {
  'pte_free() frees nothing': LEAKS,
  'fork keeps the table that it does not need': LEAKS,
  'a write fault asks how many references a page has, not whose it is, as until v5.18': READS,
  'a pin for reading takes a page that is shared': READS,
  'the child of a shared mapping gets its leaf read-only':
    'fork copies no leaf of a file; that of a device: in a virtual machine only (vfio)',
  'a split forgets that the leaf was dirty, in its PTEs and in the folio':
    'dirty bits are seen in kernel memory only, and reclaim, which asks for them, cannot be asked for',
  'a truncation leaves private copies, as if a hole were punched':
    'files are truncated only where knobs may be turned (truncate)',
  'the huge zero folio arrives without its special bit (uffd-move-zero, v6.18)':
    'UFFDIO_MOVE of the huge zero folio is left out, so that no running kernel is harmed',
};

interface Reason {
  readonly why: string;
  readonly of: (mutant: Mutant) => boolean;
}

const maps =
  (...kinds: readonly number[]) =>
  ({ alphabet: { drivers = [] } }: Mutant): boolean =>
    drivers.some(({ vma }) => kinds.includes(Vma.kind(vma)));

/** Drivers that call remap_pfn_range(). */
const remaps = ({ alphabet: { drivers = [] } }: Mutant): boolean => drivers.some((one) => one.remaps.length > 0);

const REASONS: readonly Reason[] = [
  { why: 'it is no mistake: the kernel is so', of: ({ says }) => says.startsWith('v7.1 as it is') },
  { why: 'it takes another machine', of: ({ machine }) => machine !== undefined },
  { why: 'no allocation fails here', of: ({ failuresMax }) => failuresMax !== undefined },
  { why: 'it is of a series that no kernel has', of: ({ on, set = [] }) => on === 'v4' && set.length > 0 },
  {
    why: 'a driver that is told of writes, which is not here',
    of: ({ property }) => ['I-MKWRITE', 'WARN(written-leaf)'].includes(property),
  },
  { why: 'memory of device-dax, which is not here', of: maps(VmaKind.dax) },
  { why: 'a driver that maps its own memory, which is not here', of: maps(VmaKind.mixed) },
  { why: 'a driver that calls remap_pfn_range(), which is not here', of: remaps },
  { why: 'frames of a device: in a virtual machine only (vfio, vfio-1G)', of: maps(VmaKind.device) },
  {
    why: 'nothing can be done between the halves of a migration',
    of: ({ alphabet: { migrations = [] } }) => migrations.length > 0,
  },
  { why: 'reclaim of one folio cannot be asked for', of: ({ alphabet: { reclaims = [] } }) => reclaims.length > 0 },
];

/** The reason; undefined where nobody has found one. */
export const whyNot = (mutant: Mutant): string | undefined =>
  OF_ONE[mutant.says] ?? REASONS.find(({ of }) => of(mutant))?.why;
