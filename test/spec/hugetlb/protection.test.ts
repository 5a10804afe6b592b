import { describe, expect, it } from '@effect/vitest';
import { poison, poisonKept, poisonRest } from '../../../spec/hugetlb/poison.ts';
import { protection } from '../../../spec/hugetlb/protection.ts';
import { guest, tlb } from '../../../spec/hugetlb/translations.ts';
import { HugePte, Prot, Translation } from '../../../model/state/hugetlb/hugetlb_types.ts';
import {
  anonFolio,
  cached,
  child,
  CHILD,
  entry,
  hgmVma,
  hugeState,
  hugetlbState,
  type HugetlbPiece,
  hwpoison,
  leaf,
  marker,
  migrating,
  privateVma,
  sharedTable,
  stepVerdict,
  verdict,
  vma,
} from '../../support/hugetlb_state.ts';

describe('H12', () => {
  const one = { page: 0, size: 4, pfn: 0 } as const;

  it('holds of leaves and migration entries that may write, and of those that may not', () => {
    expect(verdict(protection, hugetlbState(vma(), cached(0, 0), leaf(one)))).toBe('holds');
    expect(verdict(protection, hugetlbState(vma({ prot: Prot.R }), cached(0, 0), leaf({ ...one, write: 0 })))).toBe(
      'holds',
    );
    expect(verdict(protection, hugetlbState(privateVma(), anonFolio(0), leaf(one)))).toBe('holds');
    expect(verdict(protection, hugetlbState(vma({ prot: Prot.NONE }), leaf({ ...one, write: 0, protnone: 1 })))).toBe(
      'holds',
    );
    expect(verdict(protection, hugetlbState(vma(), migrating(one, { write: 1 })))).toBe('holds');
  });

  it('has no subject where nothing is mapped', () => {
    expect(verdict(protection, hugetlbState(vma(), marker({ page: 0, size: 4 })))).toBe('no subject');
  });

  it('fails of what is writable in a VMA that is not, or protected by userfaultfd', () => {
    expect(verdict(protection, hugetlbState(vma({ prot: Prot.R }), cached(0, 0), leaf(one)))).toMatchInlineSnapshot(
      `"parent page 0 has leaf pfn 0 RW young of 4 pages in pud[0], in the VMA of pages 0..7 of file 0, pgoff 0, R, VM_SHARED, VMA lock: it is writable, and the VMA is not"`,
    );
    expect(verdict(protection, hugetlbState(vma(), cached(0, 0), leaf({ ...one, wp: 1 })))).toContain(
      'userfaultfd protects',
    );
    expect(verdict(protection, hugetlbState(vma({ prot: Prot.R }), migrating(one, { write: 1 })))).toContain(
      'the VMA is not',
    );
  });

  it('fails of a private page that is of the file, or that another process has, too', () => {
    expect(verdict(protection, hugetlbState(privateVma(), cached(0, 0), leaf(one)))).toMatchInlineSnapshot(
      `"parent page 0 has leaf pfn 0 RW young of 4 pages in pud[0], in the VMA of pages 0..7 of file 0, pgoff 0, RW, private, HPAGE_RESV_OWNER: it is writable, and the mapping is private; folio 0 (file, uptodate, migratable) has 1 leaf and 1 row of the page cache; mapped at parent pages 0..3"`,
    );
    const both = hugetlbState(
      privateVma(),
      child,
      privateVma({ mm: CHILD }),
      anonFolio(0),
      leaf(one),
      leaf({ ...one, mm: CHILD, write: 0 }),
    );
    expect(verdict(protection, both)).toContain('has 2 leaves');
  });

  it('fails of a leaf that allows accesses in a PROT_NONE VMA', () => {
    expect(verdict(protection, hugetlbState(vma({ prot: Prot.NONE }), leaf({ ...one, write: 0 })))).toContain(
      'the VMA none',
    );
  });
});

describe('H20', () => {
  const broken = [hgmVma(), cached(0, 0, { hwpoison: 1 })];

  it('holds where nothing maps what is broken', () => {
    expect(verdict(poison('hugepage'), hugetlbState(...broken, hwpoison({ page: 0, size: 4 }, 0)))).toBe('holds');
  });
  it('has no subject where nothing is broken', () => {
    expect(verdict(poison('hugepage'), hugetlbState(vma(), cached(0, 0)))).toBe('no subject');
  });
  it('fails of a leaf of any part of it', () => {
    expect(verdict(poison('hugepage'), hugetlbState(...broken, leaf({ page: 3, pfn: 3 })))).toMatchInlineSnapshot(
      `"parent page 3 has leaf pfn 3 RW young of 1 page in pte[1] below pmd[1] of PMD table 0, in the VMA of pages 0..7 of file 0, pgoff 0, RW, VM_SHARED, VMA lock, HGM: it maps folio 0 (file, uptodate, migratable, hwpoison); mapped at parent page 3"`,
    );
  });
});

