import { describe, expect, it } from '@effect/vitest';
import { v7_1 } from '../../model/releases/v7_1.ts';
import { blocks, SMALL } from '../../model/state/geometry.ts';
import { Page, PageKind } from '../../model/state/memmap.ts';
import { Pin, Pmd, PmdKind, Pte, Pud, PudKind, Vma, VmaKind } from '../../model/state/mm_types.ts';
import { pool } from '../../spec/pool.ts';
import { booted } from '../support/booted.ts';
import { verdict } from '../support/mm_state.ts';

/** Of two pages of a BAR the first is not in the pool; the parent has a PTE table. */
const state = () => {
  const s = booted({ ...SMALL, memory: blocks('p2pdma', 1, 2), pins: 1 }, {}, v7_1);
  s.page.put(0, Page.of({ kind: PageKind.p2pdma }));
  s.pgmapRef.put(0, 1);
  s.vma.put(0, Vma.of({ kind: VmaKind.mixed, end: 2 }));
  s.pud.put(0, Pud.of({ kind: PudKind.table }));
  s.pmd.put(0, Pmd.of({ kind: PmdKind.table }));
  return s;
};
const mapped = (pfn: number) => {
  const s = state();
  s.pte.put(0, Pte.of({ present: 1, pfn }));
  return s;
};

describe('I-POOL', () => {
  it('lets a page be out of the pool that is mapped, or pinned', () => {
    expect(verdict(pool, mapped(16))).toBe('holds');
    const s = state();
    s.pin.put(0, Pin.of({ taken: 1, pfn: 16 }));
    expect(verdict(pool, s)).toBe('holds');
  });
  it('wants one that nobody uses in the pool', () => {
    expect(verdict(pool, state())).toBe('page 16 (p2pdma) is not in the pool, and nobody uses it');
  });
  it('wants one that is in the pool used by nobody', () => {
    const s = mapped(17);
    s.page.put(0, 0 as Page);
    s.pgmapRef.put(0, 0);
    expect(verdict(pool, s)).toContain('page 17 (free) is in the pool, and 1 PTE maps it');
  });
  it('counts the references to the pgmap', () => {
    const s = mapped(16);
    s.pgmapRef.put(0, 2);
    expect(verdict(pool, s)).toBe('the pgmap has 2 references, and 1 page is not in the pool');
  });
  it('asks nothing without such memory', () => {
    expect(verdict(pool, booted({ ...SMALL, memory: blocks('dax', 1, 1) }))).toBe('no subject');
  });
});
