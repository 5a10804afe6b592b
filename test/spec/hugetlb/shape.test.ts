import { describe, expect, it } from '@effect/vitest';
import { gate } from '../../../spec/hugetlb/gate.ts';
import { shape } from '../../../spec/hugetlb/shape.ts';
import { sharing } from '../../../spec/hugetlb/sharing.ts';
import { HugePteKind } from '../../../model/state/hugetlb/hugetlb_types.ts';
import {
  cached,
  child,
  CHILD,
  contiguous,
  entry,
  hgmVma,
  hugeState,
  hugetlbState,
  hwpoison,
  leaf,
  marker,
  migrating,
  sharedTable,
  stateOf,
  verdict,
  vma,
} from '../../support/hugetlb_state.ts';

const CONT = { kind: HugePteKind.leaf, cont: 1 } as const;

describe('H1', () => {
  it('holds of leaves of every size, of markers, and of what stands for a frame', () => {
    const s = hugetlbState(
      hgmVma(),
      cached(0, 0),
      leaf({ page: 0, size: 2, pfn: 0 }),
      leaf({ page: 2, pfn: 2 }),
      marker({ page: 3 }),
      migrating({ page: 4, size: 2 }, { pfn: 4 }),
      hwpoison({ page: 6 }, 6),
    );
    expect(verdict(shape, s)).toBe('holds');
  });

  it('has no subject where nothing is mapped', () => {
    expect(verdict(shape, hugetlbState(vma()))).toBe('no subject');
  });

  it('fails of an entry outside a VMA, and of one that reaches beyond', () => {
    expect(verdict(shape, hugetlbState(leaf({ page: 4, size: 4, pfn: 0 })))).toMatchInlineSnapshot(
      `"parent page 4 has leaf pfn 0 RW young of 4 pages in pud[1], in no VMA: not all of its 4 pages lie in one VMA"`,
    );
    const half = hugetlbState(vma({ end: 2 }), leaf({ page: 0, size: 4, pfn: 0 }));
    expect(verdict(shape, half)).toMatchInlineSnapshot(
      `"parent page 0 has leaf pfn 0 RW young of 4 pages in pud[0], in the VMA of pages 0..1 of file 0, pgoff 0, RW, VM_SHARED, VMA lock: not all of its 4 pages lie in one VMA"`,
    );
  });

  it('fails of a leaf of a size that no hstate has, and of a marker larger than a hugepage', () => {
    const one = hugeState(vma(), leaf({ page: 0, size: 4, pfn: 0 }));
    expect(verdict(shape, one)).toMatchInlineSnapshot(
      `"parent page 0 has leaf pfn 0 RW young of 4 pages in pud[0], in the VMA of pages 0..7 of file 0, pgoff 0, RW, VM_SHARED, VMA lock: hugepages have 2 pages, and leaves 2, 1"`,
    );
    expect(verdict(shape, hugeState(vma(), marker({ page: 0, size: 4 })))).toContain('leaves 2, 1');
  });

  it('fails of a table where none can be, and of a frame that there is not', () => {
    const table = hugetlbState(hgmVma(), entry({ page: 1 }, { kind: HugePteKind.table, pfn: 0 }));
    expect(verdict(shape, table)).toMatchInlineSnapshot(
      `"parent page 1 has table 0 in pte[1] below pmd[0] of PMD table 0, in the VMA of pages 0..7 of file 0, pgoff 0, RW, VM_SHARED, VMA lock, HGM: no table can be there"`,
    );
    expect(
      verdict(shape, hugetlbState(vma(), entry({ page: 0, size: 4 }, { kind: HugePteKind.leaf, pfn: 12 }))),
    ).toContain('there is no such frame');
  });

  it('asks the entries of a contiguous leaf to belong together', () => {
    const of = stateOf(contiguous);
    const pair = [entry({ page: 2 }, { ...CONT, pfn: 2 }), entry({ page: 3 }, { ...CONT, pfn: 3 })];
    expect(verdict(shape, of(vma(), ...pair))).toBe('holds');
    expect(verdict(shape, of(vma(), pair[0]!))).toMatchInlineSnapshot(
      `"parent page 2 has leaf pfn 2 RO contiguous of 2 pages in pte[2] below pmd[0] of PMD table 0, in the VMA of pages 0..7 of file 0, pgoff 0, RW, VM_SHARED, VMA lock: the entries beside it are not contiguous with it"`,
    );
    expect(verdict(shape, of(vma(), pair[0]!, entry({ page: 3 }, { ...CONT, pfn: 5 })))).toContain('not contiguous');
    expect(verdict(shape, of(vma(), pair[0]!, entry({ page: 3 }, { ...CONT, cont: 0, pfn: 3 })))).toContain(
      'not contiguous',
    );
    expect(verdict(shape, hugeState(vma(), entry({ page: 0, size: 2 }, CONT)))).toContain('not contiguous');
  });
});

