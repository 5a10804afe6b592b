/**
 * The shortest trace of each alternative of "[RFC] Huge remap_pfn_range for vfio-pci", on v7.1 and on v6.11, the nearest release to it
 * that is modelled; and that what the kernel took lives through the same.
 */
import { describe, expect, it } from '@effect/vitest';
import { catalogue } from '../../checker/mm_catalogue.ts';
import { type Driver, faultDriver, privateFaultDriver, remapDriver } from '../../model/drivers/driver.ts';
import { blocks, type Geometry, SMALL } from '../../model/state/geometry.ts';
import { type Machine, X86_64 } from '../../model/state/machine.ts';
import {
  clearRefs,
  failing,
  faultBegins,
  faultGoesOn,
  fork,
  mmap,
  munmap,
  perform,
  pin,
  type Played,
  read,
  write,
} from './play.ts';

const PARENT = 0;
const GEOMETRY: Geometry = { ...SMALL, memory: blocks('anon', 1, 3), pins: 1, halfFaults: 1 };
const { versions } = catalogue.series.find(({ name }) => name === 'huge-remap-rfc')!;

const of1G = mmap(faultDriver('BAR 1G', { at: 0, pages: 4 }));
const of2M = mmap(faultDriver('BAR 2M', { at: 0, pages: 2 }));
const writeCombined = mmap(faultDriver('BAR 2M WC', { at: 0, pages: 2, cache: 1 }));
const remapped = mmap(remapDriver('remapped 2M', { at: 0, pages: 2 }));
const privately: Driver = privateFaultDriver('private BAR 2M', { at: 0, pages: 2 });

interface Shortest {
  readonly version: string;
  readonly says: string;
  readonly plays: readonly Played[];
  readonly outcome: string;
  /** What comes of it where v7.3 is taken: by default ok; undefined where it is not possible. */
  readonly taken?: string | undefined;
  readonly machine?: Machine;
}

const NEVER: Machine = { ...X86_64, thp: 'never' };

