/** Mutants of a driver that is to be told of writes: ->pfn_mkwrite, and what is done to leave none of them out. */
import { trackingDriver, trackingLeavesDriver, trackingReaderDriver } from '../../model/drivers/driver.ts';
import type { Patch } from '../../model/mm/kernel.ts';
import { vmf_insert_pfn_pmd, vmf_insert_pud } from '../../model/mm/huge_memory_fault.ts';
import { pmd_offset, pmd_table, pte_offset, pte_present, slot_of } from '../../model/mm/pgtable.ts';
import { FALLBACK } from '../../model/mm/vm_fault.ts';
import { linear_pfn } from '../../model/mm/vma.ts';
import type { Alphabet } from '../../model/operations/alphabet.ts';
import { pudPages } from '../../model/state/geometry.ts';
import { Pmd, Prot, Pte, Vma } from '../../model/state/mm_types.ts';
import { type Mutant, setting, SLOT0 } from './mutant.ts';

const OF_2M = { on: 'v7.1', geometry: { trackedFrames: 2 } } as const;
const ptes: Partial<Alphabet> = { drivers: [trackingDriver('tracked 2M', { at: 0, pages: 2 })] };
const leaf2M: Partial<Alphabet> = { drivers: [trackingLeavesDriver('tracked 2M', { at: 0, pages: 2 })] };
const leaf1G: Partial<Alphabet> = { drivers: [trackingLeavesDriver('tracked 1G', { at: 0, pages: 4 })] };
const protections: Partial<Alphabet> = { mprotects: [SLOT0], prots: ['R', 'RW'] };

/** A write fault gets a leaf that may be written, of which the driver notes the first `noted` pages. */
const writableLeaves = (noted: number): Patch => ({
  driver_huge_fault: (base) => (s, mm, vmaRow, page, level, write) => {
    if (!write) return base(s, mm, vmaRow, page, level, write);
    const vma = s.vma.at(vmaRow);
    const pages = level === 'PMD' ? s.geometry.ptrsPerPte : pudPages(s.geometry);
    if (Vma.end(vma) - Vma.start(vma) !== pages) return FALLBACK;
    const pfn = linear_pfn(vma, 0);
    for (let i = 0; i < noted; i++) s.notedDirty.put(pfn + i, 1);
    return level === 'PMD'
      ? vmf_insert_pfn_pmd(s, mm, vma, slot_of(s.geometry, 0), pfn, true)
      : vmf_insert_pud(s, mm, vma, 0, pfn, true, 'pfn');
  },
});

export const TRACKING: readonly Mutant[] = [
  {
    ...OF_2M,
    property: 'I-MKWRITE',
    says: 'wp_pfn_shared() does not ask for ->pfn_mkwrite',
    patch: { wp_pfn_shared: (base) => (s, mm, vma, page, row) => base(s, mm, Vma.mkPfnMkwrite(vma, 0), page, row) },
    alphabet: { ...ptes, writes: [0] },
    length: 2,
  },
  {
    ...OF_2M,
    property: 'I-MKWRITE',
    says: 'vma_wants_writenotify() does not ask for ->pfn_mkwrite',
    patch: { vm_page_prot: (base) => (vma) => base(Vma.mkPfnMkwrite(vma, 0)) },
    alphabet: { ...ptes, reads: [0] },
    length: 2,
  },
  {
    ...OF_2M,
    property: 'I-MKWRITE',
    says: 'the collection of dirty pages protects none',
    patch: { wp_shared_mapping_range: () => () => undefined },
    alphabet: { ...ptes, writes: [0], dirtyScan: true },
    length: 3,
  },
  {
    ...OF_2M,
    property: 'I-MKWRITE',
    says: 'the collection of dirty pages protects all but the last',
    patch: { wp_shared_mapping_range: (base) => (s, first, nr) => base(s, first, nr - 1) },
    alphabet: { ...ptes, writes: [0, 1], dirtyScan: true },
    length: 3,
  },
  {
    ...OF_2M,
    property: 'I-MKWRITE',
    says: 'mprotect() makes clean entries writable, too',
    patch: {
      change_pte_range: (base) => (s, mm, vma, start, end) => {
        base(s, mm, vma, start, end);
        const e = s.pmd.at(pmd_offset(s.geometry, mm, slot_of(s.geometry, start)));
        if (!pmd_table(e) || Vma.prot(vma) !== Prot.RW) return;
        for (let page = start; page < end; page++) {
          const row = pte_offset(s.geometry, Pmd.pfn(e), page);
          if (pte_present(s.pte.at(row))) s.pte.put(row, Pte.mkWrite(s.pte.at(row), 1));
        }
      },
    },
    alphabet: { ...ptes, ...protections, reads: [0] },
    length: 4,
  },
  {
    ...OF_2M,
    property: 'I-MKWRITE',
    says: 'v7.1 as it is: the collection of dirty pages leaves dirty entries, which mprotect() makes writable',
    with: [setting('dirty-scan', 'cleans')],
    set: [setting('dirty-scan', 'protects')],
    alphabet: { ...ptes, ...protections, writes: [0], dirtyScan: true },
    length: 5,
  },
  {
    ...OF_2M,
    property: 'I-MKWRITE',
    says: 'v7.1 as it is: a mapping that may not be written to ends the walk over those that may',
    with: [setting('walk-skipped-vma', 'goes-on')],
    set: [setting('walk-skipped-vma', 'ends')],
    alphabet: {
      drivers: [
        trackingDriver('tracked page 1', { at: 0, pages: 1, pfn: 1 }),
        trackingReaderDriver('read-only 2M', { at: 2, pages: 2 }),
      ],
      writes: [0],
      dirtyScan: true,
    },
    length: 4,
  },
  {
    ...OF_2M,
    property: 'I-MKWRITE',
    says: '->huge_fault makes a leaf writable, and notes its first page',
    patch: writableLeaves(1),
    alphabet: { ...leaf2M, writes: [0] },
    length: 2,
  },
  {
    ...OF_2M,
    property: 'WARN(written-leaf)',
    says: '->huge_fault makes a PMD leaf writable, and notes all its pages',
    patch: writableLeaves(2),
    alphabet: { ...leaf2M, writes: [0], dirtyScan: true },
    length: 3,
  },
  {
    ...OF_2M,
    geometry: { trackedFrames: 4 },
    property: 'WARN(written-leaf)',
    says: '->huge_fault makes a PUD leaf writable, and notes all its pages',
    patch: writableLeaves(4),
    alphabet: { ...leaf1G, writes: [0], dirtyScan: true },
    length: 3,
  },
];
