import { describe, expect, it } from '@effect/vitest';
import { reservations } from '../../../spec/hugetlb/reservations.ts';
import { tables } from '../../../spec/hugetlb/tables.ts';
import { usage } from '../../../spec/hugetlb/usage.ts';
import { HugePteKind, PmdTable, Usage } from '../../../model/state/hugetlb/hugetlb_types.ts';
import {
  anonFolio,
  cached,
  child,
  dead,
  entry,
  hgmVma,
  hugeState,
  hugetlbState,
  type HugetlbPiece,
  hwpoison,
  leaf,
  marker,
  migrating,
  PARENT,
  privateVma,
  sharedTable,
  verdict,
  vma,
} from '../../support/hugetlb_state.ts';

const used =
  (mm: number, pages: number): HugetlbPiece =>
  (s) =>
    s.usage.put(mm, Usage.add(0, pages));

describe('H9', () => {
  it('counts leaves and migration entries, by their pages', () => {
    const s = [hgmVma(), leaf({ page: 0, size: 2, pfn: 0 }), leaf({ page: 3, pfn: 3 })];
    expect(verdict(usage, hugetlbState(...s, hwpoison({ page: 2 }, 2), marker({ page: 4, size: 4 })))).toBe('holds');
    expect(verdict(usage, hugetlbState(...s, migrating({ page: 4, size: 4 }, { pfn: 4 }), used(PARENT, 7)))).toBe(
      'holds',
    );
    expect(verdict(usage, hugetlbState(...s, used(PARENT, 2)))).toMatchInlineSnapshot(
      `"parent has hugetlb_usage 2 and maps 3 pages"`,
    );
  });

  it('counts a table that a process shares with itself once', () => {
    const s = hugeState(vma(), leaf({ page: 0, size: 2, pfn: 0 }), (d) => d.pud.put(1, d.pud.at(0)));
    expect(verdict(usage, s)).toBe('holds');
  });

  it('has no subject where nothing is mapped or counted', () => {
    expect(verdict(usage, hugetlbState(vma()))).toBe('no subject');
    expect(verdict(usage, hugetlbState(vma(), used(PARENT, -1)))).toContain('hugetlb_usage -1');
  });
});

const counted: HugetlbPiece = (d) => d.pmdTable.put(0, PmdTable.of({ live: 1, shares: 1 }));

describe('H10', () => {
  const s = [hgmVma(), leaf({ page: 0, pfn: 0 })];

  it('holds of tables in a tree, and of one that is shared', () => {
    expect(verdict(tables, hugetlbState(...s))).toBe('holds');
    expect(verdict(tables, hugeState(vma(), leaf({ page: 0, size: 2, pfn: 0 }), child, sharedTable()))).toBe('holds');
  });

  it('has no subject without tables', () => {
    expect(verdict(tables, hugetlbState(vma(), leaf({ page: 0, size: 4, pfn: 0 })))).toBe('no subject');
  });

  it('fails of tables that nothing names', () => {
    expect(verdict(tables, hugetlbState(...s, entry({ page: 0, size: 4 })))).toMatchInlineSnapshot(
      `"PMD table 0 is live with a share count of 0, and 0 PUD entries name it"`,
    );
    expect(verdict(tables, hugetlbState(...s, entry({ page: 0, size: 2 })))).toMatchInlineSnapshot(
      `"PTE table 0 is live, and 0 PMD entries that are reached name it"`,
    );
  });

  it('fails of tables that are freed, and can be reached', () => {
    expect(
      verdict(
        tables,
        hugetlbState(...s, (d) => d.pteTable.put(0, 0)),
      ),
    ).toContain('PTE table 0 is freed');
    expect(
      verdict(
        tables,
        hugetlbState(...s, (d) => d.pmdTable.put(0, PmdTable.of({}))),
      ),
    ).toContain('PMD table 0 is freed');
  });

  it('fails of a share count that is wrong, and of a PTE table with two names', () => {
    expect(verdict(tables, hugetlbState(...s, counted))).toMatchInlineSnapshot(
      `"PMD table 0 is live with a share count of 1, and 1 PUD entry names it"`,
    );
    const twice = entry({ page: 2, size: 2 }, { kind: HugePteKind.table, pfn: 0 });
    expect(verdict(tables, hugetlbState(...s, twice))).toContain('2 PMD entries that are reached name it');
  });

  it('fails of a name of no table, and of a process that has ended with some', () => {
    const pud = entry({ page: 0, size: 4 }, { kind: HugePteKind.table, pfn: 63 });
    expect(verdict(tables, hugetlbState(pud))).toMatchInlineSnapshot(
      `"PUD entry 0 is table 63, and there is no such table"`,
    );
    const pmd = entry({ page: 0, size: 2 }, { kind: HugePteKind.table, pfn: 63 });
    expect(verdict(tables, hugetlbState(pmd))).toContain('there is no such table');
    expect(verdict(tables, hugetlbState(...s, dead(PARENT)))).toContain('its process has ended');
  });
});

const promised =
  (n: number): HugetlbPiece =>
  (s) =>
    s.resv.put(0, n);
const reserved: HugetlbPiece = (s) => s.reserved.put(0, 1);

const oneUsed: HugetlbPiece = (s) => s.consumed.put(1, 1);

describe('H-RESV', () => {
  it('holds of files and private mappings that have used a part of what they were promised', () => {
    expect(verdict(reservations, hugetlbState(vma(), reserved, promised(1)))).toBe('holds');
    expect(verdict(reservations, hugetlbState(privateVma(), oneUsed, reserved, promised(2)))).toBe('holds');
    expect(verdict(reservations, hugetlbState(privateVma({ owner: 0 }), cached(0, 0), promised(0)))).toBe('no subject');
  });

  it('fails where more, or less, is promised', () => {
    expect(verdict(reservations, hugetlbState(vma(), reserved))).toMatchInlineSnapshot(
      `"resv_huge_pages is 0; files are promised 1 hugepage that they do not have, private mappings 0 that they have not used, and the pool has 3 free"`,
    );
    expect(verdict(reservations, hugetlbState(privateVma(), promised(3)))).toContain('private mappings 2');
  });

  it('fails where the pool does not have it', () => {
    const s = hugetlbState(privateVma(), anonFolio(0), anonFolio(1), promised(2));
    expect(verdict(reservations, s)).toContain('the pool has 1 free');
  });

  it('has no subject where nobody is promised anything', () => {
    expect(verdict(reservations, hugetlbState(vma()))).toBe('no subject');
  });
});
