import { describe, expect, it } from '@effect/vitest';
import { Vmstat } from '../../model/state/memmap.ts';
import { vmstat } from '../../spec/vmstat.ts';
import { addStat, countedLeaf, countedMigration, countedPtes, countedPud, folio } from '../support/mm_folios.ts';
import {
  CHILD,
  child,
  DAX,
  device,
  FILE,
  leaf,
  memory,
  mmState,
  none,
  PAGE,
  REGULAR,
  stateOn,
  THP,
  verdict,
} from '../support/mm_state.ts';

const ro = { write: 0 } as const;
/** A folio of each kind by a leaf, and small pages. */
const all = [
  countedLeaf({ pfn: THP }),
  countedLeaf({ slot: 1, pfn: FILE }),
  countedPud({ pud: 1, pfn: DAX }),
  child,
  countedLeaf({ mm: CHILD, pfn: REGULAR }),
  countedPtes({ mm: CHILD, slot: 1, page: 0 }, memory(PAGE), memory(PAGE + 1)),
];
/** One page of a folio by a PTE, by both. */
const half = [
  countedPtes({ page: 0 }, none, memory(THP + 1, ro)),
  child,
  countedPtes({ mm: CHILD, page: 1 }, none, memory(THP + 1, ro)),
];

describe('I-STAT', () => {
  it('holds of folios of every kind, each counted once', () => {
    expect(verdict(vmstat, mmState(...all))).toBe('holds');
    const again = [
      countedLeaf({ mm: CHILD, slot: 2, pfn: THP, ...ro }),
      countedPtes({ mm: CHILD, slot: 3, page: 1 }, memory(THP, ro)),
    ];
    expect(verdict(vmstat, mmState(...all, ...again))).toBe('holds');
  });

  it.each(Vmstat.names)('fails when %s is off', (name) => {
    for (const by of [-1, 2])
      expect(verdict(vmstat, mmState(...all, addStat(Vmstat[name], by)))).toContain(`${name} is `);
  });

  it('tells the numbers, negative ones too', () => {
    expect(verdict(vmstat, mmState(...all, addStat(Vmstat.NR_FILE_PMDMAPPED, -2)))).toMatchInlineSnapshot(
      `"NR_FILE_PMDMAPPED is 0; the mapped folios make it 2"`,
    );
    expect(verdict(vmstat, mmState(addStat(Vmstat.NR_ANON_MAPPED, -2)))).toMatchInlineSnapshot(
      `"NR_ANON_MAPPED is -2; the mapped folios make it 0"`,
    );
  });

  it('counts no PUD leaf as PMD-mapped, and no migration entry at all', () => {
    expect(verdict(vmstat, mmState(countedPud({ pfn: DAX })))).toBe('holds');
    expect(
      verdict(vmstat, mmState(countedPud({ pfn: DAX }), addStat(Vmstat.NR_FILE_PMDMAPPED, 4))),
    ).toMatchInlineSnapshot(`"NR_FILE_PMDMAPPED is 4; the mapped folios make it 0"`);
    expect(verdict(vmstat, mmState(countedMigration({ pfn: THP })))).toBe('no subject');
  });

  it('counts one page of a folio as one, or as all of it where pages have no mapcounts', () => {
    expect(verdict(vmstat, mmState(...half))).toBe('holds');
    expect(verdict(vmstat, stateOn({ pageMapcount: false }, ...half))).toBe('holds');
    expect(verdict(vmstat, mmState(...half, addStat(Vmstat.NR_ANON_MAPPED, 1)))).toMatchInlineSnapshot(
      `"NR_ANON_MAPPED is 2; the mapped folios make it 1"`,
    );
    const all2 = stateOn({ pageMapcount: false }, ...half, addStat(Vmstat.NR_ANON_MAPPED, -1));
    expect(verdict(vmstat, all2)).toMatchInlineSnapshot(`"NR_ANON_MAPPED is 1; the mapped folios make it 2"`);
  });

  it('has no subject where no memory is mapped and nothing counted', () => {
    expect(verdict(vmstat, mmState(device({ pages: [0, 2] }), leaf({}), folio(THP)))).toBe('no subject');
  });
});
