/** A comparison that is stopped keeps what it has found by then. */
import { describe, expect, it } from 'vitest';
import type { KernelChoice } from '../../../checker/catalogue.ts';
import { Calls } from '../../../checker/equiv/calls.ts';
import { compareWorlds, type Comparing } from '../../../checker/equiv/compare_worlds.ts';
import { Deciding } from '../../../checker/equiv/deciding.ts';
import type { Part } from '../../../checker/equiv/kept_parts.ts';
import { observerOf } from '../../../checker/equiv/observer.ts';
import { isCut, isWhole } from '../../../checker/equiv/verdict.ts';
import { catalogue } from '../../../checker/mm_catalogue.ts';
import { judgementsOf } from '../../../checker/validate/status.ts';

const kernel = (...settings: readonly string[]): KernelChoice => ({
  kernel: 'v7.1',
  arch: 'x86_64',
  series: [],
  settings: settings.map((one) => {
    const [toggle = '', value = ''] = one.split('=');
    return { toggle, value, evidence: 'asked' };
  }),
});

const noRest = () => ({ base: false, on: [], mendedBy: [] });

/** Both judged by a few properties, and stopped in one of the searches, when it looks for the n-th time whether it is to stop. */
const stoppedIn = (world: string, part: Part, look: number) => {
  const entry = catalogue.worlds.find(({ name }) => name === world)!;
  const calls = new Calls([]);
  const deciding = new Deciding([]);
  const a = entry.build(kernel(), 'quick');
  const b = entry.build(kernel('remap-leaf=yes', 'remap-deposit=yes', 'move-deposit=anon'), 'quick');
  let looks = 0;
  const optionsOf = (searched: Part) => ({
    onProgress: () => looks >= look || (searched === part && ++looks >= look),
  });
  const of: Comparing = {
    a,
    b,
    calls,
    whileBuilt: {},
    deciding,
    unseen: true,
    asked: false,
    entries: false,
    observer: observerOf(a, 'mm', entry.model),
    options: {},
    making: (searched, search) => search(optionsOf(searched)),
    judges: { properties: ['I-DEP', 'I-LIVE', 'I-VMA'], restA: noRest, restB: noRest },
  };
  const compared = compareWorlds(of, () => undefined);
  return { compared, judgements: judgementsOf(world, compared, ['I-DEP', 'I-LIVE', 'I-VMA']) };
};

describe('a comparison that is stopped', () => {
  it('has judged the changed kernel first, and then looks as deep into the other one', () => {
    const { compared, judgements } = stoppedIn('pfnmap', 'after', 2);
    expect([compared.after?.cut, compared.before?.cut, compared.together?.cut]).toEqual([
      'interrupted',
      'depth',
      'interrupted',
    ]);
    expect(judgements).toMatchObject([
      { property: 'I-DEP', status: 'violated', notWithin: 2, after: { counterexample: { length: 2 } } },
      { property: 'I-LIVE', status: 'violated', notWithin: 2 },
      { property: 'I-VMA', status: 'undecided' },
    ]);
    expect([isCut(compared), isWhole(compared)]).toEqual([true, false]);
  });
  it('knows what is newly violated before it goes in lockstep', () => {
    const { compared, judgements } = stoppedIn('pfnmap-move', 'together', 1);
    expect([compared.after?.cut, compared.before?.cut, compared.together?.cut]).toEqual([
      undefined,
      undefined,
      'interrupted',
    ]);
    expect(judgements.map(({ property, status }) => [property, status])).toEqual([
      ['I-DEP', 'newly violated'],
      ['I-LIVE', 'newly violated'],
      ['I-VMA', 'holds'],
    ]);
  });
});
