/**
 * The comparison can fail: a model of hugetlb with a mistake differs from a real kernel in a short sequence, which is pinned. As
 * root, `PIN=write` finds them anew on the running kernel, whose nr_hugepages it sets for as long as that takes. Here, what is pinned
 * must be where the model with the mistake, and the one without, expect something else.
 */
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import * as Effect from 'effect/Effect';
import { describe, expect, it } from '@effect/vitest';
import type { Asked } from '../../../../checker/conform/batch.ts';
import { type GroundError, liveGround } from '../../../../checker/conform/ground.ts';
import type { HugetlbStage } from '../../../../checker/conform/hugetlb/stage.ts';
import type { HugetlbWalk } from '../../../../checker/conform/hugetlb/walk.ts';
import { quirksFor } from '../../../../checker/conform/quirks.ts';
import { randomWalks, walkOf } from '../../../../checker/conform/sequences.ts';
import { shrunk } from '../../../../checker/conform/shrink.ts';
import { hugetlbReleaseFor } from '../../../../checker/conform/hugetlb/against.ts';
import { hugetlbStageOf, hugetlbWalkThrough } from '../../../support/hugetlb_walks.ts';
import { ROOT } from '../running_kernel.ts';
import { firstDiffering } from '../wrong_model.ts';
import { WRONG_HUGETLB, type WrongHugetlb, wrongStage } from './wrong_models.ts';

const PATH = fileURLToPath(new URL('wrong_models.pinned.txt', import.meta.url));
const SEQUENCES = 300;
const LENGTH = 10;

/** What is expected of a sequence. */
const expectedOf = (walk: HugetlbWalk): string =>
  JSON.stringify(walk.steps.map(({ seen }) => [seen.answer, seen.pool, [...seen.processes]]));

const isOther = (right: HugetlbStage, walk: HugetlbWalk): boolean =>
  expectedOf(
    walkOf(
      right,
      walk.steps.map(({ move }) => move),
    ),
  ) !== expectedOf(walk);

/** "MISTAKE (SCOPE, on KERNEL): OPERATION; OPERATION: WHAT DIFFERS" */
const ROW = /^(.*) \((.*), on (.*?)\): (.*): (.*?)$/;

/** What is left of the first random sequence that the kernel plays otherwise. */
const seen = Effect.fnUntraced(function* (kernel: Asked<GroundError>, uname: string, wrong: WrongHugetlb) {
  const release = hugetlbReleaseFor(uname);
  const [right, stage] = [hugetlbStageOf(wrong.scope, release), wrongStage(wrong, release)];
  // Where the two models expect the same, the kernel need not be asked.
  const walks = [...randomWalks([stage], 1, SEQUENCES, LENGTH)].filter((walk) => isOther(right, walk));
  const found = yield* firstDiffering(kernel, walks, SEQUENCES);
  if (found === undefined) return `${wrong.says} (${wrong.scope}, on ${uname}): not seen`;
  const { walk, at, differences } = yield* shrunk(kernel, found);
  const operations = walk.steps.slice(0, at + 1).map(({ label }) => label);
  const where = differences.map((one) => one.where).join(', ');
  return `${wrong.says} (${wrong.scope}, on ${uname}): ${operations.join('; ')}: ${where}`;
});

const table = Effect.fnUntraced(function* () {
  const ground = yield* liveGround;
  const kernel = { play: ground.play, eye: { quirks: quirksFor(ground.header), sight: ROOT } };
  const rows: string[] = [];
  for (const wrong of WRONG_HUGETLB) rows.push(yield* seen(kernel, ground.header.uname, wrong));
  return rows;
}, Effect.scoped);

describe('a model of hugetlb that is wrong', () => {
  it.runIf(process.env['PIN'] === 'write')('is told by the kernel', { timeout: 3_600_000 }, async () => {
    const rows = await Effect.runPromise(table());
    writeFileSync(PATH, `${rows.join('\n')}\n`);
    expect(rows.filter((row) => row.endsWith(': not seen'))).toEqual([]);
  });

  const rows = existsSync(PATH) ? readFileSync(PATH, 'utf8').trimEnd().split('\n') : [];
  it('has a sequence each', () => {
    expect(rows.map((row) => ROW.exec(row)?.slice(1, 3))).toEqual(
      WRONG_HUGETLB.map(({ says, scope }) => [says, scope]),
    );
  });
  it.each(WRONG_HUGETLB.map((wrong, i) => [wrong, rows[i]!] as const))('$says', (wrong, row) => {
    const [, , scope, uname, operations] = ROW.exec(row)!;
    const release = hugetlbReleaseFor(uname!);
    const walk = hugetlbWalkThrough(wrongStage(wrong, release), ...operations!.split('; '));
    expect(isOther(hugetlbStageOf(scope!, release), walk)).toBe(true);
  });
});