describe('H2', () => {
  const [inFlag, inData] = [gate('flag'), gate('data')];

  it('holds where high granularity is enabled, and has no subject without tables', () => {
    expect(verdict(inFlag, hugetlbState(hgmVma(), leaf({ page: 0, pfn: 0 })))).toBe('holds');
    expect(verdict(inData, hugetlbState(hgmVma(), leaf({ page: 0, pfn: 0 })))).toBe('holds');
    expect(verdict(inFlag, hugetlbState(vma(), leaf({ page: 0, size: 4, pfn: 0 })))).toBe('no subject');
    expect(verdict(inFlag, hugeState(vma(), leaf({ page: 0, size: 2, pfn: 0 })))).toBe('no subject');
  });

  it('fails where it is not, even if nothing is mapped by the table', () => {
    const s = hugetlbState(hgmVma({ end: 4 }), vma({ row: 1, start: 4, pgoff: 4 }), entry({ page: 4, size: 2 }));
    expect(verdict(inFlag, s)).toMatchInlineSnapshot(
      `"parent page 4 has none in pmd[0] of PMD table 0, in the VMA of pages 4..7 of file 0, pgoff 4, RW, VM_SHARED, VMA lock: there is a table where the hugepage would be, and high granularity is not enabled"`,
    );
  });

  it('asks for the data of the VMA where the flag stands in it', () => {
    const s = hugetlbState(hgmVma({ data: 0 }), leaf({ page: 0, pfn: 0 }));
    expect(verdict(inFlag, s)).toBe('holds');
    expect(verdict(inData, s)).toContain('high granularity is not enabled');
  });
});

describe('H3', () => {
  const both = [child, vma({ mm: CHILD })];
  const shared = [leaf({ page: 0, size: 2, pfn: 0 }), sharedTable()];

  it('holds of a table that two plain VMAs share, and has no subject without', () => {
    expect(verdict(sharing, hugeState(vma(), ...both, ...shared))).toBe('holds');
    expect(verdict(sharing, hugeState(vma(), leaf({ page: 0, size: 2, pfn: 0 })))).toBe('no subject');
  });

  it.each([{ hgm: 1 }, { wp: 1 }, { minor: 1 }] as const)('fails of a VMA with %o', (of) => {
    expect(verdict(sharing, hugeState(vma(of), ...both, ...shared))).toContain('has page tables of its own');
  });

  it.each([{ data: 0 }, { shared: 0, mayShare: 0 }] as const)(
    'fails of a VMA with %o, which is not shareable',
    (of) => {
      expect(verdict(sharing, hugeState(vma(of), ...both, ...shared))).toContain('not one whose tables can be shared');
    },
  );

  it('fails of a table that two VMAs of a process are in', () => {
    const split = [vma({ end: 2 }), vma({ row: 1, start: 2, pgoff: 2 })];
    expect(verdict(sharing, hugeState(...split, ...both, ...shared))).toMatchInlineSnapshot(
      `"parent page 0 has leaf pfn 0 RW young of 2 pages in pmd[0] of PMD table 0, in the VMA of pages 0..1 of file 0, pgoff 0, RW, VM_SHARED, VMA lock: its PMD table is shared, and not all of its 4 pages are of one VMA"`,
    );
    expect(verdict(sharing, hugeState(...both, ...shared))).toContain('in no VMA');
  });
});
