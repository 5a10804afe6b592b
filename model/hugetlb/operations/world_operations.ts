/** The operations of a world of hugetlb: those that its alphabet has anything for. */
import type { HugetlbGeometry } from '../../state/hugetlb/geometry.ts';
import type { HugetlbAlphabet } from './alphabet.ts';
import { fallocate, punch, truncate } from './files.ts';
import { guest_access } from './guest.ts';
import { memory_failure, migrate, remove_migration, waiting_for_migration } from './folios.ts';
import { gup, mbind, mincore, pages_stat, pin, smaps, unpin } from './lookups.ts';
import { collapse, dontneed, split } from './madvise.ts';
import { exit, hugetlb_fault, mmap, munmap } from './mappings.ts';
import type { HugetlbOp } from './op.ts';
import { fork, mprotect, mremap, unregister, writeprotect } from './protect.ts';
import { api, continues, copies, poisons, register } from './userfaultfd.ts';

const isPossible = ({ args }: HugetlbOp): boolean => Object.values(args).every((values) => values.length > 0);

/** The operations of a world of this shape; one that has nothing to be tried with is left out. */
export const hugetlbOperationsOf = (
  alphabet: HugetlbAlphabet,
  { mms, migrations, pins }: HugetlbGeometry,
): readonly HugetlbOp[] =>
  [
    mmap(alphabet),
    hugetlb_fault(alphabet),
    munmap(alphabet),
    fallocate(alphabet),
    truncate(alphabet),
    punch(alphabet),
    collapse(alphabet),
    split(alphabet),
    dontneed(alphabet),
    api(alphabet),
    register(alphabet),
    continues(alphabet),
    copies(alphabet),
    poisons(alphabet),
    guest_access(alphabet),
    migrate(alphabet, migrations),
    remove_migration(alphabet, migrations),
    memory_failure(alphabet),
    gup(alphabet),
    pin(alphabet, pins),
    unpin(alphabet, pins),
    pages_stat(alphabet),
    smaps(alphabet),
    mincore(alphabet),
    mbind(alphabet),
    mprotect(alphabet),
    writeprotect(alphabet),
    unregister(alphabet),
    fork(alphabet, mms),
    mremap(alphabet),
    exit(alphabet.fork ? mms : 1),
  ]
    .filter((one) => isPossible(one))
    .map((one) => (migrations > 0 ? waiting_for_migration(one) : one));
