/**
 * What a debug kernel would report, and an ordinary one lives through: the model marks it and goes on, so that
 * what follows is seen too.
 */
import type { Step } from '../checker/search/index.ts';
import { DaxFault, DaxWarning } from '../model/state/dax.ts';
import { VmaTrack } from '../model/state/memtypes.ts';
import { type MmView, Pmd, PmdKind } from '../model/state/mm_types.ts';

const touchesLeaf = (s: MmView): boolean => {
  for (let row = 0; row < s.pmd.rows; row++) if (Pmd.kind(s.pmd.at(row)) === PmdKind.leaf) return true;
  return false;
};

export const deplock: Step<MmView> = {
  kind: 'step',
  name: 'I-DEPLOCK',
  says: 'A PMD leaf is written only under the PMD lock.',
  cites: 'v7.1 mm/huge_memory.c insert_pmd(); v1 of the series wrote the leaf without it',
  subject: (_before, _move, after) => after.unlockedWrite.at(0) === 1 || touchesLeaf(after),
  holds: (_before, _move, after) => after.unlockedWrite.at(0) === 0,
  explain: (_before, move) => `${move.name} wrote a leaf that others can see while nobody held the lock of its table`,
};

export const cowWrite: Step<MmView> = {
  kind: 'step',
  name: 'WARN-cow-write',
  says: 'copy_huge_pmd() meets no writable special leaf in a CoW VMA.',
  cites: 'v7.1 mm/huge_memory.c copy_huge_pmd() (VM_WARN_ON_ONCE(is_cow_mapping(src_vma->vm_flags) && pmd_write(pmd)))',
  subject: (before, move, after) => after.warnedCowWrite.at(0) === 1 || (move.name === 'fork' && touchesLeaf(before)),
  holds: (_before, _move, after) => after.warnedCowWrite.at(0) === 0,
  explain: () => 'the parent has a writable special leaf in a private VMA',
};

export const patInfo: Step<MmView> = {
  kind: 'step',
  name: 'WARN-pat-info',
  says: 'A VMA with VM_PAT tells by its first entry, or by vm_pgoff where that is a copy, which frames it has reserved.',
  cites: 'v6.15 arch/x86/mm/pat/memtype.c get_pat_info() (WARN_ON_ONCE(1)); until v6.15',
  subject: (_before, _move, after) => {
    for (let row = 0; row < after.vmaTrack.rows; row++) if (VmaTrack.pat(after.vmaTrack.at(row)) === 1) return true;
    return after.warnedPat.at(0) === 1;
  },
  holds: (_before, _move, after) => after.warnedPat.at(0) === 0,
  explain: (_before, move) => `${move.name} found no entry for the first page of a shared VMA with VM_PAT`,
};

const anyEntryChanged = (before: MmView, after: MmView): boolean => {
  for (let row = 0; row < after.daxEntry.rows; row++)
    if (before.daxEntry.at(row) !== after.daxEntry.at(row)) return true;
  return false;
};
const isQuiet = (s: MmView): boolean => DaxWarning.fault(s.warnedDax.at(0)) === DaxFault.none;

export const daxWarns: Step<MmView> = {
  kind: 'step',
  name: 'WARN-dax',
  says: 'A page of FS-DAX becomes a part of a folio, or is let go by the last file that has it, only while nobody uses it, and has one file at a time unless it is shared.',
  cites: 'v7.1 fs/dax.c dax_associate_entry(), dax_folio_init(), dax_folio_put() (WARN_ON_ONCE())',
  subject: (before, _move, after) => !isQuiet(after) || anyEntryChanged(before, after),
  holds: (_before, _move, after) => isQuiet(after),
  explain: (_before, _move, after) => DaxWarning.show(after.warnedDax.at(0)),
};

export const p2pdmaWarns: Step<MmView> = {
  kind: 'step',
  name: 'WARN-p2pdma',
  says: 'mmap() of peer-to-peer memory warns of no page, since those in the pool are as they should be.',
  cites: 'v7.1 drivers/pci/p2pdma.c p2pmem_alloc_mmap() (VM_WARN_ON_ONCE_PAGE(page_ref_count(page), page))',
  subject: (before, move, after) =>
    after.warnedP2pdma.at(0) === 1 ||
    (move.name === 'mmap' && after.pgmapRef.rows > 0 && after.pgmapRef.at(0) > before.pgmapRef.at(0)),
  holds: (_before, _move, after) => after.warnedP2pdma.at(0) === 0,
  explain: () => 'p2pmem_alloc_mmap() warns of the reference count of a page that it has taken from the pool',
};
