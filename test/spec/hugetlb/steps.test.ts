import { describe, expect, it } from '@effect/vitest';
import { collapse, collapseFailed } from '../../../spec/hugetlb/collapse.ts';
import { continueExists, continues } from '../../../spec/hugetlb/continue.ts';
import { fault } from '../../../spec/hugetlb/fault.ts';
import { minor } from '../../../spec/hugetlb/minor.ts';
import { uffdWp } from '../../../spec/hugetlb/uffd_wp.ts';
import { Prot } from '../../../model/state/hugetlb/hugetlb_types.ts';
import {
  anonFolio,
  cached,
  CHILD,
  child,
  entry,
  hgmVma,
  hugeState,
  type HugetlbPiece,
  hugetlbState,
  hwpoison,
  leaf,
  marker,
  migrating,
  privateVma,
  returned,
  stepVerdict,
  vma,
} from '../../support/hugetlb_state.ts';

const pages = (from: number, to: number) => ({ range: { from, to } });
const [h13, h14] = [collapse('flag'), collapseFailed('flag')];
const RO = { write: 0, wp: 1 } as const;

describe('H11', () => {
  const [wp, strict] = [uffdWp(), uffdWp(true)];
  const registered = [hgmVma({ wp: 1 }), cached(0, 0)];
  const protectedLeaf = hugetlbState(...registered, leaf({ page: 0, pfn: 0, ...RO }));
  const open = hugetlbState(...registered, leaf({ page: 0, pfn: 0 }));

  it('holds where a page stays protected, by a leaf, a marker or a migration entry', () => {
    expect(stepVerdict(wp, protectedLeaf, 'hugetlb_fault', protectedLeaf)).toBe('holds');
    const left = hugetlbState(...registered, marker({ page: 0 }));
    expect(stepVerdict(wp, protectedLeaf, 'hugetlb_dontneed', left, pages(0, 4))).toBe('holds');
    const moving = hugetlbState(...registered, migrating({ page: 0 }, { wp: 1 }));
    expect(stepVerdict(wp, protectedLeaf, 'hugetlb_migrate', moving)).toBe('holds');
  });

  it('has no subject where nothing is protected, or registered any more, or is broken', () => {
    expect(stepVerdict(wp, open, 'hugetlb_fault', open)).toBe('no subject');
    const ended = hugetlbState(hgmVma(), leaf({ page: 0, pfn: 0 }));
    expect(stepVerdict(wp, protectedLeaf, 'userfaultfd_unregister', ended, pages(0, 8))).toBe('no subject');
    const broken = hugetlbState(...registered, hwpoison({ page: 0 }, 0));
    expect(stepVerdict(wp, protectedLeaf, 'hugetlb_memory_failure', broken)).toBe('no subject');
  });

  it('fails where protection is lost, or comes from nowhere', () => {
    expect(stepVerdict(wp, protectedLeaf, 'hugetlb_fault', open, { page: 0 })).toMatchInlineSnapshot(
      `"parent page 0 was protected by userfaultfd: parent page 0 has leaf pfn 0 RO young uffd-wp of 1 page in pte[0] below pmd[0] of PMD table 0; hugetlb_fault has changed that: parent page 0 has leaf pfn 0 RW young of 1 page in pte[0] below pmd[0] of PMD table 0"`,
    );
    expect(stepVerdict(wp, open, 'hugetlb_mprotect', protectedLeaf, pages(0, 4))).toContain('was not protected');
  });

  it.each(['userfaultfd_writeprotect', 'userfaultfd_continue', 'userfaultfd_copy', 'userfaultfd_poison'])(
    'lets %s change the pages that it names, and no others',
    (name) => {
      expect(stepVerdict(wp, protectedLeaf, name, open, pages(0, 1))).toBe('no subject');
      expect(stepVerdict(wp, protectedLeaf, name, open, pages(1, 2))).toContain('was protected');
      expect(stepVerdict(wp, protectedLeaf, name, open, { ...pages(0, 1), mm: 1 })).toContain('was protected');
    },
  );

  it('lets truncation and holes end it, and MADV_COLLAPSE unless that is asked', () => {
    const gone = hugetlbState(...registered);
    expect(stepVerdict(wp, protectedLeaf, 'hugetlb_truncate', gone)).toBe('no subject');
    expect(stepVerdict(wp, protectedLeaf, 'hugetlbfs_punch_hole', gone)).toBe('no subject');
    expect(stepVerdict(wp, protectedLeaf, 'hugetlb_collapse', open, pages(0, 4))).toBe('no subject');
    expect(stepVerdict(strict, protectedLeaf, 'hugetlb_collapse', open, pages(0, 4))).toContain('hugetlb_collapse has');
  });
});