const listed: HugetlbPiece = (s) => s.rawHwpoison.put(3, 1);
const broken3 = [hgmVma(), cached(0, 0, { hwpoison: 1 }), listed];

describe('H20, where base pages are lost alone', () => {
  const ofBase = poison('base');

  it('holds of the other pages of the hugepage, and of one that nobody has listed', () => {
    expect(verdict(ofBase, hugetlbState(...broken3, leaf({ page: 0, size: 2, pfn: 0 })))).toBe('holds');
    expect(verdict(poison('hugepage'), hugetlbState(...broken3, leaf({ page: 0, size: 2, pfn: 0 })))).toContain(
      'it maps folio 0',
    );
  });
  it('fails of a leaf that maps the page', () => {
    expect(verdict(ofBase, hugetlbState(...broken3, leaf({ page: 2, size: 2, pfn: 2 })))).toMatchInlineSnapshot(
      `"parent page 3 has leaf pfn 2 RW young of 2 pages in pmd[1] of PMD table 0, in the VMA of pages 0..7 of file 0, pgoff 0, RW, VM_SHARED, VMA lock, HGM: it maps frame 3, which is broken, of folio 0 (file, uptodate, migratable, hwpoison); mapped at parent pages 2..3"`,
    );
  });
});

describe('H20-REST', () => {
  const before = hugetlbState(hgmVma(), cached(0, 0), leaf({ page: 0, size: 4, pfn: 0 }));
  const rest = [...broken3, leaf({ page: 0, size: 2, pfn: 0 }), hwpoison({ page: 3 }, 3)];

  it('holds where all but the broken page is mapped, by whatever leaf', () => {
    const after = hugetlbState(...rest, leaf({ page: 2, pfn: 2 }));
    expect(stepVerdict(poisonRest, before, 'hugetlb_memory_failure', after)).toBe('holds');
  });
  it('fails where another page goes with it', () => {
    expect(stepVerdict(poisonRest, before, 'hugetlb_memory_failure', hugetlbState(...rest))).toMatchInlineSnapshot(
      `"parent page 2 has leaf pfn 0 RW young of 4 pages in pud[0], and is not broken; after memory_failure() parent page 2 has none in pte[0] below pmd[1] of PMD table 0"`,
    );
  });
  it('has no subject in other operations, in private mappings, and where a PMD table is shared', () => {
    expect(stepVerdict(poisonRest, before, 'hugetlb_munmap', hugetlbState())).toBe('no subject');
    const own = hugetlbState(privateVma(), anonFolio(0), leaf({ page: 0, size: 4, pfn: 0 }));
    expect(stepVerdict(poisonRest, own, 'hugetlb_memory_failure', hugetlbState(privateVma()))).toBe('no subject');
    const both = [vma(), child, vma({ mm: CHILD }), cached(0, 0)];
    const shared = hugeState(...both, leaf({ page: 0, size: 2, pfn: 0 }), sharedTable());
    expect(stepVerdict(poisonRest, shared, 'hugetlb_memory_failure', hugeState(...both))).toBe('no subject');
  });
});

/** The child has its PMD table no more. */
const childLoses: HugetlbPiece = (s) => s.pud.put(CHILD * s.geometry.puds, HugePte.of({}));

