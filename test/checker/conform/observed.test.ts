/** Machines with something that the model cannot be compared with: what they show is told, line by line. */
import { describe, expect, it } from '@effect/vitest';
import * as Effect from 'effect/Effect';
import type { Ground } from '../../../checker/conform/ground.ts';
import { observedOn } from '../../../checker/conform/observed.ts';
import { readRunnerLine } from '../../../checker/conform/read_seen.ts';
import { modelGround } from '../../support/model_runner.ts';
import { ALL, V6_18 } from '../../support/walks.ts';

const eye = { quirks: [], sight: ALL };
const process = (m: readonly unknown[]) => ({ pt: 1, rss: [0, 0, 0], vma: [[0, 512, 'rw-s']], m });
/** What a machine with DAX could print. */
const LINES = [
  { runner: 1, level: 3, uname: 'x', features: {} },
  { seq: 'one' },
  { i: 0, op: 'map 0 512 shared 0 0', r: 0, p: { 0: process([]) } },
  { i: 1, op: 'write 0 1 3', r: -1, sig: 7, p: { 0: process([[0, 512, 'HPF', 1, 'T', 5120]]) } },
  { end: 'one', noise: [] },
  { seq: 'two' },
  { i: 0, op: 'mprotect 0 512 r', r: -1, e: 12, p: {} },
  { end: 'two', noise: [] },
];
const texts: string[] = [];
const ground: Ground = {
  ...modelGround({ kernel: V6_18, sight: ALL }, 'dax'),
  play: (text, onLine) =>
    Effect.sync(() => {
      texts.push(text);
      for (const line of LINES) onLine(readRunnerLine(JSON.stringify(line)));
      return {};
    }),
};

describe('what is looked at only', () => {
  it('is told by sequence and operation, a failure first', async () => {
    expect(await Effect.runPromise(observedOn(ground, eye))).toMatchInlineSnapshot(`
      [
        {
          "lines": [
            "worker 0 page-table pages: 1",
            "worker 0 RssFile, RssAnon, RssShmem: 0, 0, 0",
            "worker 0 VMAs: 0+512 rw-s",
          ],
          "op": "map 0 512 shared 0 0",
          "sequence": "one",
        },
        {
          "lines": [
            "signal 7",
            "worker 0 page-table pages: 1",
            "worker 0 RssFile, RssAnon, RssShmem: 0, 0, 0",
            "worker 0 VMAs: 0+512 rw-s",
            "worker 0 pages: 0+512 HPF map=1 T A+0",
          ],
          "op": "write 0 1 3",
          "sequence": "one",
        },
        {
          "lines": [
            "errno 12",
          ],
          "op": "mprotect 0 512 r",
          "sequence": "two",
        },
      ]
    `);
    expect(texts[0]).toMatch(/^seq /m);
  });
  it('is nothing on other machines, and nothing is played there', async () => {
    const never: Ground = { ...ground, machine: 'live', play: () => Effect.die('nothing is to be played') };
    expect(await Effect.runPromise(observedOn(never, eye))).toEqual([]);
  });
});