const collapsedTo = (of: object) =>
  hugetlbState(hgmVma(), cached(0, 0), leaf({ page: 0, size: 4, pfn: 0, ...of }), returned('ok'));

describe('H13', () => {
  const split = hugetlbState(hgmVma(), cached(0, 0), leaf({ page: 0, pfn: 0 }), leaf({ page: 2, size: 2, pfn: 2 }));
  const whole = hugetlbState(hgmVma(), cached(0, 0), leaf({ page: 0, size: 4, pfn: 0 }), returned('ok'));
  const half = hugetlbState(
    hgmVma(),
    cached(0, 0),
    leaf({ page: 0, size: 2, pfn: 0 }),
    leaf({ page: 2, size: 2, pfn: 2 }),
    returned('ok'),
  );

  it('holds where one leaf has taken the place of the table', () => {
    expect(stepVerdict(h13, split, 'hugetlb_collapse', whole, pages(0, 4))).toBe('holds');
    expect(stepVerdict(h13, split, 'hugetlb_collapse', half, pages(0, 2))).toBe('holds');
  });

  it('holds where the file has nothing, and nothing is left', () => {
    const before = hugetlbState(hgmVma(), entry({ page: 0 }));
    const after = hugetlbState(hgmVma(), returned('ok'));
    expect(stepVerdict(h13, before, 'hugetlb_collapse', after, pages(0, 4))).toBe('holds');
    expect(stepVerdict(h13, before, 'hugetlb_collapse', before, pages(0, 4))).toContain('has nothing');
  });

  it('lets what is broken be', () => {
    const broken = hugetlbState(hgmVma(), cached(0, 0, { hwpoison: 1 }), hwpoison({ page: 1 }, 1));
    expect(stepVerdict(h13, broken, 'hugetlb_collapse', broken, pages(0, 4))).toBe('holds');
  });

  it('has no subject where nothing is split, where high granularity is off, and in other operations', () => {
    expect(stepVerdict(h13, whole, 'hugetlb_collapse', whole, pages(0, 4))).toBe('no subject');
    const off = hugetlbState(vma(), leaf({ page: 0, pfn: 0 }));
    expect(stepVerdict(h13, off, 'hugetlb_collapse', off, pages(0, 4))).toBe('no subject');
    const withoutData = hugetlbState(hgmVma({ data: 0 }), leaf({ page: 0, pfn: 0 }));
    expect(stepVerdict(collapse('data'), withoutData, 'hugetlb_collapse', withoutData, pages(0, 4))).toBe('no subject');
    expect(stepVerdict(h13, split, 'hugetlb_fault', split)).toBe('no subject');
  });

  it('fails where a table is left, or a smaller leaf than there could be', () => {
    expect(stepVerdict(h13, split, 'hugetlb_collapse', split, pages(0, 4))).toMatchInlineSnapshot(
      `"MADV_COLLAPSE of pages 0..3 returned ok; of parent pages 0..3, for which the page cache has folio 0 (file, uptodate, migratable): parent page 0 has leaf pfn 0 RW young of 1 page in pte[0] below pmd[0] of PMD table 0 before, and parent page 0 has leaf pfn 0 RW young of 1 page in pte[0] below pmd[0] of PMD table 0 after"`,
    );
    expect(stepVerdict(h13, split, 'hugetlb_collapse', half, pages(0, 4))).toContain('parent pages 0..3');
  });

  it('fails of another page, of wrong rights, and of protection that is left', () => {
    for (const other of [{ pfn: 4 }, { write: 0 }, { wp: 1 }])
      expect(stepVerdict(h13, split, 'hugetlb_collapse', collapsedTo(other), pages(0, 4))).toContain('MADV_COLLAPSE');
    const readOnly = [hgmVma({ prot: Prot.R }), cached(0, 0)];
    const before = hugetlbState(...readOnly, leaf({ page: 0, pfn: 0, write: 0 }));
    const after = hugetlbState(...readOnly, leaf({ page: 0, size: 4, pfn: 0, write: 0 }));
    expect(stepVerdict(h13, before, 'hugetlb_collapse', after, pages(0, 4))).toBe('holds');
  });

  it('fails where a page changes that the call does not name', () => {
    const before = hugetlbState(hgmVma(), cached(0, 0), leaf({ page: 0, pfn: 0 }), leaf({ page: 4, size: 4, pfn: 4 }));
    expect(stepVerdict(h13, before, 'hugetlb_collapse', whole, pages(0, 4))).toMatchInlineSnapshot(
      `"MADV_COLLAPSE of pages 0..3 returned ok, and changed what it does not name: parent page 4 has leaf pfn 4 RW young of 4 pages in pud[1] before, and parent page 4 has none in pud[1] after"`,
    );
  });
});

