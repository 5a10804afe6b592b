/** What `validate` compares, and in which order. */
import * as Effect from 'effect/Effect';
import { describe, expect, it } from 'vitest';
import { Cells } from '../../../checker/cells.ts';
import type { Setting } from '../../../checker/check.ts';
import { catalogue } from '../../../checker/mm_catalogue.ts';
import { pairsOf } from '../../../checker/validate/pairs.ts';
import { eachPatch } from '../../../checker/validate/targets.ts';
import { capture } from '../command_line.ts';

const WORLDS = ['pfnmap-cache', 'pfnmap-thp', 'pfnmap-install'];

const pairs = async (bisect: string | undefined, ...world: readonly string[]) => {
  const err = capture();
  const setting: Setting = { catalogue, module: '', version: '', out: capture(), err, cells: new Cells() };
  const found = Effect.gen(function* () {
    const changes = yield* eachPatch(setting, ['huge-remap-pfn-range@v3'], {}, '--bisect');
    const wanted = { size: 'quick', bisect: bisect === undefined ? undefined : [bisect] } as const;
    return yield* pairsOf(setting, { world }, changes, wanted);
  });
  const all = await Effect.runPromise(found);
  return { all: all.map(({ change, world: one }) => `${change.patch} ${one}`), err: err.text() };
};

describe('what is compared', () => {
  it('is every world, patch by patch', async () => {
    const { all } = await pairs(undefined, ...WORLDS);
    expect(all).toEqual(['2/4', '4/4'].flatMap((patch) => WORLDS.map((one) => `${patch} ${one}`)));
  });
  it('is of a bisection world by world, small ones first, and only those that have the property', async () => {
    const { all, err } = await pairs('two deposits', ...WORLDS);
    expect(all).toEqual(['2/4 pfnmap-install', '4/4 pfnmap-install', '2/4 pfnmap-thp', '4/4 pfnmap-thp']);
    expect(err).toContain('two deposits is asked in 2 worlds');
  });
  it('is first the world where a glance sees the violation, although it is larger', async () => {
    const { all } = await pairs('I-CACHE', 'pfnmap-install', 'memtype-wb');
    expect(all).toEqual(['2/4 memtype-wb', '4/4 memtype-wb', '2/4 pfnmap-install', '4/4 pfnmap-install']);
  });
  it('is nothing where no world has the property', async () => {
    await expect(pairs('H5', ...WORLDS)).rejects.toThrow('has the property H5');
  });
});
