/** Each pass by itself, on a trace that has one thing too much, and on one that is minimal for it. */
import { describe, expect, it } from 'vitest';
import { action, layoutOf, table, upTo, type World } from '../../../checker/search/index.ts';
import { cutLoops } from '../../../checker/shrink/cut_loops.ts';
import { dropRuns, dropSome } from '../../../checker/shrink/drop_steps.ts';
import { orderOfSteps } from '../../../checker/shrink/order_of_steps.ts';
import type { Pass } from '../../../checker/shrink/pass.ts';
import { plainerAnswers } from '../../../checker/shrink/plainer_answers.ts';
import { plainerElsewhere } from '../../../checker/shrink/plainer_elsewhere.ts';
import { plainerOperations } from '../../../checker/shrink/plainer_operations.ts';
import { replacements } from '../../../checker/shrink/replacements.ts';
import { shortcuts } from '../../../checker/shrink/shortcuts.ts';
import { shrink, shrinkRecorded } from '../../../checker/shrink/shrink.ts';
import { smallerArguments } from '../../../checker/shrink/smaller_arguments.ts';
import { linesOf, stepsWorld, traceOf } from './steps_world.ts';

const by = (pass: Pass, property: string, ...lines: readonly string[]): readonly string[] =>
  linesOf(shrink(stepsWorld, property, traceOf(...lines), { passes: [pass] }));

/** It stands open after one turn, four turns, seven turns. */
const layout = layoutOf({ turned: table(1, upTo(2)) });
type V = ReturnType<typeof layout.viewOf>;
type D = ReturnType<typeof layout.draftOf>;
const turnstile: World<V, D> = {
  name: 'turnstile',
  layout,
  initial: [() => undefined],
  actions: [
    action<V, D>({
      name: 'turn',
      args: {},
      guard: () => true,
      effect: (s) => s.turned.put(0, (s.turned.at(0) + 1) % 3),
    }),
    action<V, D>({ name: 'pass', args: {}, guard: () => true, effect: () => undefined }),
  ],
  properties: [
    {
      kind: 'step',
      name: 'shut',
      says: 'Nobody passes.',
      holds: (before, { name }) => name !== 'pass' || before.turned.at(0) !== 1,
    },
  ],
};

const TOUCH = 'handle_mm_fault 1';