describe('H14', () => {
  const split = hugetlbState(hgmVma(), cached(0, 0), leaf({ page: 0, pfn: 0 }));
  const failed = [hgmVma(), cached(0, 0), returned('EBUSY')];

  it('holds where nothing, or a whole span, has changed', () => {
    expect(
      stepVerdict(h14, split, 'hugetlb_collapse', hugetlbState(...failed, leaf({ page: 0, pfn: 0 })), pages(0, 4)),
    ).toBe('holds');
    expect(
      stepVerdict(
        h14,
        split,
        'hugetlb_collapse',
        hugetlbState(...failed, leaf({ page: 0, size: 4, pfn: 0 })),
        pages(0, 4),
      ),
    ).toBe('holds');
  });

  it('has no subject where the call succeeds', () => {
    expect(stepVerdict(h14, split, 'hugetlb_collapse', split, pages(0, 4))).toBe('no subject');
  });

  it('fails where pages are lost', () => {
    expect(
      stepVerdict(h14, split, 'hugetlb_collapse', hugetlbState(...failed, entry({ page: 0 })), pages(0, 4)),
    ).toMatchInlineSnapshot(
      `"MADV_COLLAPSE of pages 0..3 returned EBUSY; of parent pages 0..3, for which the page cache has folio 0 (file, uptodate, migratable): parent page 0 has leaf pfn 0 RW young of 1 page in pte[0] below pmd[0] of PMD table 0 before, and parent page 0 has none in pte[0] below pmd[0] of PMD table 0 after"`,
    );
  });
});

describe('H15', () => {
  const shared = [hgmVma(), cached(0, 0), cached(1, 1)];
  const before = hugetlbState(
    ...shared,
    leaf({ page: 0, size: 2, pfn: 0, write: 0 }),
    migrating({ page: 4, size: 4 }, { pfn: 4 }),
  );

  it('holds where rights come, and where something is filled in', () => {
    const after = hugetlbState(
      ...shared,
      leaf({ page: 0, size: 2, pfn: 0, dirty: 1 }),
      leaf({ page: 2, size: 2, pfn: 2 }),
      migrating({ page: 4, size: 4 }, { pfn: 4 }),
    );
    expect(stepVerdict(fault('hugepage'), before, 'hugetlb_fault', after)).toBe('holds');
  });

  it('has no subject in other operations, and without VMAs', () => {
    expect(stepVerdict(fault('hugepage'), before, 'hugetlb_munmap', before)).toBe('no subject');
    expect(stepVerdict(fault('hugepage'), hugetlbState(), 'hugetlb_fault', hugetlbState())).toBe('no subject');
  });

  it('fails where a table appears or goes below the entries of the hstate', () => {
    const table = hugetlbState(...shared, leaf({ page: 0, pfn: 0 }), migrating({ page: 4, size: 4 }, { pfn: 4 }));
    expect(stepVerdict(fault('hugepage'), before, 'hugetlb_fault', table)).toMatchInlineSnapshot(
      `"parent page 0 has leaf pfn 0 RO young of 2 pages in pmd[0] of PMD table 0 before the fault, and parent page 0 has leaf pfn 0 RW young of 1 page in pte[0] below pmd[0] of PMD table 0 after it"`,
    );
    const none = hugeState(vma());
    expect(
      stepVerdict(fault('hugepage'), none, 'hugetlb_fault', hugeState(vma(), leaf({ page: 0, size: 2, pfn: 0 }))),
    ).toBe('holds');
  });

  it('fails where a leaf, or what migrates, changes', () => {
    const other = hugetlbState(
      ...shared,
      leaf({ page: 0, size: 2, pfn: 2 }),
      migrating({ page: 4, size: 4 }, { pfn: 4 }),
    );
    expect(stepVerdict(fault('hugepage'), before, 'hugetlb_fault', other)).toContain('leaf pfn 2');
    const gone = hugetlbState(...shared, leaf({ page: 0, size: 2, pfn: 0 }), leaf({ page: 4, size: 4, pfn: 4 }));
    expect(stepVerdict(fault('hugepage'), before, 'hugetlb_fault', gone)).toContain('migration entry');
  });

  it('lets tables be made where base pages are lost alone, beside one that is broken', () => {
    const broken = [hgmVma(), cached(0, 0, { hwpoison: 1 })];
    const none = hugetlbState(...broken);
    const part = hugetlbState(...broken, leaf({ page: 2, size: 2, pfn: 2 }));
    expect(stepVerdict(fault('base'), none, 'hugetlb_fault', part)).toBe('holds');
    expect(stepVerdict(fault('hugepage'), none, 'hugetlb_fault', part)).toContain('after it');
    expect(stepVerdict(fault('base'), part, 'hugetlb_fault', none)).toContain('after it');
    const whole = [hgmVma(), cached(0, 0)];
    const small = hugetlbState(...whole, leaf({ page: 2, size: 2, pfn: 2 }));
    expect(stepVerdict(fault('base'), hugetlbState(...whole), 'hugetlb_fault', small)).toContain('after it');
  });

  it('lets private pages be copied, and what is left of a registration go', () => {
    const own = hugetlbState(privateVma(), cached(0, 0), leaf({ page: 0, size: 4, pfn: 0, write: 0 }));
    const copy = hugetlbState(privateVma(), cached(0, 0), anonFolio(1), leaf({ page: 0, size: 4, pfn: 4 }));
    expect(stepVerdict(fault('hugepage'), own, 'hugetlb_fault', copy)).toBe('holds');
    const left = hugetlbState(vma(), leaf({ page: 0, size: 4, pfn: 0, ...RO }));
    const gone = hugetlbState(vma(), leaf({ page: 0, size: 4, pfn: 0 }));
    expect(stepVerdict(fault('hugepage'), left, 'hugetlb_fault', gone)).toBe('holds');
    const kept = hugetlbState(vma({ wp: 1 }), leaf({ page: 0, size: 4, pfn: 0, ...RO }));
    expect(
      stepVerdict(
        fault('hugepage'),
        kept,
        'hugetlb_fault',
        hugetlbState(vma({ wp: 1 }), leaf({ page: 0, size: 4, pfn: 0 })),
      ),
    ).toContain('uffd-wp');
  });
});

