import { describe, expect, it } from '@effect/vitest';
import { remapAndFaultDriver, remapDriver, privateDriver, twoRemapsDriver } from '../../model/drivers/driver.ts';
import { SMALL } from '../../model/state/geometry.ts';
import { type Machine, X86_64 } from '../../model/state/machine.ts';
import { memmapOf } from '../../model/state/memmap.ts';
import { Memtype } from '../../model/state/memtypes.ts';
import { type MmDraft, mmLayout, type MmView, Result } from '../../model/state/mm_types.ts';
import { grant } from '../../spec/grant.ts';

const geometry = { ...SMALL, memtypes: 3 };
const memmap = memmapOf(geometry);
const layout = mmLayout(geometry);
const [WB, WC, UC_MINUS, UC, WP, WT] = [0, 1, 2, 3, 5, 7];
const NAMES: Readonly<Record<number, string>> = { [WB]: 'WB', [WC]: 'WC', [UC_MINUS]: 'UC-', [UC]: 'UC', [WT]: 'WT' };

type Reserved = readonly [from: number, frames: number, mode: number];
const state = (reserved: readonly Reserved[], result: number, failures = 0, facts: Partial<Machine> = {}): MmView => {
  const shape = { geometry, memmap, machine: { ...X86_64, ...facts } };
  const words = layout.zero();
  const draft: MmDraft = { ...layout.draftOf(words), ...shape };
  for (const [row, [from, frames, mode]] of reserved.entries())
    draft.memtype.put(row, Memtype.of({ from, frames, mode }));
  draft.result.put(0, result);
  draft.failures.put(0, failures);
  return { ...layout.viewOf(words), ...shape };
};

const drivers = [
  ...[WB, WC, UC_MINUS, UC, WT].map((cache) => remapDriver(NAMES[cache]!, { at: 0, pages: 2, cache })),
  twoRemapsDriver('two and one', { at: 0, pages: 3 }, 2),
  remapAndFaultDriver('a half', { at: 0, pages: 4 }, 2),
  { ...twoRemapsDriver('private parts', { at: 0, pages: 3 }, 2), vma: privateDriver('', { at: 0, pages: 3 }).vma },
];
const property = grant(drivers);
const mmap = (driver: string) => ({ action: 0, name: 'mmap', args: { mm: 0, driver } });

/** Whether it must be refused: then it must not succeed, else not be refused. */
const isRefused = (driver: string, reserved: readonly Reserved[], facts: Partial<Machine> = {}, asks = property) => {
  const before = state(reserved, Result.ok, 0, facts);
  const [refused, granted] = [Result.EINVAL, Result.ok].map((result) =>
    asks.holds(before, mmap(driver), state([], result, 0, facts)),
  );
  expect(refused).not.toBe(granted);
  return refused;
};

describe('I-GRANT', () => {
  it('lets any mode be had where nothing is reserved', () => {
    for (const cache of [WB, WC, UC_MINUS, UC, WT]) expect(isRefused(NAMES[cache]!, [])).toBe(false);
  });

  it('says which mode must not stand for which', () => {
    const refused = [WB, WC, UC_MINUS, UC, WT].map((asked) =>
      [WB, WC, UC_MINUS, UC, WP, WT].filter((given) => isRefused(NAMES[asked]!, [[1, 1, given]])),
    );
    expect(refused).toEqual([[], [WB], [WB], [], [WB, WC]]);
  });

  it('refuses frames with two modes, wherever they are', () => {
    expect(
      isRefused('UC', [
        [0, 1, WC],
        [1, 4, UC],
      ]),
    ).toBe(true);
    expect(
      isRefused('UC', [
        [0, 1, WC],
        [1, 4, WC],
        [2, 1, UC],
      ]),
    ).toBe(false);
  });

  it('gives WB to who asks for it only where the MTRRs do', () => {
    // Which may stand for it in any case: the mode that it gets is for I-CACHE to ask.
    for (const mtrrWb of [false, true]) expect(isRefused('WB', [], { mtrrWb })).toBe(false);
  });

  it('gives a part the one mode of its frames, UC- where they are not reserved', () => {
    expect(isRefused('two and one', [[0, 2, WC]])).toBe(false);
    expect(isRefused('two and one', [[0, 1, UC_MINUS]])).toBe(false);
    expect(isRefused('two and one', [[0, 1, WC]])).toBe(true);
    expect(isRefused('two and one', [[1, 2, WT]])).toBe(true);
    expect(isRefused('a half', [[1, 1, WB]])).toBe(true);
    expect(isRefused('a half', [[2, 1, WB]])).toBe(false);
  });

  it('asks nothing of other operations, of other drivers, or of a refusal where an allocation fails', () => {
    const before = state([[0, 1, WB]], Result.ok);
    const [ok, failed] = [state([], Result.ok), state([], Result.EINVAL, 1)];
    expect(property.holds(before, mmap('WC'), ok)).toBe(false);
    expect(property.holds(before, mmap('private parts'), ok)).toBe(true);
    expect(property.holds(before, mmap('nobody'), ok)).toBe(true);
    expect(property.holds(before, { ...mmap('WC'), name: 'munmap' }, ok)).toBe(true);
    expect(property.holds(state([], Result.ok), mmap('WC'), failed)).toBe(true);
    expect(property.subject?.(before, mmap('WC'), ok)).toBe(true);
    expect(property.subject?.(before, mmap('private parts'), ok)).toBe(false);
  });

  it('lets nobody have what must be refused, also where an allocation fails', () => {
    const before = state([[0, 1, WB]], Result.ok);
    const [ok, failed] = [state([], Result.ok, 1), state([], Result.ENOMEM, 1)];
    expect(property.holds(before, mmap('WC'), ok)).toBe(false);
    expect(property.holds(before, mmap('WC'), failed)).toBe(true);
    expect(property.holds(state([], Result.ok), mmap('WC'), ok)).toBe(true);
  });

  it('asks nothing of parts where they are refused, and the same of the rest', () => {
    const without = grant(drivers, true);
    const [before, refused] = [state([], Result.ok), state([], Result.EINVAL)];
    expect(without.holds(before, mmap('a half'), refused)).toBe(true);
    expect(property.holds(before, mmap('a half'), refused)).toBe(false);
    expect(isRefused('WC', [[0, 1, WB]], {}, without)).toBe(true);
  });

  it('explains itself', () => {
    const [ok, refused] = [state([], Result.ok), state([], Result.EINVAL)];
    const because = (reserved: readonly Reserved[], driver: string, after: MmView): string =>
      property.explain!(state(reserved, Result.ok), mmap(driver), after);
    expect(because([[0, 1, WB]], 'WC', ok)).toMatchInlineSnapshot(
      `"mmap() of WC returned ok, 0 allocations failed; it asks for WC (PAT index 1), and its frames are WB (PAT index 0)"`,
    );
    expect(because([[0, 1, WC]], 'two and one', ok)).toMatchInlineSnapshot(
      `"mmap() of two and one returned ok, 0 allocations failed; its frames have more than one mode"`,
    );
    expect(because([], 'WC', refused)).toMatchInlineSnapshot(
      `"mmap() of WC returned EINVAL, 0 allocations failed; its frames can be had for one mode, which may stand for the one that it asks for"`,
    );
  });
});
