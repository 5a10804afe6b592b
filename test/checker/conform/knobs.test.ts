/** Knobs are set for as long as it takes, and put back however it ends. On files: no knob of this kernel is touched. */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeEach, describe, expect, it } from '@effect/vitest';
import * as Effect from 'effect/Effect';
import * as Exit from 'effect/Exit';
import * as Fiber from 'effect/Fiber';
import { isTurned, turned } from '../../../checker/conform/knobs.ts';

const directory = mkdtempSync(join(tmpdir(), 'mmcheck-knobs-'));
afterAll(() => rmSync(directory, { recursive: true }));

const path = join(directory, 'knob');
const knob = { path, value: 'madvise' };
const now = (): string => readFileSync(path, 'utf8');
/** As sysfs shows several choices; a write to a file takes the place of all of them. */
const BEFORE = 'always madvise [never]\n';
beforeEach(() => writeFileSync(path, BEFORE));

/** Turns the knob, and does this meanwhile. */
const meanwhile = <A, E>(made: Effect.Effect<A, E>) => Effect.scoped(Effect.andThen(turned(knob), made));
const exitListeners = (): number => process.listenerCount('exit');

describe('a knob', () => {
  it.each([
    ['always madvise [never]\n', 'never', true],
    ['always madvise [never]\n', 'madvise', false],
    ['4096\n', '4096', true],
    ['4096\n', '65536', false],
  ])('that reads %j stands at %j: %s', (text, value, is) => {
    writeFileSync(path, text);
    expect(isTurned({ path, value })).toBe(is);
  });
  it('that is not there does not stand where it is wanted', () => {
    expect(isTurned({ path: join(directory, 'nothing'), value: 'x' })).toBe(false);
  });
  it('is set, and put back when all is done', async () => {
    const listeners = exitListeners();
    const seen = await Effect.runPromise(meanwhile(Effect.sync(() => [now(), exitListeners() - listeners])));
    expect(seen).toEqual(['madvise', 1]);
    expect([now(), exitListeners()]).toEqual(['never', listeners]);
  });
  it('is put back on failure', async () => {
    const exit = await Effect.runPromiseExit(meanwhile(Effect.fail('no')));
    expect(Exit.isFailure(exit)).toBe(true);
    expect(now()).toBe('never');
  });
  it('is put back when something throws', async () => {
    const thrown = Effect.sync(() => {
      throw new Error('a fault');
    });
    expect(Exit.isFailure(await Effect.runPromiseExit(meanwhile(thrown)))).toBe(true);
    expect(now()).toBe('never');
  });
  it('is put back on interruption', async () => {
    const listeners = exitListeners();
    const fiber = Effect.runFork(meanwhile(Effect.never));
    await Effect.runPromise(Effect.yieldNow);
    expect(now()).toBe('madvise');
    await Effect.runPromise(Fiber.interrupt(fiber));
    expect([now(), exitListeners()]).toEqual(['never', listeners]);
  });
  it('is put back where the process ends without closing anything', () => {
    const module = fileURLToPath(new URL('../../../checker/conform/knobs.ts', import.meta.url));
    const source = `
      import * as Effect from 'effect/Effect';
      import { turned } from ${JSON.stringify(module)};
      import { readFileSync } from 'node:fs';
      const knob = { path: ${JSON.stringify(path)}, value: 'madvise' };
      Effect.runFork(Effect.scoped(Effect.andThen(turned(knob), Effect.never)));
      setTimeout(() => { process.stdout.write(readFileSync(knob.path, 'utf8')); process.exit(3); }, 20);
    `;
    const { status, stdout } = spawnSync(process.execPath, ['--input-type=module', '-e', source], {
      encoding: 'utf8',
      cwd: fileURLToPath(new URL('../../..', import.meta.url)),
    });
    expect([status, stdout]).toEqual([3, 'madvise']);
    expect(now()).toBe('never');
  });
  it('that cannot be set is told with its path', async () => {
    const missing = { path: join(directory, 'nowhere', 'knob'), value: 'x' };
    const error = await Effect.runPromise(Effect.flip(Effect.scoped(turned(missing))));
    expect(error.message.replace(directory, '')).toMatchInlineSnapshot(`
      "/nowhere/knob cannot be set: no such file or directory
      only root may; --scope leaves out what needs it"
    `);
  });
});

describe('several knobs', () => {
  it('are all put back when one of them cannot be set', async () => {
    const missing = { path: join(directory, 'nowhere', 'knob'), value: 'x' };
    const both = Effect.scoped(Effect.forEach([knob, missing], turned));
    expect(Exit.isFailure(await Effect.runPromiseExit(both))).toBe(true);
    expect(now()).toBe('never');
  });
  it('are put back in the opposite order: the same one twice ends as it began', async () => {
    const again = { path, value: 'always' };
    const both = Effect.scoped(Effect.andThen(Effect.forEach([knob, again], turned), Effect.sync(now)));
    expect(await Effect.runPromise(both)).toBe('always');
    expect(now()).toBe('never');
  });
});