const parentShares: HugetlbPiece = (s) => s.pud.put(0, s.pud.at(s.geometry.puds));

describe('H16', () => {
  const waiting = [hgmVma({ minor: 1 }), cached(0, 0)];
  const before = hugetlbState(...waiting);
  const first = leaf({ page: 0, pfn: 0 });

  it('holds where what is done is mapped, and nothing else', () => {
    const after = hugetlbState(...waiting, first, returned('ok', 1));
    expect(stepVerdict(continues, before, 'userfaultfd_continue', after, pages(0, 1))).toBe('holds');
    const part = hugetlbState(...waiting, first, returned('EEXIST', 1));
    expect(stepVerdict(continues, before, 'userfaultfd_continue', part, pages(0, 2))).toBe('holds');
  });

  it('has no subject in other operations', () => {
    expect(stepVerdict(continues, before, 'userfaultfd_copy', before, pages(0, 4))).toBe('no subject');
  });

  it('fails where a page that is done is not mapped', () => {
    const after = hugetlbState(...waiting, returned('ok', 1));
    expect(stepVerdict(continues, before, 'userfaultfd_continue', after, pages(0, 1))).toMatchInlineSnapshot(
      `"UFFDIO_CONTINUE of page 0 returned ok with 1 page done: parent page 0 has none in pud[0] before, and parent page 0 has none in pud[0] after"`,
    );
  });

  it('fails where a page is changed that is not done', () => {
    const after = hugetlbState(...waiting, first, returned('ENOMEM', 0));
    expect(stepVerdict(continues, before, 'userfaultfd_continue', after, pages(0, 2))).toContain('ENOMEM with 0 pages');
    const beyond = hugetlbState(...waiting, leaf({ page: 0, size: 2, pfn: 0 }), returned('ok', 1));
    expect(stepVerdict(continues, before, 'userfaultfd_continue', beyond, pages(0, 1))).toContain('page 1');
  });

  it('does not ask what comes with a table that others have', () => {
    const both = [vma({ missing: 1 }), child, vma({ mm: CHILD }), cached(0, 0), cached(1, 1)];
    const childs = [leaf({ mm: CHILD, page: 0, size: 2, pfn: 0 }), leaf({ mm: CHILD, page: 2, size: 2, pfn: 2 })];
    const after = hugeState(...both, ...childs, parentShares, returned('EEXIST', 0));
    expect(stepVerdict(continues, hugeState(...both, ...childs), 'userfaultfd_continue', after, pages(0, 2))).toBe(
      'holds',
    );
  });
});

