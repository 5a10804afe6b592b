/** What walks visit, split and leave alone; against a slow twin that looks at one page after the other. */
import { describe, expect, it } from '@effect/vitest';
import { anonMemory, daxDevice, type Driver, faultDriver } from '../../../model/drivers/driver.ts';
import { patched, type Sys } from '../../../model/mm/kernel.ts';
import { access_page } from '../../../model/mm/memory_fault.ts';
import { mincore } from '../../../model/mm/mincore.ts';
import { mmap_region } from '../../../model/mm/mmap.ts';
import {
  ACTION_CONTINUE,
  type MmWalkOps,
  walk_page_range,
  walk_page_range_vma,
  walk_page_vma,
} from '../../../model/mm/pagewalk.ts';
import { vma_lookup } from '../../../model/mm/vma.ts';
import { WALK_DIFFERENCES } from '../../../model/releases/differences_walks.ts';
import { v7_1 } from '../../../model/releases/v7_1.ts';
import { blocks, type Geometry, pagesOf, SMALL } from '../../../model/state/geometry.ts';
import { Pmd, Pud, Result } from '../../../model/state/mm_types.ts';
import { mappings } from '../../scenarios/accounts.ts';
import { booted } from '../../support/booted.ts';

const geometry: Geometry = {
  ...SMALL,
  memory: [...blocks('dax', 4, 1), ...blocks('anon', 2, 1), ...blocks('anon', 1, 4)],
};

/** A process that maps these, and has written to these pages. */
const machine = (drivers: readonly Driver[], written: readonly number[], kernel = v7_1): Sys => {
  const s = booted(geometry, {}, kernel);
  for (const driver of drivers) mmap_region(s, 0, driver);
  for (const page of written) access_page(s, 0, page, true);
  return s;
};

/** What a walk tells its callbacks, in words. `takes`: which entries are left alone. */
const told = (
  run: (ops: MmWalkOps) => number,
  takes: 'pud' | 'pmd' | 'none',
  which: readonly ('pud' | 'pmd' | 'pte' | 'hole' | 'test')[],
): readonly string[] => {
  const said: string[] = [];
  const say =
    (what: string, taken: boolean): NonNullable<MmWalkOps['pud_entry']> =>
    (_s, walk, _row, start, end) => {
      said.push(`${what} ${start}..${end - 1}`);
      if (taken) walk.action = ACTION_CONTINUE;
      return 0;
    };
  const ops: MmWalkOps = {
    ...(which.includes('pud') ? { pud_entry: say('pud', takes === 'pud') } : {}),
    ...(which.includes('pmd') ? { pmd_entry: say('pmd', takes === 'pmd') } : {}),
    ...(which.includes('pte') ? { pte_entry: say('pte', false) } : {}),
    ...(which.includes('test') ? { test_walk: () => 0 } : {}),
    ...(which.includes('hole')
      ? {
          pte_hole: (_s, _walk, start, end) => {
            said.push(`hole ${start}..${end - 1}`);
            return 0;
          },
        }
      : {}),
  };
  const error = run(ops);
  return error === 0 ? said : [...said, `error ${error}`];
};

const bar1G = faultDriver('BAR 1G', { at: 0, pages: 4 });
const anon = anonMemory('anon', { at: 4, pages: 3 });

describe('walk_page_range()', () => {
  it('visits entries in the order of addresses, and holes between VMAs and inside them', () => {
    const s = machine([anonMemory('anon', { at: 1, pages: 2 }), anonMemory('more', { at: 4, pages: 2 })], [1, 4]);
    const all = told((ops) => walk_page_range(s, 0, 0, pagesOf(geometry), ops), 'none', ['pud', 'pmd', 'hole']);
    expect(all).toEqual([
      'hole 0..0',
      'pud 1..2',
      'pmd 1..1',
      'hole 2..2',
      'hole 3..3',
      'pud 4..5',
      'pmd 4..5',
      'hole 6..7',
    ]);
  });

  it('takes a VM_PFNMAP VMA for a hole, unless the caller has a say', () => {
    const s = machine([bar1G], [0]);
    expect(told((ops) => walk_page_range(s, 0, 0, 4, ops), 'none', ['pmd', 'hole'])).toEqual(['hole 0..3']);
    expect(mappings(s, 0)).toEqual(['pud[0] (from page 0) leaf pfn 0 RW young dirty special UC-']);
    expect(told((ops) => walk_page_range(s, 0, 0, 4, ops), 'pud', ['pud', 'pmd', 'test'])).toEqual(['pud 0..3']);
    expect(mappings(s, 0)).toHaveLength(1);
  });

  it('splits a PUD leaf that no callback takes, and looks at the slot again', () => {
    const s = machine([bar1G], [0]);
    expect(told((ops) => walk_page_range(s, 0, 0, 4, ops), 'none', ['pud', 'pmd', 'test', 'hole'])).toEqual([
      'pud 0..3',
      'hole 0..3',
    ]);
    expect(mappings(s, 0)).toEqual([]);
  });

  it('leaves a PUD leaf alone where there is nothing below to be called', () => {
    const s = machine([bar1G], [0]);
    expect(told((ops) => walk_page_range(s, 0, 0, 4, ops), 'none', ['pud', 'test'])).toEqual(['pud 0..3']);
    expect(mappings(s, 0)).toHaveLength(1);
  });

  it('splits a PMD leaf for callbacks of PTEs, and for those alone', () => {
    const s = machine([anon], [4]);
    expect(told((ops) => walk_page_range(s, 0, 4, 7, ops), 'none', ['pmd', 'hole'])).toEqual(['pmd 4..5', 'hole 6..6']);
    expect(Pmd.show(s.pmd.at(2))).toContain('leaf');
    expect(told((ops) => walk_page_range(s, 0, 4, 7, ops), 'pmd', ['pmd', 'pte'])).toEqual(['pmd 4..5']);
    expect(Pmd.show(s.pmd.at(2))).toContain('leaf');
    expect(told((ops) => walk_page_range(s, 0, 4, 6, ops), 'none', ['pte'])).toEqual(['pte 4..4', 'pte 5..5']);
    expect(Pmd.show(s.pmd.at(2))).toContain('table');
  });

  it('drops the special leaf of a BAR for callbacks of PTEs', () => {
    const s = machine([faultDriver('BAR 2M', { at: 0, pages: 2 })], [0]);
    expect(told((ops) => walk_page_range(s, 0, 0, 2, ops), 'none', ['pte', 'test', 'hole'])).toEqual(['hole 0..1']);
    expect(mappings(s, 0)).toEqual([]);
  });

  it('ends with what a callback returns', () => {
    const s = machine([anon], [4, 6]);
    const seen: number[] = [];
    const pmd_entry: NonNullable<MmWalkOps['pmd_entry']> = (_s, _walk, _row, start) => seen.push(start) && 1;
    expect(walk_page_range(s, 0, 0, 8, { pmd_entry })).toBe(1);
    expect(seen).toEqual([4]);
    expect(walk_page_range(s, 0, 0, 8, { pmd_entry, test_walk: () => -Result.EFAULT })).toBe(-Result.EFAULT);
  });
});

