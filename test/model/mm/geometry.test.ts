import { describe, expect, it } from '@effect/vitest';
import { catalogue, kernelWith, ruleFor } from '../../../checker/mm_catalogue.ts';
import { explore } from '../../../checker/search/index.ts';
import { remapDriver } from '../../../model/drivers/driver.ts';
import { type Alphabet, NO_OPERATIONS } from '../../../model/operations/alphabet.ts';
import { mmWorld } from '../../../model/mm/world.ts';
import { blocks, checkGeometry, type Geometry, SMALL } from '../../../model/state/geometry.ts';
import { X86_64 } from '../../../model/state/machine.ts';
import { specOf } from '../../../spec/all.ts';

/** One mapping of the first slot, whatever its size. */
const alphabetFor = ({ ptrsPerPte, ptrsPerPmd }: Geometry): Alphabet => ({
  ...NO_OPERATIONS,
  drivers: [remapDriver('one slot', { at: 0, pages: ptrsPerPte })],
  writes: [0],
  munmaps: [
    { from: 0, to: 1 },
    { from: 0, to: ptrsPerPte },
  ],
  mremaps: [
    { from: 0, to: ptrsPerPte, pages: ptrsPerPte },
    { from: 0, to: ptrsPerPte * ptrsPerPmd, pages: ptrsPerPte },
  ],
  fork: true,
});

const violated = (version: string, geometry: Geometry): readonly string[] => {
  const settings =
    catalogue.series
      .find(({ name }) => name === 'huge-remap-pfn-range')!
      .versions.find((one) => one.version === version)?.sets ?? [];
  const properties = specOf(ruleFor(settings, X86_64), {
    opsTellDeposit: version === 'v4',
    machine: X86_64,
    cowLeafForbidden: false,
  });
  const kernel = kernelWith('v7.1', settings);
  const { verdict, properties: found } = explore(
    mmWorld({
      name: version,
      geometry,
      machine: X86_64,
      kernel,
      alphabet: alphabetFor(geometry),
      failuresMax: 1,
      properties,
    }),
  );
  expect(verdict).not.toBe('incomplete');
  return found.filter((one) => one.verdict === 'violated').map(({ name, trace }) => `${name} (${trace!.moves.length})`);
};

const small = { ...SMALL, vmas: 3, pteTables: 8 };
const fanOuts: readonly Partial<Geometry>[] = [{ ptrsPerPmd: 3 }, { ptrsPerPte: 3 }, { puds: 3 }];

describe.each(fanOuts)('with the fan-outs %o', (fanOut) => {
  it.each(['main', 'v1', 'v2', 'v3', 'v4'])(
    '%s breaks what it breaks with fan-out 2, by traces as short',
    { timeout: 60_000 },
    (version) => {
      expect(violated(version, { ...small, ...fanOut })).toEqual(violated(version, small));
    },
  );
});

describe('a geometry that does not fit', () => {
  it.each<[Partial<Geometry>, RegExp]>([
    [{ memory: blocks('anon', 1, 49) }, /an entry can name 63/],
    [{ pteTables: 40 }, /a set of them has 31/],
    [{ pteTables: 16 }, /an mm can count 15/],
    [{ ptrsPerPmd: 5 }, /20 pages of address space/],
    [{ trackedFrames: 17 }, /17 tracked frames; the device has 16/],
  ])('%o is refused', (part, message) => {
    expect(() => checkGeometry({ ...SMALL, ...part })).toThrow(message);
  });
});
