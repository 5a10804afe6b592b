/** Machines that have no leaves at PUD level, or none at all: nothing installs one, and PUD code refuses to run. */
import { describe, expect, it } from '@effect/vitest';
import { type Assertion, explore, ModelBug, type Sometimes } from '../../../checker/search/index.ts';
import * as huge_memory_pud from '../../../model/mm/huge_memory_pud.ts';
import type { Sys } from '../../../model/mm/kernel.ts';
import { pmd_trans_huge, pud_trans_huge } from '../../../model/mm/pgtable.ts';
import { mmWorld } from '../../../model/mm/world.ts';
import { NO_OPERATIONS } from '../../../model/operations/alphabet.ts';
import { v7_1 } from '../../../model/releases/v7_1.ts';
import { type Block, blocks, DEVICE_FRAMES, type Geometry, SMALL } from '../../../model/state/geometry.ts';
import { type Machine, X86_64 } from '../../../model/state/machine.ts';
import { Pgprot, Pud, PudKind, type Vma, VmaKind } from '../../../model/state/mm_types.ts';
import { booted, mapping, mmap } from '../../support/booted.ts';

const leastWith = (memory: readonly Block[]): Geometry => ({ ...SMALL, vmas: 2, pteTables: 4, memory });

/** A PUD leaf that nobody can have made, over the pages of a device-dax or of another mapping. */
const withLeaf = (kind: 'dax' | 'device', on: Partial<Machine>): Sys => {
  const s = booted(leastWith(blocks('dax', 4, 1)), on);
  mmap(s, 0, { kind: VmaKind[kind], start: 0, end: 4, shared: 1, pfnmap: kind === 'device' ? 1 : 0, hugeFault: 1 });
  s.pud.put(0, Pud.of({ kind: PudKind.leaf, pfn: kind === 'dax' ? DEVICE_FRAMES : 0 }));
  return s;
};
const vma = (s: Sys): Vma => s.vma.at(0);
const PROT = Pgprot.of({});

type Call = (s: Sys) => unknown;
const PATHS: Readonly<Record<string, readonly ['dax' | 'device', Call]>> = {
  insert_pud: ['device', (s) => huge_memory_pud.insert_pud(s, 0, 0, 0, PROT, false, 'pfn')],
  insert_pud_entry: ['device', (s) => huge_memory_pud.insert_pud_entry(s, 0, 0, PROT, 'pfn')],
  copy_huge_pud: ['device', (s) => huge_memory_pud.copy_huge_pud(s, 0, 1, 0, 0)],
  zap_huge_pud: ['device', (s) => huge_memory_pud.zap_huge_pud(s, 0, vma(s), 0)],
  zap_normal_pud: ['dax', (s) => huge_memory_pud.zap_normal_pud(s, 0, vma(s), s.pud.at(0))],
  split_huge_pud: ['device', (s) => huge_memory_pud.split_huge_pud(s, 0, vma(s), 0)],
  split_normal_pud: ['dax', (s) => huge_memory_pud.split_normal_pud(s, 0, s.pud.at(0))],
  change_huge_pud: ['device', (s) => huge_memory_pud.change_huge_pud(s, 0, vma(s), 0)],
  // To a place that is taken: not even then.
  move_huge_pud: ['device', (s) => huge_memory_pud.move_huge_pud(s, 0, 0, 0)],
  touch_pud: ['device', (s) => huge_memory_pud.touch_pud(s, 0, 0, true)],
};
/** What these ask of an entry or of a VMA has nothing to do with a machine. */
const QUESTIONS = ['pud_mkspecial', 'copy_protects_pud', 'counts_pud'];

const outcome = (call: () => unknown): string => {
  try {
    call();
  } catch (error) {
    if (error instanceof ModelBug) return error.name;
    throw error;
  }
  return 'done';
};

describe.each<Partial<Machine>>([{ pudLeaves: false }, { pmdLeaves: false }])('on a machine with %o', (facts) => {
  it.each(Object.entries(PATHS))('%s() refuses', (_name, [kind, call]) => {
    expect(outcome(() => call(withLeaf(kind, facts)))).toBe('no-PUD-leaves');
    // Elsewhere it runs; rmap finds that nobody has mapped the folio of the leaf.
    expect(outcome(() => call(withLeaf(kind, {})))).toBe(kind === 'dax' ? 'bad-page-map' : 'done');
  });

  it('which is all that there is at PUD level', () => {
    expect(new Set([...Object.keys(PATHS), ...QUESTIONS])).toEqual(new Set(Object.keys(huge_memory_pud)));
  });

  it('no fault tries PUD leaves, whatever a driver would do', () => {
    for (const kind of ['dax', 'device'] as const) {
      const [without, withThem] = [withLeaf(kind, facts), withLeaf(kind, {})];
      expect(without.kernel.thp_vma_allowable_order(without, vma(without), 'PUD')).toBe(false);
      expect(withThem.kernel.thp_vma_allowable_order(withThem, vma(withThem), 'PUD')).toBe(true);
    }
  });

  it('what is no leaf is not split, as everywhere', () => {
    const s = withLeaf('device', facts);
    s.pud.put(0, Pud.of({ kind: PudKind.table }));
    huge_memory_pud.split_huge_pud(s, 0, vma(s), 0);
    expect(s.pud.at(0)).toBe(Pud.of({ kind: PudKind.table }));
  });
});