describe('H20-KEPT', () => {
  const broken = hugetlbState(vma(), hwpoison({ page: 0, size: 4 }, 0));
  const none = hugetlbState(vma());

  it('holds where the entry stays', () => {
    expect(stepVerdict(poisonKept, broken, 'hugetlb_fault', broken)).toBe('holds');
  });
  it('has no subject where it is given up, or there was none', () => {
    expect(stepVerdict(poisonKept, none, 'hugetlb_fault', none)).toBe('no subject');
    expect(stepVerdict(poisonKept, broken, 'hugetlb_munmap', hugetlbState())).toBe('no subject');
    for (const name of ['hugetlb_truncate', 'hugetlbfs_punch_hole'])
      expect(stepVerdict(poisonKept, broken, name, none)).toBe('no subject');
    expect(stepVerdict(poisonKept, broken, 'hugetlb_dontneed', none, { range: { from: 0, to: 4 } })).toBe('no subject');
    expect(stepVerdict(poisonKept, broken, 'hugetlb_mremap', none, { move: { from: 0, to: 4, pages: 4 } })).toBe(
      'no subject',
    );
  });
  it('fails where it goes, or names another frame', () => {
    expect(stepVerdict(poisonKept, broken, 'hugetlb_mprotect', none)).toMatchInlineSnapshot(
      `"parent page 0 has hwpoison entry pfn 0 in pud[0]; after hugetlb_mprotect parent page 0 has none in pud[0]"`,
    );
    const other = hugetlbState(vma(), hwpoison({ page: 0, size: 4 }, 4));
    expect(stepVerdict(poisonKept, broken, 'hugetlb_mprotect', other)).toContain('pfn 4');
    expect(stepVerdict(poisonKept, broken, 'hugetlb_dontneed', none, { range: { from: 4, to: 8 } })).toContain('none');
  });
  describe('where a PMD table is shared that has it', () => {
    const both = [vma(), child, vma({ mm: CHILD })];
    const entries = [hwpoison({ page: 0, size: 2 }, 0), sharedTable()];
    const cachedBroken = cached(0, 0, { hwpoison: 1 });
    const shared = hugeState(...both, cachedBroken, ...entries);
    const kept = (before: typeof shared, after: typeof shared): string =>
      stepVerdict(poisonKept, before, 'hugetlb_memory_failure', after);

    it('holds where a process loses the table, and the page cache refuses the page', () => {
      expect(kept(shared, hugeState(...both, cachedBroken, ...entries, childLoses))).toBe('holds');
    });
    it('and where the file had lost the page before', () => {
      expect(kept(hugeState(...both, ...entries), hugeState(...both, ...entries, childLoses))).toBe('holds');
    });
    it('fails where the page cache loses it, or would give it out', () => {
      expect(kept(shared, hugeState(...both, ...entries, childLoses))).toContain('child page 0');
      expect(kept(shared, hugeState(...both, cached(0, 0), ...entries, childLoses))).toContain('child page 0');
    });
    it('fails where the table is there still, and the entry is not', () => {
      expect(kept(shared, hugeState(...both, cachedBroken, entry({ page: 0, size: 2 }), sharedTable()))).toContain(
        'has none',
      );
    });
  });
});

const remembered =
  (of: Parameters<typeof Translation.of>[0]): HugetlbPiece =>
  (s) => {
    const one = Translation.of({ valid: 1, pfn: 1, size: 2, ...of });
    s.tlb.put(1, one);
    s.guest.put(1, one);
  };

describe('H-TLB and H-GUEST', () => {
  const mapped = [hgmVma(), cached(0, 0), leaf({ page: 0, size: 2, pfn: 0, write: 0 })];

  it('hold of what a leaf says', () => {
    expect(verdict(tlb, hugetlbState(...mapped, remembered({})))).toBe('holds');
    expect(verdict(guest, hugetlbState(...mapped, remembered({})))).toBe('holds');
  });
  it('have no subject where nobody remembers anything', () => {
    expect(verdict(tlb, hugetlbState(...mapped))).toBe('no subject');
    expect(verdict(guest, hugetlbState(...mapped))).toBe('no subject');
  });
  it('fail of another frame, and of more rights, and where nothing is mapped', () => {
    expect(verdict(tlb, hugetlbState(...mapped, remembered({ pfn: 2 })))).toMatchInlineSnapshot(
      `"a CPU remembers of parent page 1 frame 2 RO by 2 pages; parent page 1 has leaf pfn 0 RO young of 2 pages in pmd[0] of PMD table 0"`,
    );
    expect(verdict(guest, hugetlbState(...mapped, remembered({ pfn: 2 })))).toMatchInlineSnapshot(
      `"the second stage has of guest page 1 frame 2 RO by 2 pages; parent page 1 has leaf pfn 0 RO young of 2 pages in pmd[0] of PMD table 0"`,
    );
    for (const one of [tlb, guest]) {
      expect(verdict(one, hugetlbState(...mapped, remembered({ write: 1 })))).toContain('RW');
      expect(verdict(one, hugetlbState(hgmVma(), remembered({})))).toContain('none');
    }
  });
  it('ask for the size: a CPU remembers the very leaf, a second stage nothing larger', () => {
    expect(verdict(tlb, hugetlbState(...mapped, remembered({ size: 1 })))).toContain('by 1 page');
    expect(verdict(guest, hugetlbState(...mapped, remembered({ size: 1 })))).toBe('holds');
    expect(verdict(guest, hugetlbState(...mapped, remembered({ size: 4 })))).toContain('by 4 pages');
  });
  it('ask of no PROT_NONE leaf that it be remembered', () => {
    const closed = [hgmVma(), leaf({ page: 0, size: 2, pfn: 0, write: 0, protnone: 1 })];
    expect(verdict(tlb, hugetlbState(...closed, remembered({})))).toContain('NONE');
  });
});