describe('a pass', () => {
  it('leaves runs of steps out, and what depends on them', () => {
    const away = ['mmap 0 2', 'munmap', 'mmap 0 3', 'munmap'];
    expect(by(dropRuns, 'even', ...away, 'mmap 0 1', TOUCH, `${TOUCH} fails`)).toEqual(['mmap 0 1', `${TOUCH} fails`]);
  });
  it('leaves two steps out that need each other', () => {
    // Without the munmap alone page 1 cannot be mapped; without that mmap alone it cannot be touched.
    const steps = ['mmap 0 1', TOUCH, 'munmap', 'mmap 0 1', TOUCH];
    expect(by(dropSome, 'fresh', ...steps)).toEqual(['mmap 0 1', TOUCH, TOUCH]);
  });
  it('leaves three steps out that only together do not matter', () => {
    const world = turnstile as unknown as World<unknown, unknown>;
    const [turn, pass] = [0, 1].map((move) => ({ move, answers: [] }));
    const trace = { initial: 0, moves: [turn!, turn!, turn!, turn!, pass!] };
    expect(shrink(world, 'shut', trace, { passes: [dropRuns] }).moves).toHaveLength(5);
    expect(shrink(world, 'shut', trace, { passes: [dropSome] }).moves).toEqual([turn, pass]);
  });
  it('cuts loops out, the longest first', () => {
    const steps = ['mmap 0 2', 'munmap', 'mmap 0 3', 'munmap', 'mmap 0 1', TOUCH, TOUCH];
    expect(by(cutLoops, 'fresh', ...steps)).toEqual(['mmap 0 1', TOUCH, TOUCH]);
  });
  it('takes one operation in place of several', () => {
    expect(by(shortcuts, 'fresh', 'mmap 0 1', TOUCH, TOUCH)).toEqual(['mmap 0 1', 'smaps']);
  });
  it('leaves one step out, and replaces another', () => {
    expect(by(replacements, 'fresh', 'mmap 0 1', TOUCH, 'shrink_folio_list')).toEqual(['mmap 0 1', 'smaps']);
  });
  it('gives every question its plain answer, where the property breaks all the same', () => {
    expect(by(plainerAnswers, 'fresh', 'mmap 0 1', `${TOUCH} fails`, `${TOUCH} fails`)).toEqual([
      'mmap 0 1',
      TOUCH,
      TOUCH,
    ]);
    expect(by(plainerAnswers, 'even', 'mmap 0 1', `${TOUCH} fails`)).toEqual(['mmap 0 1', `${TOUCH} fails`]);
  });
  it('takes smaller arguments for all steps together: pages by their numbers, the parent before the child', () => {
    const steps = ['mmap 1 3', 'handle_mm_fault 3', 'handle_mm_fault 3 fails'];
    expect(by(smallerArguments, 'even', ...steps)).toEqual(['mmap 0 1', TOUCH, `${TOUCH} fails`]);
  });
  it('takes plainer operations', () => {
    const steps = ['mmap 0 1', 'shrink_folio_list', 'munmap'];
    expect(by(plainerOperations, 'kept', ...steps)).toEqual(['mmap 0 1', TOUCH, 'munmap']);
  });
  it('takes a plainer operation elsewhere', () => {
    expect(by(plainerElsewhere, 'kept', 'mmap 0 1', 'shrink_folio_list', 'munmap')).toEqual([
      'mmap 0 1',
      TOUCH,
      'munmap',
    ]);
  });
  it('puts plainer steps first', () => {
    const steps = ['mmap 0 1', 'shrink_folio_list', 'handle_mm_fault 1'];
    expect(by(orderOfSteps, 'fresh', ...steps)).toEqual(['mmap 0 1', 'handle_mm_fault 1', 'shrink_folio_list']);
  });
});

describe('shrinking', () => {
  it('keeps to the property: another assertion, or another state, is another trace', () => {
    const steps = ['mmap 0 1', ...Array.from({ length: 7 }, () => TOUCH)];
    expect(linesOf(shrink(stepsWorld, 'worn', traceOf(...steps))).length).toBeGreaterThan(3);
    expect(linesOf(shrink(stepsWorld, 'fresh', traceOf(...steps)))).toEqual(['mmap 0 1', 'smaps']);
  });
  it('ends where the property breaks', () => {
    const steps = ['mmap 0 1', TOUCH, TOUCH, 'munmap', 'mmap 0 2'];
    expect(linesOf(shrink(stepsWorld, 'fresh', traceOf(...steps), { passes: [] }))).toEqual(['mmap 0 1', TOUCH, TOUCH]);
  });
  it('takes what it has when it is to stop', () => {
    const steps = ['mmap 0 1', TOUCH, TOUCH];
    expect(linesOf(shrink(stepsWorld, 'fresh', traceOf(...steps), { stop: () => true }))).toEqual(steps);
  });
  it('does not take a trace that breaks nothing', () => {
    expect(() => shrink(stepsWorld, 'fresh', traceOf('mmap 0 1'))).toThrow('does not break fresh');
    expect(() => shrink(stepsWorld, 'nothing', traceOf('mmap 0 1'))).toThrow('no property nothing');
  });
  it('leaves out of recorded steps what is not possible here, and finds answers by their questions', () => {
    const steps = traceOf('mmap 0 1', 'mmap 0 2', TOUCH).moves.map(({ move }) => ({
      move,
      said: [
        { question: 'another', answer: 'works' },
        { question: 'pte_alloc_one', answer: 'fails' },
      ],
    }));
    const shrunk = shrinkRecorded(stepsWorld, 'even', { initial: 0, steps });
    expect(linesOf(shrunk!)).toEqual(['mmap 0 1', `${TOUCH} fails`]);
    expect(shrinkRecorded(stepsWorld, 'worn', { initial: 0, steps })).toBeUndefined();
  });
});