const reach = (name: string, holds: (s: Sys) => boolean): Sometimes<Sys> => ({
  kind: 'sometimes',
  name,
  says: '',
  holds,
});
const some = (rows: number, holds: (row: number) => boolean): boolean =>
  Array.from({ length: rows }, (_, row) => row).some(holds);
const LEAVES = [
  reach('PMD', (s) => some(s.pmd.rows, (row) => pmd_trans_huge(s.pmd.at(row)))),
  reach('PUD', (s) => some(s.pud.rows, (row) => pud_trans_huge(s.pud.at(row)))),
];
/** What PUD leaves of v7.1 are known to run into, and what must never happen here. */
const KNOWN = ['bad-pud', 'VM_BUG_ON_VMA(range)'];
const NEVER = ['no-PMD-leaves', 'no-PUD-leaves'];
const assertion = (name: string): Assertion => ({ kind: 'assertion', name, says: '' });

/** The levels at which leaves come into being, whatever is done with this mapping, and what fails meanwhile. */
const leavesOf = (fields: Parameters<typeof mapping>[0], memory: readonly Block[], facts: Partial<Machine>) => {
  const { verdict, properties } = explore(
    mmWorld({
      name: 'leaves',
      geometry: leastWith(memory),
      machine: { ...X86_64, ...facts },
      kernel: v7_1,
      alphabet: {
        ...NO_OPERATIONS,
        drivers: [mapping({ start: 0, end: 4, ...fields })],
        reads: [0],
        writes: [2],
        munmaps: [{ from: 0, to: 2 }],
        mprotects: [{ from: 0, to: 4 }],
        prots: ['R'],
        mremaps: [{ from: 0, to: 4, pages: 4 }],
        fork: true,
      },
      failuresMax: 0,
      properties: [...LEAVES, ...[...KNOWN, ...NEVER].map(assertion)],
    }),
  );
  expect(verdict).not.toBe('incomplete');
  const found = (kind: string): readonly string[] =>
    properties.filter((one) => one.verdict === kind).map((one) => one.name);
  return {
    levels: found('holds').filter((name) => LEAVES.some((one) => one.name === name)),
    fails: found('violated').filter((name) => NEVER.includes(name)),
  };
};

const HANDLERS = { shared: 1, fault: 1, hugeFault: 1 };
const BAR = { kind: VmaKind.device, pfnmap: 1, ...HANDLERS };
const MIXED = { kind: VmaKind.mixed, mixedmap: 1, ...HANDLERS };
/** What is mapped, by leaves of which levels, and of which without PUD leaves. */
describe.each([
  ['anonymous memory', { kind: VmaKind.anon }, [...blocks('anon', 2, 2), ...blocks('anon', 1, 8)], ['PMD'], ['PMD']],
  ['a shmem file', { kind: VmaKind.shmem, shared: 1, fault: 1 }, blocks('shmem', 2, 2), ['PMD'], ['PMD']],
  ['a file', { kind: VmaKind.file, shared: 1, fault: 1 }, blocks('file', 2, 2), ['PMD'], ['PMD']],
  ['device-dax, 2M', { kind: VmaKind.dax, ...HANDLERS }, blocks('dax', 2, 2), ['PMD'], ['PMD']],
  ['device-dax, 1G', { kind: VmaKind.dax, ...HANDLERS }, blocks('dax', 4, 1), ['PUD'], []],
  ['a BAR', BAR, [], ['PMD', 'PUD'], ['PMD']],
  ['pages of a driver', MIXED, blocks('driver', 2, 2), ['PMD'], ['PMD']],
  ['a folio of a driver', MIXED, blocks('driver', 4, 1), ['PUD'], []],
  ['frames by a driver', { ...MIXED, pgoff: 16 }, [], ['PMD', 'PUD'], ['PMD']],
] as const)('%s', (_what, fields, memory, levels, withoutPud) => {
  it('has leaves where the machine has them', () => {
    expect(leavesOf(fields, memory, {})).toEqual({ levels, fails: [] });
  });
  it('has none at PUD level without HAVE_ARCH_TRANSPARENT_HUGEPAGE_PUD', () => {
    expect(leavesOf(fields, memory, { pudLeaves: false })).toEqual({ levels: withoutPud, fails: [] });
  });
  it('has none without CONFIG_TRANSPARENT_HUGEPAGE', () => {
    expect(leavesOf(fields, memory, { pmdLeaves: false })).toEqual({ levels: [], fails: [] });
  });
});