describe('walk_page_vma() and walk_page_range_vma()', () => {
  it('walk a VM_PFNMAP VMA, whatever the caller says', () => {
    const s = machine([bar1G], [0]);
    const row = vma_lookup(s, 0, 0);
    expect(told((ops) => walk_page_vma(s, row, ops), 'pud', ['pud', 'pmd'])).toEqual(['pud 0..3']);
    expect(told((ops) => walk_page_range_vma(s, row, 1, 3, ops), 'pud', ['pud', 'pmd'])).toEqual(['pud 1..2']);
    expect(mappings(s, 0)).toHaveLength(1);
  });
});

/** Slow: page by page, from the tables themselves; what a walk over PTEs must have visited. */
const presentPages = (s: Sys, from: number, to: number): readonly number[] => {
  const pages: number[] = [];
  for (let page = from; page < to; page++) {
    const pud = s.pud.at(Math.trunc(page / 4));
    const pmd = s.pmd.at(Math.trunc(page / 2));
    if (Pud.show(pud).startsWith('table') && !Pmd.show(pmd).startsWith('none')) pages.push(page);
  }
  return pages;
};

describe('a walk over PTEs', () => {
  const drivers = [anonMemory('low', { at: 0, pages: 3 }), anonMemory('high', { at: 5, pages: 3 })];
  it.each([[[0]], [[0, 2]], [[1, 5, 7]], [[6]], [[0, 2, 5, 6]], [[]]])(
    'finds what a slow one does, after writes to %o',
    (written) => {
      const s = machine(drivers, written);
      for (const [from, to] of [
        [0, 8],
        [1, 7],
        [2, 3],
        [4, 8],
      ] as const) {
        const visited: number[] = [];
        const pte_entry: NonNullable<MmWalkOps['pte_entry']> = (_s, _walk, _row, start) => visited.push(start) && 0;
        walk_page_range(s, 0, from, to, { pte_entry });
        const mapped = presentPages(s, from, to).filter((page) => page !== 3 && page !== 4);
        expect(visited).toEqual(mapped);
      }
    },
  );
});

describe('mincore()', () => {
  const v7_3 = patched(v7_1, WALK_DIFFERENCES.find(({ name }) => name === 'mincore-walk')!.values[1]!.patch);
  const dax = daxDevice('dax 1G', { at: 0, pages: 4 });

  it('splits a PUD leaf of a dax device until v7.2', () => {
    const s = machine([dax], [0]);
    expect([mincore(s, 0, 0, 4), mappings(s, 0)]).toEqual([Result.ok, []]);
  });
  it('leaves it alone since v7.3, and a BAR at any time', () => {
    const s = machine([dax], [0], v7_3);
    expect([mincore(s, 0, 0, 4), mappings(s, 0)]).toEqual([
      Result.ok,
      ['pud[0] (from page 0) leaf pfn 16 RW young dirty WB'],
    ]);
    for (const kernel of [v7_1, v7_3]) {
      const other = machine([bar1G], [0], kernel);
      expect([mincore(other, 0, 1, 3), mappings(other, 0).length]).toEqual([Result.ok, 1]);
    }
  });
  it('fails where nothing is mapped', () => {
    expect(mincore(machine([anon], []), 0, 4, 8)).toBe(Result.ENOMEM);
  });
});
