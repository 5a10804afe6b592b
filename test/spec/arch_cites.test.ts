/** A world that carries the entries of an architecture cites that architecture, and no other. */
import { describe, expect, it } from 'vitest';
import { isFor } from '../../checker/exact_world.ts';
import { buildWorld } from '../../checker/mm_catalogue.ts';
import { MM_WORLDS } from '../../checker/worlds/all.ts';
import { CARRIED } from '../../model/arch/carried_all.ts';
import { specOf } from '../../spec/all.ts';
import { MAINLINE } from '../../spec/deposit_rule.ts';

const archsIn = (cites = ''): readonly string[] => [...cites.matchAll(/\barch\/(\w+)\//g)].map((found) => found[1]!);

describe('what properties and operations cite', () => {
  it.each(['x86_64', 'arm64_4k', 'ppc64_radix_4k', 'ppc64_hash_64k', 'riscv64', 'riscv64_thead'])('on %s', (name) => {
    const carried = CARRIED.find(({ architecture }) => architecture.name === name)!;
    const choice = { kernel: 'v7.1', series: [], settings: [], exact: name };
    const worlds = MM_WORLDS.filter((one) => isFor(one, carried)).map((one) => buildWorld(one, choice, 'quick'));
    const cited = worlds.flatMap(({ properties, actions }) => [
      ...properties.flatMap(({ cites }) => archsIn(cites)),
      ...actions.flatMap(({ mirrors }) => archsIn(mirrors)),
    ]);
    expect(new Set(cited)).toEqual(new Set([carried.machine.arch]));
  });

  it('where no machine is named, on each', () => {
    const all = specOf(MAINLINE, { opsTellDeposit: true, machine: 'any', cowLeafForbidden: false });
    const { cites } = all.find(({ name }) => name === 'I-FMT')!;
    expect(new Set(archsIn(cites))).toEqual(new Set(['x86', 'arm64', 'riscv', 'powerpc']));
  });
});
