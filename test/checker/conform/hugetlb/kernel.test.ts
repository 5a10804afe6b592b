/** Hugetlb of a real kernel, booted with QEMU: that which $MMCHECK_KERNEL_IMAGE names must do as the model says. */
import * as Effect from 'effect/Effect';
import * as Exit from 'effect/Exit';
import { describe, expect, it } from 'vitest';
import { playWalks } from '../../../../checker/conform/batch.ts';
import { vmGround } from '../../../../checker/conform/ground.ts';
import { hugetlbStageFor } from '../../../../checker/conform/hugetlb/against.ts';
import { HUGETLB_SCOPES } from '../../../../checker/conform/hugetlb/scopes.ts';
import { quirksFor } from '../../../../checker/conform/quirks.ts';
import { walksOn } from '../../../../checker/conform/sequences.ts';
import { readKernelImage } from '../../../../checker/conform/vm/kernel_image.ts';
import { machines } from '../../../../checker/conform/vm/machines.ts';
import { findQemu } from '../../../../checker/conform/vm/qemu.ts';

const path = process.env['MMCHECK_KERNEL_IMAGE'] ?? '';
const modules = process.env['MMCHECK_KERNEL_MODULES'];
const why =
  path === ''
    ? '$MMCHECK_KERNEL_IMAGE names no kernel'
    : Exit.isFailure(await Effect.runPromiseExit(findQemu()))
      ? 'there is no QEMU'
      : undefined;

const played = (scope: (typeof HUGETLB_SCOPES)[number]) =>
  Effect.gen(function* () {
    const ground = yield* vmGround(machines.get('plain')!, yield* readKernelImage(path, modules));
    const sight = { frames: true, entries: ground.header.level >= 3 };
    const stage = hugetlbStageFor(scope, ground.header.uname, [], sight);
    const walks = [...walksOn([stage], { seed: 1, sequences: 20, length: 0 })];
    const judged = yield* playWalks({ play: ground.play, eye: { quirks: quirksFor(ground.header), sight } }, walks);
    return { judged, reports: ground.reports };
  }).pipe(Effect.scoped, Effect.runPromise);

describe(`hugetlb of a kernel that is booted${why === undefined ? '' : ` (skipped: ${why})`}`, () => {
  it
    .skipIf(why !== undefined)
    .each(
      HUGETLB_SCOPES.filter(({ machines: on }) => on.includes('plain')).map((scope) => [scope.name, scope] as const),
    )('%s', { timeout: 240_000 }, async (_, scope) => {
    const { judged, reports } = await played(scope);
    expect(judged.filter(({ _tag }) => _tag !== 'same')).toEqual([]);
    expect(reports).toEqual([]);
  });
});
