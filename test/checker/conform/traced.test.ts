/** Trace files of `mmcheck check`, as walks for a real kernel; and those that no kernel can be asked. */
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@effect/vitest';
import * as Effect from 'effect/Effect';
import { Cells } from '../../../checker/cells.ts';
import { main } from '../../../checker/cli.ts';
import type { Setting } from '../../../checker/check.ts';
import { scriptOf } from '../../../checker/conform/script.ts';
import { tracedWalks } from '../../../checker/conform/traced.ts';
import type { Walk } from '../../../checker/conform/walk.ts';
import { catalogue } from '../../../checker/mm_catalogue.ts';
import type { TraceFile } from '../../../checker/read_trace.ts';
import { ALL } from '../../support/walks.ts';
import { capture } from '../command_line.ts';

const directory = mkdtempSync(join(tmpdir(), 'mmcheck-traced-'));
afterAll(() => rmSync(directory, { recursive: true }));

const module = new URL('../../../checker/mm_catalogue.ts', import.meta.url).href;
const setting: Setting = { catalogue, module, version: '0', out: capture(), err: capture(), cells: new Cells() };

/** The first violation of a world on v7.1, or the first of some properties. */
const violationOf = (world: string, property = '*') => {
  const asked = ['--kernel', 'v7.1', '--world', world, '--property', property, '--first'];
  return Effect.runPromise(main(['check', ...asked, '--trace-dir', join(directory, world)], setting));
};
beforeAll(async () => {
  await violationOf('lazyfree-thp');
  await violationOf('vfio-parts');
  await violationOf('second-stage', 'I-SECOND');
}, 30_000);

const fileOf = (world: string, property: string): string =>
  join(
    directory,
    world,
    readdirSync(join(directory, world)).find((name) => name.includes(property))!,
  );

const here = {
  chosen: { choice: { kernel: 'v7.1', series: [], settings: [] }, calibrated: [], alike: [], unlike: [] },
  sight: ALL,
  machine: 'pfnmap',
} as const;
const walkOfFile = async (path: string): Promise<Walk> => {
  const walks = await Effect.runPromise(tracedWalks([path], here));
  expect(walks.length).toBe(1);
  return walks[0]!.walk;
};

describe('a trace', () => {
  it('is a walk of the same moves', async () => {
    const path = fileOf('lazyfree-thp', 'I-LAZYFREE');
    const trace = JSON.parse(readFileSync(path, 'utf8')) as TraceFile;
    const walk = await walkOfFile(path);
    expect(walk.steps.map(({ move }) => [move.name, move.args])).toEqual(trace.steps.map(({ op, args }) => [op, args]));
    expect(walk.steps.map(({ line }) => line)).toMatchInlineSnapshot(`
      [
        "map 261120 512 anon hugepage",
        "write 261120 256 2",
        "madvise 261120 512 free",
        "write 261120 256 4",
        "mprotect 261120 512 r",
      ]
    `);
  });
  it('with a PUD leaf is played in GiB, as far as the assertion of the model', async () => {
    const walk = await walkOfFile(fileOf('vfio-parts', 'VM_BUG_ON_VMA'));
    expect(walk.stage.placement.scale).toBe('PUD');
    expect(walk.steps.map(({ line }) => line)).toMatchInlineSnapshot(`
      [
        "map 0 262144 shared 1 0",
        "write 0 256 2",
      ]
    `);
    expect(walk.refused?.why).toBe('assertion');
  });
  it('has a look-up by KVM as what a guest does', async () => {
    const walk = await walkOfFile(fileOf('second-stage', 'I-SECOND'));
    expect(walk.refused).toBeUndefined();
    expect(scriptOf(walk, 'guest').split('\n').slice(-7)).toMatchInlineSnapshot(`
      [
        "vm",
        "object 1 vfio 0000:00:02.0 2",
        "map 261120 512 shared 1 0",
        "write 261120 256 2",
        "mprotect 261120 512 none",
        "guest-read 261120 256",
        "",
      ]
    `);
  });
  it('goes on another kernel than its own the way of that one', async () => {
    const other = { ...here, chosen: { ...here.chosen, choice: { kernel: 'v6.11', series: [], settings: [] } } };
    const [walk] = await Effect.runPromise(tracedWalks([fileOf('vfio-parts', 'VM_BUG_ON_VMA')], other));
    expect(walk!.walk.stage.placement.scale).toBe('PMD');
  });
});

/** Why a trace is refused that is like that of lazyfree-thp but for this. */
const refusedWith = async (change: (trace: TraceFile) => unknown): Promise<string> => {
  const path = join(directory, 'changed.json');
  writeFileSync(
    path,
    JSON.stringify(change(JSON.parse(readFileSync(fileOf('lazyfree-thp', ''), 'utf8')) as TraceFile)),
  );
  const error = await Effect.runPromise(Effect.flip(tracedWalks([path], here)));
  return error.message.replaceAll(directory, '');
};

/** The same with another second step. */
const withSecond =
  (second: Partial<TraceFile['steps'][number]>) =>
  (trace: TraceFile): TraceFile => ({
    ...trace,
    steps: trace.steps.map((step, i) => (i === 1 ? { ...step, ...second } : step)),
  });

const twice = (trace: TraceFile) => ({ ...trace, steps: [trace.steps[0], ...trace.steps] });

describe('a trace is refused', () => {
  it('in which an allocation fails', async () => {
    const answers = [{ question: 'pte_alloc_one', answer: 'fails' }];
    expect(await refusedWith(withSecond({ answers }))).toBe(
      '/changed.json lets an allocation fail in step 2; no runner can',
    );
  });
  it('that names what is not there', async () => {
    expect(await refusedWith(withSecond({ op: 'mlock' }))).toBe('/changed.json names operation "mlock" in step 2');
    expect(await refusedWith(withSecond({ args: { mm: 7 } }))).toMatch(
      /^\/changed.json names arguments ".*7.*" in step 2$/,
    );
    expect(await refusedWith((trace) => ({ ...trace, world: 'nowhere' }))).toContain('there is no world "nowhere"');
  });
  it('that is of hugetlb', async () => {
    expect(await refusedWith((trace) => ({ ...trace, world: 'hugetlb-pmd-move' }))).toContain('is of hugetlb');
  });
  it('of which a move is not enabled', async () => {
    expect(await refusedWith(twice)).toBe('/changed.json cannot be played: step 2 is not enabled: mmap');
  });
  it('that is no trace', async () => {
    expect(await refusedWith(() => ({ tool: 'mmcheck' }))).toMatch(/^\/changed.json is not a trace file: /);
  });
});