describe('H16-EXISTS', () => {
  const waiting = [hgmVma({ minor: 1, wp: 1 }), cached(0, 0)];
  const said = (range: ReturnType<typeof pages>, done: number, ...what: readonly HugetlbPiece[]): string => {
    const after = hugetlbState(...waiting, ...what, returned('EEXIST', done));
    return stepVerdict(continueExists, hugetlbState(...waiting, ...what), 'userfaultfd_continue', after, range);
  };

  it('holds where a leaf is there, or what migrates or is broken', () => {
    expect(said(pages(0, 1), 0, leaf({ page: 0, pfn: 0 }))).toBe('holds');
    expect(said(pages(1, 2), 0, leaf({ page: 0, size: 4, pfn: 0 }))).toBe('holds');
    expect(said(pages(0, 4), 0, leaf({ page: 3, pfn: 3 }))).toBe('holds');
    expect(said(pages(0, 1), 0, migrating({ page: 0, size: 4 }, { pfn: 0 }))).toBe('holds');
    expect(said(pages(0, 1), 0, hwpoison({ page: 0 }, 0))).toBe('holds');
    expect(said(pages(0, 1), 0, marker({ page: 0 }, { poisoned: 1 }))).toBe('holds');
  });

  it('has no subject where the call ends otherwise, and in other operations', () => {
    const after = hugetlbState(...waiting, returned('EFAULT', 0));
    expect(stepVerdict(continueExists, after, 'userfaultfd_continue', after, pages(0, 1))).toBe('no subject');
    const exists = hugetlbState(...waiting, returned('EEXIST', 0));
    expect(stepVerdict(continueExists, exists, 'userfaultfd_copy', exists, pages(0, 4))).toBe('no subject');
  });

  it('fails where there is a marker of uffd-wp, or a table with nothing in it', () => {
    expect(said(pages(0, 1), 0, marker({ page: 0, size: 4 }))).toMatchInlineSnapshot(
      `"UFFDIO_CONTINUE of page 0 ended with EEXIST at page 0, and nothing is there at page 0 of parent: parent page 0 has uffd-wp marker in pud[0]"`,
    );
    expect(said(pages(0, 4), 0, entry({ page: 1 }))).toContain('nothing is there at pages 0..3');
  });

  it('asks of what the next leaf would map alone', () => {
    const [first, last] = [leaf({ page: 0, pfn: 0 }), leaf({ page: 3, pfn: 3 })];
    expect(said(pages(0, 2), 1, first, last)).toContain('nothing is there at page 1');
    expect(said(pages(1, 4), 1, first, last)).toBe('holds');
  });
});

describe('H19', () => {
  const [waits, strict] = [minor(), minor(true)];
  const waiting = [hgmVma({ minor: 1 }), cached(0, 0)];
  const before = hugetlbState(...waiting);
  const after = hugetlbState(...waiting, leaf({ page: 0, pfn: 0 }));

  it('holds where the page waits on, or user space fills it in', () => {
    expect(stepVerdict(waits, before, 'hugetlb_fault', before, { page: 0 })).toBe('holds');
    for (const name of ['userfaultfd_continue', 'userfaultfd_copy', 'userfaultfd_poison'])
      expect(stepVerdict(waits, before, name, after, pages(0, 1))).toBe('holds');
  });

  it('has no subject where nobody asks for the page, where it is not cached or mapped already', () => {
    expect(stepVerdict(waits, before, 'hugetlb_fault', before, { page: 4 })).toBe('no subject');
    const empty = hugetlbState(hgmVma({ minor: 1 }));
    expect(stepVerdict(waits, empty, 'hugetlb_fault', after, { page: 0 })).toBe('no subject');
    expect(stepVerdict(waits, after, 'hugetlb_fault', after, { page: 0 })).toBe('no subject');
    const plain = hugetlbState(vma(), cached(0, 0));
    expect(stepVerdict(waits, plain, 'hugetlb_fault', after, { page: 0 })).toBe('no subject');
  });

  it('fails where a fault maps it, or who fills in another page', () => {
    expect(stepVerdict(waits, before, 'hugetlb_fault', after, { page: 0 })).toMatchInlineSnapshot(
      `"parent page 0 has none in pud[0], and waits for UFFDIO_CONTINUE; after hugetlb_fault parent page 0 has leaf pfn 0 RW young of 1 page in pte[0] below pmd[0] of PMD table 0"`,
    );
    expect(stepVerdict(waits, before, 'userfaultfd_continue', after, pages(1, 2))).toContain('waits for');
  });

  it('lets MADV_COLLAPSE fill holes, unless that is asked', () => {
    expect(stepVerdict(waits, before, 'hugetlb_collapse', after, pages(0, 4))).toBe('holds');
    expect(stepVerdict(strict, before, 'hugetlb_collapse', after, pages(0, 4))).toContain('hugetlb_collapse');
  });
});
