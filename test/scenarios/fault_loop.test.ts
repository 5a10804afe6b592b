/** That the search finds, from nothing, a write that faults without end, and the shortest way there. */
import { describe, expect, it } from '@effect/vitest';
import { kernelWith } from '../../checker/mm_catalogue.ts';
import { explore, movesOf } from '../../checker/search/index.ts';
import { faultDriver } from '../../model/drivers/driver.ts';
import { mmWorld } from '../../model/mm/world.ts';
import { NO_OPERATIONS } from '../../model/operations/alphabet.ts';
import { SMALL } from '../../model/state/geometry.ts';
import { type Machine, X86_64 } from '../../model/state/machine.ts';
import { assertionsOn } from '../../spec/assertions.ts';

/** A BAR under soft-dirty tracking: touched, forked, protected, taken away. The verdict, and what breaks after which operations. */
const searched = (machine: Machine, passesWrite: 'yes' | 'no' = 'no', clearRefs = true) => {
  const world = mmWorld({
    name: 'BAR',
    geometry: { ...SMALL, vmas: 2 },
    machine,
    kernel: kernelWith('v7.1', [{ toggle: 'vfio-passes-write', value: passesWrite, evidence: 'source' }]),
    alphabet: {
      ...NO_OPERATIONS,
      drivers: [faultDriver('BAR', { at: 0, pages: 8 })],
      reads: [1],
      writes: [0],
      mprotects: [{ from: 0, to: 8 }],
      prots: ['R', 'RW'],
      fork: true,
      memoryEnable: true,
      clearRefs,
    },
    failuresMax: 0,
    properties: assertionsOn(machine, 'any'),
  });
  const { verdict, properties } = explore(world);
  const moves = movesOf(world);
  const broken = properties.filter((one) => one.verdict === 'violated');
  const ways = broken.map(({ name, trace }) => [name].concat(trace!.moves.map(({ move }) => moves[move]!.name)));
  return [verdict, ...ways];
};

const LOOP = ['violated', ['fault-loop', 'mmap', 'clear_refs', 'handle_mm_fault']];

describe('a BAR whose VMA is not soft-dirty any more', () => {
  it('never serves a write of a PUD leaf', () => {
    expect(searched(X86_64)).toEqual(LOOP);
  });
  it('never serves a write of a PMD leaf', () => {
    expect(searched({ ...X86_64, pudLeaves: false })).toEqual(LOOP);
  });
  it('serves a write of a PTE', () => {
    expect(searched({ ...X86_64, pmdLeaves: false, pudLeaves: false })).toEqual(['holds']);
  });
  it.each([true, false])('serves them all where the handler passes the write on (PUD leaves: %s)', (pudLeaves) => {
    expect(searched({ ...X86_64, pudLeaves }, 'yes')).toEqual(['holds']);
  });
  it('serves them all without soft-dirty tracking', () => {
    expect(searched(X86_64, 'no', false)).toEqual(['holds']);
  });
});
