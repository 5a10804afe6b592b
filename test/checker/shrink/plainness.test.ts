import { describe, expect, it } from 'vitest';
import { catalogue } from '../../../checker/mm_catalogue.ts';
import { OPERATION_CLASSES } from '../../../checker/shrink/operation_classes.ts';
import { Plainness } from '../../../checker/shrink/plainness.ts';
import { stepsWorld, traceOf } from './steps_world.ts';

const plainness = new Plainness(stepsWorld);
const isPlainer = (a: readonly string[], b: readonly string[]): boolean =>
  plainness.compare(traceOf(...a).moves, traceOf(...b).moves) < 0;

describe('of two traces the plainer', () => {
  // Each is the plainer one by one more line of the definition, and would not be by the lines below it.
  it.each([
    ['has fewer steps', ['shrink_folio_list'], ['mmap 0 1', 'mmap 0 1']],
    ['has fewer answers that are not plain', ['mmap 1 3', 'munmap'], ['mmap 0 1', 'handle_mm_fault 1 fails']],
    ['has fewer processes', ['mmap 0 3', 'shrink_folio_list'], ['mmap 1 1', 'mmap 0 1']],
    ['has plainer operations', ['mmap 0 3', 'mmap 0 3'], ['mmap 0 1', 'munmap']],
    ['has smaller arguments', ['mmap 0 2', 'mmap 0 1'], ['mmap 0 1', 'mmap 0 3']],
    ['has the plainer step first', ['mmap 0 1', 'munmap'], ['munmap', 'mmap 0 1']],
    ['has the smaller argument first', ['mmap 0 1', 'mmap 0 2'], ['mmap 0 2', 'mmap 0 1']],
  ])('%s', (_why, plainer, other) => {
    expect(isPlainer(plainer, other)).toBe(true);
    expect(isPlainer(other, plainer)).toBe(false);
  });
  it('is none of two that are alike', () => {
    const one = traceOf('mmap 0 1').moves;
    expect(plainness.compare(one, one)).toBe(0);
  });
});

it('every operation has a class, and one only', () => {
  const all = OPERATION_CLASSES.flat();
  expect(all).toHaveLength(new Set(all).size);
  expect(catalogue.operations.map(({ name }) => name).filter((name) => !all.includes(name))).toEqual([]);
});

it('ranges are compared by the pages behind their first, moves by all their numbers', () => {
  const args = {
    range: [
      { from: 0, to: 4 },
      { from: 2, to: 3 },
      { from: 0, to: 1 },
    ],
    move: [
      { from: 4, to: 0, pages: 2 },
      { from: 0, to: 4, pages: 1 },
    ],
  };
  const one = { ...stepsWorld, actions: [{ ...stepsWorld.actions[0]!, args }] };
  const order = new Plainness(one);
  const plainestFirst = Array.from({ length: 6 }, (_, move) => [{ move, answers: [] }]).toSorted((a, b) =>
    order.compare(a, b),
  );
  // Of the six the last argument is the fastest: range 2 (a page at 0) with move 1 (one page) is number 5.
  expect(plainestFirst.map(([step]) => step!.move)).toEqual([5, 4, 3, 2, 1, 0]);
});
