/** A guest's access in one operation: what it comes to, when KVM looks up, and that a notifier that says nothing would show. */
import { describe, expect, it } from '@effect/vitest';
import { joinedLookups } from '../../../checker/conform/guest_access.ts';
import { randomWalks, walkOf } from '../../../checker/conform/sequences.ts';
import type { Walk } from '../../../checker/conform/walk.ts';
import { movesOf } from '../../../checker/search/index.ts';
import { type Kernel, patched } from '../../../model/mm/kernel.ts';
import { Level, Spte } from '../../../model/state/lookups.ts';
import { LOOKUPS } from '../../mutants/lookups.ts';
import { kernelOf } from '../../support/model_runner.ts';
import { stageOf, walkThrough } from '../../support/walks.ts';

const V7_1 = kernelOf('v7.1');
const MAP = 'mmap(parent, BAR 4M)';
const READ0 = 'follow_pfnmap_start(KVM, page 0, to read)';
const WRITE0 = 'follow_pfnmap_start(KVM, page 0, to write)';
const EFAULT = 14;
/** Stands for KVM_EXIT_MMIO. */
const EACCES = 13;

const answersOf = ({ steps }: Walk): readonly (number | 'ok')[] =>
  steps.map(({ seen: { answer } }) => (answer.ok ? 'ok' : answer.errno!));
const answers = (scope: string, ...labels: readonly string[]) =>
  answersOf(walkThrough(stageOf(scope, undefined, V7_1), ...labels));

/** The second stage, behind some moves. */
const secondStage = (...labels: readonly string[]): readonly string[] => {
  const { spte } = walkThrough(stageOf('guest', undefined, V7_1), ...labels).state;
  const rows = Array.from({ length: spte.rows }, (_, row) => spte.at(row));
  return rows.filter((e) => Spte.level(e) !== Level.none).map(Spte.show);
};

describe('a guest', () => {
  it('faults for its process, by a leaf', () => {
    const { steps } = walkThrough(stageOf('guest', undefined, V7_1), MAP, READ0);
    expect(steps[1]).toMatchObject({ line: 'guest-read 260608 256', seen: { answer: { ok: true } } });
    expect(steps[1]!.seen.processes.get(0)!.entries!.map(({ level }) => level)).toEqual(['pmd']);
    expect(secondStage(MAP, READ0)).toEqual(['PMD frame 0 RW']);
  });
  it('gets nothing where its process maps nothing', () => {
    expect(answers('guest', MAP, 'follow_pfnmap_start(KVM, page 4, to read)')).toEqual(['ok', EFAULT]);
    expect(answers('guest-off', MAP, READ0, 'vfio_pci_memory_disable()', READ0)).toEqual(['ok', 'ok', 'ok', EFAULT]);
  });
  it('reads what nobody may access, once it is mapped, and only then', () => {
    const NONE = 'mprotect(parent, pages 0..1, NONE)';
    expect(answers('guest', MAP, READ0, NONE, READ0)).toEqual(['ok', 'ok', 'ok', 'ok']);
    expect(answers('guest', MAP, NONE, READ0)).toEqual(['ok', 'ok', EFAULT]);
  });
  it('writes what may be written; what is mapped and may not be is left to user space', () => {
    const R = 'mprotect(parent, pages 0..1, R)';
    expect(answers('guest', MAP, READ0, R, WRITE0, READ0)).toEqual(['ok', 'ok', 'ok', EACCES, 'ok']);
    expect(answers('guest', MAP, R, WRITE0)).toEqual(['ok', 'ok', EFAULT]);
    expect(secondStage(MAP, READ0, R, WRITE0, READ0)).toEqual(['PMD frame 0 RO']);
  });
  it('goes through a look-up as far as that goes, or through none', () => {
    const R = 'mprotect(parent, pages 0..1, R)';
    const { steps } = walkThrough(stageOf('guest', undefined, V7_1), MAP, READ0, WRITE0, R, WRITE0);
    expect(steps.filter(({ move }) => move.name === 'follow_pfnmap_start').map((one) => one.operations)).toEqual([
      ['follow_pfnmap_start', 'follow_pfnmap_lock', 'follow_pfnmap_end', 'use_of_lookup'],
      [],
      ['follow_pfnmap_start', 'follow_pfnmap_lock', 'follow_pfnmap_end'],
    ]);
  });
  it('loses what its process loses', () => {
    expect(secondStage(MAP, READ0, 'mprotect(parent, page 0, R)')).toEqual([]);
    expect(secondStage(MAP, READ0, 'mremap(parent, pages 0..1 to page 4)')).toEqual([]);
  });
});

const seenBy = ({ steps }: Walk): string => JSON.stringify(steps.map(({ seen }) => [seen.answer, [...seen.processes]]));

/** Whether some walk of a scope is seen otherwise where the model has a mistake: a stale entry saves the process a fault, too. */
const shows = (scope: string, kernel: Kernel): boolean => {
  const [right, wrong] = [stageOf(scope, undefined, V7_1), stageOf(scope, undefined, kernel)];
  return [...randomWalks([right], 1, 200, 10)].some((walk) => {
    const moves = walk.steps.map(({ move }) => move);
    return seenBy(walkOf(wrong, moves)) !== seenBy(walk);
  });
};

describe('it shows that', () => {
  const KVM_PMD = 'KVM looks for a PTE where a PMD leaf is';
  it.each([
    ['guest', 'zap_page_range_single() calls no notifier'],
    ['guest-off', 'the split of a leaf calls no notifier'],
    ['guest', 'mprotect() calls no notifier'],
    ['guest-off', 'zap_page_range_single() calls no notifier'],
    ['guest-1G', 'zap_page_range_single() calls no notifier'],
    ['guest-1G', 'mprotect() calls no notifier'],
    ['guest', KVM_PMD],
  ])('%s: %s', (scope, says) => {
    const { patch = {}, set = [] } = LOOKUPS.find((one) => one.says === says)!;
    const values = Object.fromEntries(set.map(({ toggle, value }) => [toggle, value]));
    expect(shows(scope, patched(kernelOf('v7.1', values), patch))).toBe(true);
  });
  it('nothing is wrong, where nothing is', () => {
    expect(shows('guest', V7_1)).toBe(false);
  });
});

describe('a stage', () => {
  it('has no part of a look-up by itself', () => {
    const names = new Set(movesOf(stageOf('guest').world).map(({ name }) => name));
    expect([...names].filter((name) => /lookup|follow_pfnmap/.test(name))).toEqual(['follow_pfnmap_start']);
  });
});

const op = (name: string) => ({ op: name });

describe('a trace', () => {
  const LOCK_ON = ['follow_pfnmap_lock', 'follow_pfnmap_end', 'use_of_lookup'].map(op);
  it('has a look-up in one, as far as nothing comes between', () => {
    const whole = [op('mmap'), op('follow_pfnmap_start'), ...LOCK_ON, op('munmap')];
    expect(joinedLookups(whole)).toEqual([op('mmap'), op('follow_pfnmap_start'), op('munmap')]);
    const torn = [op('follow_pfnmap_start'), op('munmap'), ...LOCK_ON];
    expect(joinedLookups(torn)).toEqual([op('follow_pfnmap_start'), op('munmap'), op('follow_pfnmap_lock')]);
  });
});
