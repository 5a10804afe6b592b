/** Kernels that differ in one thing, which a user sees, or does not. */
import { describe, expect, it } from 'vitest';
import type { KernelChoice } from '../../../checker/catalogue.ts';
import { lockstep } from '../../../checker/equiv/lockstep.ts';
import { type Observe, observerOf } from '../../../checker/equiv/observer.ts';
import { catalogue } from '../../../checker/mm_catalogue.ts';
import type { Kernel, Sys } from '../../../model/mm/kernel.ts';
import { Vma } from '../../../model/state/mm_types.ts';

const V7_1: KernelChoice = { kernel: 'v7.1', arch: 'x86_64', series: [], settings: [] };
/** v7.1 with functions of its own. */
const patched = (functions: (base: Kernel) => Partial<Kernel>): KernelChoice => ({
  ...V7_1,
  through: (kernel) => ({ ...kernel, ...functions(kernel as unknown as Kernel) }),
});

/** What is seen where v7.1 and the other first part; nothing where they never do. */
const parting = (name: string, other: KernelChoice, observe: Observe): readonly string[] => {
  const entry = catalogue.worlds.find((one) => one.name === name)!;
  const [left, right] = [entry.build(V7_1, 'quick'), entry.build(other, 'quick')];
  const { operations, verdict } = lockstep(left, right, observerOf(left, observe, entry.model), 'together', {});
  const first = operations.find((one) => one.parting !== undefined)?.parting;
  expect(verdict).toBe(first === undefined ? 'equivalent' : 'differs');
  return (first?.differences ?? []).map(({ where, a, b }) => `${where}: ${a} | ${b}`);
};

/** All VMAs of a process are marked by each split. */
const marking = (mark: (vma: Vma) => Vma): KernelChoice =>
  patched(({ split_vma }) => ({
    split_vma: (s: Sys, mm: number, row: number, at: number) => {
      const code = split_vma(s, mm, row, at);
      for (let i = mm * s.geometry.vmas; i < (mm + 1) * s.geometry.vmas; i++)
        if (s.vma.at(i) !== 0) s.vma.put(i, mark(s.vma.at(i)));
      return code;
    },
  }));

describe('a user', () => {
  it('sees a counter that /proc/meminfo has, and nothing else', () => {
    const settings = [{ toggle: 'pud-rmap', value: 'mapcounts-only', evidence: 'asked' as const }];
    expect(parting('mixedmap-pud', { ...V7_1, settings }, 'user')).toEqual(['NR_FILE_MAPPED: 4 | 0']);
  });

  it('sees whether an access finds the page of a file or a copy of its own', () => {
    const forcing = patched(() => ({ can_follow_write_common: () => true }));
    expect(parting('gup-remote', forcing, 'user')).toContain(
      'finds: memory of parent page 2 | page 0 of the shmem file',
    );
  });

  it('sees that a pin has other memory than the page that was pinned', () => {
    const sharing = patched(() => ({ gup_must_unshare: () => false }));
    expect(parting('gup-longterm', sharing, 'user')).toContain('pin 0: memory of parent page 1 | page 0 of the file');
  });

  it('sees VM_SOFTDIRTY, and not anon_vma', () => {
    const soft = marking((vma) => Vma.mkSoftClean(vma, 1));
    expect(parting('mixedmap', soft, 'user').some((one) => one.endsWith('!VM_SOFTDIRTY'))).toBe(true);
    const anonVma = marking((vma) => Vma.mkAnonVma(vma, 1));
    expect(parting('mixedmap', anonVma, 'mm')).not.toEqual([]);
    expect(parting('mixedmap', anonVma, 'user')).toEqual([]);
  });

  it('sees that memory is dirty, in smaps', () => {
    const marks = patched(() => ({ zap_marks_dirty: () => true }));
    expect(parting('mixedmap', marks, 'user')).toEqual([
      'parent vma 0 in smaps: Rss 2, Private_Clean 2, Referenced 2, FilePmdMapped 2 | Rss 2, Private_Dirty 2, Referenced 2, FilePmdMapped 2',
      'parent vma 0 in smaps: Pss 2.00 | Pss 2.00, Pss_Dirty 2.00',
    ]);
  });

  it('of hugetlb sees how many page tables there are', () => {
    const alone = patched(() => ({ shares_pmd_tables: () => false }) as object);
    expect(parting('hugetlb-pmd-share', alone, 'user')).toContain('PageTables: 1 | 2');
  });
});
