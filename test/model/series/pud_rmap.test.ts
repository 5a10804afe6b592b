/** What the statistics of memory lose when PUD mappings are counted as the versions before the merged one did. */
import { describe, expect, it } from '@effect/vitest';
import { type Kernel, patched } from '../../../model/mm/kernel.ts';
import type { RmapSys } from '../../../model/mm/large_mapcount.ts';
import { folio_add_file_rmap_ptes, folio_mapcount, folio_remove_rmap_ptes } from '../../../model/mm/rmap.ts';
import { PUD_RMAP } from '../../../model/series/pud_rmap.ts';
import { v7_1 } from '../../../model/releases/v7_1.ts';
import { countersOf, folioState, statistics } from '../../support/folio_state.ts';
import { bootDevice } from '../../support/mappings.ts';

const [PARENT, CHILD] = [0, 1];
const N = 2;
const P = 4;
type Value = 'pages-mapped' | 'pmd-mapped' | 'mapcounts-only';
const kernelWith = (value: Value): Kernel => patched(v7_1, PUD_RMAP.values.find((one) => one.value === value)!.patch);

type Step = (kernel: Kernel, s: RmapSys, folio: number) => void;
const map =
  (mm: number): Step =>
  (kernel, s, folio) =>
    kernel.folio_add_file_rmap_pud(s, folio, mm);
const unmap =
  (mm: number): Step =>
  (kernel, s, folio) =>
    kernel.folio_remove_rmap_pud(s, folio, mm);
const mapPage: Step = (_kernel, s, folio) => folio_add_file_rmap_ptes(s, folio + 1, 1, CHILD);
const unmapPage: Step = (_kernel, s, folio) => folio_remove_rmap_ptes(s, folio + 1, 1, CHILD);

/** "NR_FILE_MAPPED NR_FILE_PMDMAPPED" after each step with a PUD-sized folio of a device. */
const drift = (value: Value, ...steps: readonly Step[]): readonly string[] => {
  const { s, frames } = folioState({ n: N, pmds: P / N, want: [{ use: 'dax', pages: P }] });
  const [folio] = frames as [number];
  bootDevice(s, folio, 'dax');
  const told = steps.map((step) => {
    step(kernelWith(value), s, folio);
    const { NR_FILE_MAPPED, NR_FILE_PMDMAPPED } = statistics(s);
    return `${NR_FILE_MAPPED} ${NR_FILE_PMDMAPPED}`;
  });
  // The mapcounts are right in every version.
  expect([folio_mapcount(s, folio), countersOf(s, folio, P).em]).toEqual([0, 0]);
  return told;
};

describe('a device mapped by PUD leaves in two mms, unmapped in the other order', () => {
  const steps = [map(PARENT), map(CHILD), unmap(CHILD), unmap(PARENT)];
  it.each([
    ['pages-mapped', ['4 0', '4 0', '4 0', '0 0']],
    // Pages mapped by a PMD, and no PMD maps them.
    ['pmd-mapped', ['4 4', '4 4', '4 4', '0 0']],
    ['mapcounts-only', ['0 0', '0 0', '0 0', '0 0']],
  ] as const)('%s', (value, told) => {
    expect(drift(value, ...steps)).toEqual(told);
  });
});

describe('the same folio by a PUD leaf, and by a PTE of another mm', () => {
  it.each([
    ['pages-mapped', ['4 0', '4 0', '4 0', '0 0']],
    // One page of the four that are mapped, then none.
    ['mapcounts-only', ['0 0', '1 0', '0 0', '0 0']],
  ] as const)('%s: the leaf first, the PTE goes first', (value, told) => {
    expect(drift(value, map(PARENT), mapPage, unmapPage, unmap(PARENT))).toEqual(told);
  });
  it.each([
    ['pages-mapped', ['1 0', '4 0', '1 0', '0 0']],
    ['mapcounts-only', ['1 0', '1 0', '1 0', '0 0']],
  ] as const)('%s: the PTE first, the leaf goes first', (value, told) => {
    expect(drift(value, mapPage, map(PARENT), unmap(PARENT), unmapPage)).toEqual(told);
  });
});

describe('the toggle', () => {
  it('changes nothing by its first value', () => {
    expect(kernelWith('pages-mapped')).toEqual(v7_1);
  });
});
