/** Why the running kernel does not show of a mutant that it is wrong. */
import { Vma, VmaKind } from '../../../model/state/mm_types.ts';
import type { Mutant } from '../../mutants/mutant.ts';

/** By what the mutant says. */
const OF_ONE: Readonly<Record<string, string>> = {
  'pte_free() frees nothing': 'a table that leaks is counted for no process; the level of kernel memory would show it',
  'fork keeps the table that it does not need': 'a table that leaks is counted for no process',
  'a write fault asks how many references a page has, not whose it is, as until v5.18':
    'it takes a pin for reading; the runner pins for writing, and of such a page no write faults',
  'a pin for reading takes a page that is shared': 'it takes a pin for reading; the runner pins for writing',
  'a truncation leaves private copies, as if a hole were punched': 'no scope truncates its file',
  'the child of a shared mapping gets its leaf read-only':
    'fork copies no leaf of a shared file; those of a device: see vfio',
  'a split forgets that the leaf was dirty, in its PTEs and in the folio':
    'dirty bits are seen in kernel memory only; reclaim would drop the page, and cannot be asked for here',
};

interface Reason {
  readonly why: string;
  readonly of: (mutant: Mutant) => boolean;
}

const maps =
  (...kinds: readonly number[]) =>
  ({ alphabet: { drivers = [] } }: Mutant): boolean =>
    drivers.some(({ vma }) => kinds.includes(Vma.kind(vma)));

const REASONS: readonly Reason[] = [
  { why: 'it is no mistake: the kernel is so', of: ({ says }) => says.startsWith('v7.1 as it is') },
  { why: 'a series that no kernel has', of: ({ on, set = [] }) => on === 'v4' && set.length > 0 },
  {
    why: 'a driver that is told of writes; there is none here',
    of: ({ property }) => /I-MKWRITE|written-leaf/.test(property),
  },
  { why: 'memory of device-dax; there is none here', of: maps(VmaKind.dax) },
  { why: 'a driver that maps its own memory; there is none here', of: maps(VmaKind.mixed) },
  { why: 'frames of a device: played in a virtual machine only (vfio, vfio-1G)', of: maps(VmaKind.device) },
  {
    why: 'nothing can be done between the halves of a migration',
    of: ({ alphabet: { migrations = [] } }) => migrations.length > 0,
  },
  { why: 'reclaim of one folio cannot be asked for', of: ({ alphabet: { reclaims = [] } }) => reclaims.length > 0 },
];

/** The reason; undefined where nobody has found one. */
export const whyNot = (mutant: Mutant): string | undefined =>
  OF_ONE[mutant.says] ?? REASONS.find(({ of }) => of(mutant))?.why;