const SHORTEST: readonly Shortest[] = [
  {
    version: 'early-fault',
    says: 'nobody says that a PUD leaf is asked for: a PMD leaf has no table to stand in',
    plays: [of2M, read(PARENT, 0)],
    outcome: 'no-PMD-table@2',
  },
  {
    version: 'early-fault',
    says: 'a write to a read-only PUD leaf splits it, and the call for the PMD slot is taken for one of the PUD slot',
    plays: [of1G, clearRefs(PARENT), read(PARENT, 0), write(PARENT, 0)],
    outcome: 'WARN(insert-mismatch)@4',
  },
  {
    version: 'early-fault-refuses',
    says: 'there is no VM_FAULT_FALLBACK to say',
    plays: [of2M, read(PARENT, 0)],
    outcome: 'SIGBUS@2 I-REACH@2',
  },
  {
    version: 'early-fault-ptes',
    says: 'a handler that nobody has changed makes the tables, and PTEs',
    plays: [of1G, read(PARENT, 0)],
    outcome: 'I-FITS@2',
  },
  {
    version: 'taken',
    says: 'THP policy decides',
    plays: [of2M, read(PARENT, 0)],
    outcome: 'I-FITS@2',
    machine: NEVER,
  },
  { version: 'taken-v7-3', says: 'or not', plays: [of2M, read(PARENT, 0)], outcome: 'ok', machine: NEVER },
  { version: 'hugepfn-fault', says: 'or not', plays: [of2M, read(PARENT, 0)], outcome: 'ok', machine: NEVER },
  {
    version: 'remap-in-fault',
    says: 'the PMD table that the fault has just made is lost',
    plays: [of1G, read(PARENT, 0)],
    outcome: 'I-NRPTES@2',
  },
  {
    version: 'remap-in-fault-uncounted',
    says: 'it is freed, and still counted',
    plays: [of1G, read(PARENT, 0)],
    outcome: 'I-NRPTES@2',
  },
  {
    version: 'remap-in-fault-frees',
    says: 'it is freed under a fault of another thread',
    plays: [of1G, faultBegins(PARENT, 0, 'read'), read(PARENT, 0), faultGoesOn],
    outcome: 'walk-in-freed-table@4',
    taken: undefined,
  },
  {
    version: 'remap-in-fault-frees',
    says: 'remap_pfn_range() knows of no write, and puts back the read-only leaf that a write has split',
    plays: [of2M, clearRefs(PARENT), write(PARENT, 0)],
    outcome: 'fault-loop@3',
  },
  {
    version: 'remap-at-mmap-drops',
    says: 'no fault brings back what the split of a leaf drops',
    plays: [remapped, munmap(PARENT, 0, 1)],
    outcome: 'I-REFAULT@2',
  },
  {
    version: 'remap-at-mmap',
    says: 'the table in reserve maps it',
    plays: [remapped, munmap(PARENT, 0, 1)],
    outcome: 'ok',
  },
  {
    version: 'huge-cow',
    says: 'a write drops the leaf, and ->fault inserts a PTE',
    plays: [mmap(privately), write(PARENT, 0)],
    outcome: 'BUG_ON(cow-pfnmap)@2',
    taken: undefined,
  },
  {
    version: 'huge-cow-ptes',
    says: 'a write drops the leaf, gets a PTE, and copies the page',
    plays: [mmap(privately), read(PARENT, 0), fork, write(PARENT, 0)],
    outcome: 'ok',
    taken: undefined,
  },
  {
    version: 'huge-cow-write',
    says: 'a write makes the leaf of a private mapping writable, and fork copies it so',
    plays: [mmap(privately), write(PARENT, 0), fork],
    outcome: 'I-NOCOW@2 I-FORKRO@3 WARN-cow-write@3',
    taken: undefined,
  },
  {
    version: 'no-special',
    says: 'gup-fast has no VMA to ask',
    plays: [of2M, read(PARENT, 0), pin(PARENT, 0, 'read')],
    outcome: 'gup-of-pfn@3',
    taken: 'EFAULT@3',
  },
  {
    version: 'split-to-leaves',
    says: 'PSE of a leaf is PAT of a PTE',
    plays: [writeCombined, read(PARENT, 0), munmap(PARENT, 0, 1)],
    outcome: 'I-CACHE@3',
  },
  {
    version: 'split-to-leaves-pgprot',
    says: 'a table may be missing when it is needed, and the leaf is dropped as ever',
    plays: [of2M, read(PARENT, 0), failing(munmap(PARENT, 0, 1), 1)],
    outcome: 'I-RESERVE@3',
  },
  {
    version: 'split-to-leaves-deposit',
    says: 'a table in reserve is there',
    plays: [of2M, read(PARENT, 0), munmap(PARENT, 0, 1)],
    outcome: 'ok',
  },
  {
    version: 'split-to-leaves-deposit',
    says: 'a PUD leaf has none, and is dropped',
    plays: [of1G, read(PARENT, 0), munmap(PARENT, 0, 1)],
    outcome: 'I-DROP@3',
  },
];

const outcomeOn = (kernel: string, version: string, { plays, machine = X86_64 }: Shortest): string => {
  const settings = versions.find((one) => one.version === version)!.sets;
  return perform(plays, { kernel, settings, machine, geometry: GEOMETRY, asksLeaves: true }).outcome;
};

describe.each(['v7.1', 'v6.11'])('on %s', (kernel) => {
  it.each(SHORTEST)('$version: $says', (one) => {
    expect(outcomeOn(kernel, one.version, one)).toBe(one.outcome);
  });

  it.each(SHORTEST.filter((one) => !('taken' in one) || one.taken !== undefined))(
    'what was taken does not mind: $version, $says',
    (one) => expect(outcomeOn(kernel, 'taken-v7-3', one)).toBe(one.taken ?? 'ok'),
  );
});
