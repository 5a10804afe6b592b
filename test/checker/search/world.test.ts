import {
  action,
  combinations,
  type Draft,
  layoutOf,
  ModelBug,
  movesOf,
  table,
  upTo,
  type View,
  type World,
} from 'mmcheck/search';
import { describe, expect, it } from 'vitest';

describe('the moves of a world', () => {
  const tables = { n: table(1, upTo(3)) };
  const of = (name: string, args: Readonly<Record<string, readonly unknown[]>>) =>
    action<View<typeof tables>, Draft<typeof tables>, Record<string, unknown>>({
      name,
      args,
      guard: () => true,
      effect: () => {},
    });
  const world: World<View<typeof tables>, Draft<typeof tables>> = {
    name: 'moves',
    layout: layoutOf(tables),
    initial: [],
    actions: [of('one', {}), of('none', { i: [] }), of('four', { i: [0, 1], to: ['a', 'b'] })],
    properties: [],
  };

  it('are every action with every combination of its arguments, the last fastest', () => {
    expect(movesOf(world)).toEqual([
      { action: 0, name: 'one', args: {} },
      { action: 2, name: 'four', args: { i: 0, to: 'a' } },
      { action: 2, name: 'four', args: { i: 0, to: 'b' } },
      { action: 2, name: 'four', args: { i: 1, to: 'a' } },
      { action: 2, name: 'four', args: { i: 1, to: 'b' } },
    ]);
  });

  it('come from the product of the domains', () => {
    expect(combinations({})).toEqual([{}]);
    expect(combinations({ a: [1, 2], b: [], c: [3] })).toEqual([]);
  });
});

const effect = (): void => {};

describe('an action', () => {
  it('of one effect has one step of its own name, and keeps what it mirrors', () => {
    const made = action<unknown, unknown>({
      name: 'split',
      mirrors: 'mm/huge_memory.c',
      args: {},
      guard: () => true,
      effect,
    });
    expect(made.steps).toEqual([{ name: 'split', run: effect }]);
    expect(made.mirrors).toBe('mm/huge_memory.c');
  });
});

describe('ModelBug', () => {
  it('has the name of its assertion', () => {
    const bug = new ModelBug('null dereference', 'pgtable is NULL');
    expect([bug.name, bug.message, bug instanceof Error]).toEqual(['null dereference', 'pgtable is NULL', true]);
  });
});
