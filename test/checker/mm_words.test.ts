/** Worlds in words: what a report calls things that the state names alike whatever the world. */
import { describe, expect, it } from '@effect/vitest';
import { buildWorld, catalogue } from '../../checker/mm_catalogue.ts';
import { explainEnd, tellStep, type ToldStep } from '../../checker/narrate.ts';
import type { AnyWorld } from '../../checker/outcomes.ts';
import { plain } from '../../checker/report/paint.ts';
import { stepLines } from '../../checker/report/trace_text.ts';
import { initialState, makeMove, movesOf } from '../../checker/search/index.ts';
import { MM_WORLDS } from '../../checker/worlds/all.ts';
import { cacheModesElsewhere } from '../../model/state/pgtable_types.ts';

const worldOn = (kernel: string, name: string, exact?: string): AnyWorld =>
  buildWorld(
    MM_WORLDS.find((one) => one.name === name)!,
    { kernel, series: [], settings: [], ...(exact === undefined ? {} : { exact }) },
    'quick',
  );

/** The steps of calls, as a trace shows them. */
const told = (world: AnyWorld, calls: readonly string[]): readonly ToldStep[] => {
  let state = initialState(world, 0);
  return calls.map((call) => {
    const moves = movesOf(world);
    const at = moves.findIndex(({ action, name, args }) => `${name}(${world.actions[action]!.show!(args)})` === call);
    const made = makeMove(world, moves[at]!, [], state);
    if (!made.enabled) throw new Error(`${call} is not possible`);
    state = made.step.after;
    return tellStep(world, { move: at, answers: [], step: made.step });
  });
};
const textOf = (step: ToldStep): string => stepLines(step, 1, plain).join('\n');

describe('cache modes', () => {
  const calls = ['mmap(parent, BAR 1G)', 'handle_mm_fault(parent, page 0, write)'];
  it('are those of x86 on x86', () => {
    expect(textOf(told(worldOn('v7.1', 'vfio-bar'), calls)[1]!)).toContain('RW young dirty special UC-');
  });
  it.each(['vfio-arm64', 'vfio-riscv64', 'vfio-hash'])('are what the driver asks for in %s', (name) => {
    // With the hash MMU a PUD leaf is a BUG() on v7.1, and v6.11 has none.
    const steps = told(worldOn('v6.11', name), calls).map(textOf);
    for (const text of steps) expect(text).toContain('noncached');
    expect(steps.join('\n')).not.toMatch(/UC-|\bWC\b|\bWB\b/);
  });
  it.each([
    ['arm64_4k', 'Normal-NC'],
    ['riscv64', 'PMA'],
    ['riscv64_svpbmt', 'NC'],
    ['ppc64_radix_64k', 'tolerant'],
    ['x86_64', 'WC'],
  ])('are those of the hardware where entries are those of %s', (arch, mode) => {
    const [step] = told(worldOn('v7.1', 'pfnmap-cache', arch), ['mmap(parent, 2M WC)']);
    expect(step!.shown).toBe(`parent, 2M ${mode}`);
    expect(step!.changes[1]!.after).toMatch(new RegExp(` VM_PFNMAP ${mode}$`));
  });
  it('are so in what `explain` says of such a world', () => {
    const { more = [] } = catalogue.worlds.find(({ name }) => name === 'vfio-arm64')!;
    expect(more.join('\n')).toContain('VM_PFNMAP ->fault ->huge_fault noncached; ');
  });
  it('are so in explanations and assertions', () => {
    const world: AnyWorld = {
      ...worldOn('v7.1', 'vfio-arm64'),
      properties: [{ kind: 'always', name: 'p', says: '', holds: () => false, explain: () => 'pfn 3 RO WB, but WC' }],
    };
    expect(explainEnd(world, 'p', undefined, initialState(world, 0))).toBe('pfn 3 RO cached, but writecombine');
  });
  it('are words, and their bits nothing where x86 alone has them', () => {
    const text = 'UC- (PAT index 6), asks for UC- (PAT index 2); WB (PAT index 4) beside WC. uffd-wp UCX';
    expect(cacheModesElsewhere(text)).toBe('noncached, asks for noncached; cached beside writecombine. uffd-wp UCX');
  });
});

describe('an open() that empties the page cache', () => {
  it('is told where mmap() stands for it', () => {
    const steps = told(worldOn('v7.1', 'collapse-readonly'), [
      'mmap(parent, private file 2M, by a new open(O_RDONLY))',
      'collapse(pmd[0] of the parent, by MADV_COLLAPSE)',
      'mmap(parent, page 2 of the file, by a new open(O_RDWR))',
    ]);
    expect(steps.map(({ mirrors }) => mirrors)).toEqual([
      'mm/vma.c mmap_region()',
      'mm/khugepaged.c collapse_single_pmd()',
      'fs/open.c do_dentry_open(), then mm/vma.c mmap_region()',
    ]);
  });
});
