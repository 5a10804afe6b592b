/** What is kept of each search of a comparison, with what it has called and what has decided anything in it. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { Calls } from '../../../checker/equiv/calls.ts';
import { Deciding } from '../../../checker/equiv/deciding.ts';
import { CalledFiles } from '../../../checker/own_file/called_files.ts';
import { keepingParts } from '../../../checker/equiv/kept_parts.ts';

let directory: string;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'parts-'));
});
afterEach(() => rmSync(directory, { recursive: true }));

/** The comparison on another day: nothing is known of it but what is kept. */
const another = () => {
  const calls = new Calls(['f']);
  const deciding = new Deciding(['by']);
  const kernel = calls.through({ f: (x: unknown) => x });
  const keeping = { path: join(directory, 'one.run'), key: 'one' };
  const making = keepingParts(
    {
      keeping,
      world: 'w',
      calls,
      deciding,
      files: new CalledFiles({ kernels: [], toggles: [] }, { kernel: 'v7.1', series: [] }),
      warn: () => undefined,
    },
    {},
  );
  return { calls, deciding, making, f: kernel.f };
};

interface Found {
  readonly cut?: string;
  readonly seen: number;
}
const searching =
  (found: Found, ran: Found[] = []) =>
  (): Found => {
    ran.push(found);
    return found;
  };

it('is what a search that is over came to, and what was called until then', () => {
  const first = another();
  first.deciding.goOnFrom(['f']);
  for (const part of ['after', 'before'] as const)
    first.making(part, (): Found => {
      first.f(1);
      return { seen: 1 };
    });
  const second = another();
  const ran: Found[] = [];
  // The search for calls is made again, before the others.
  second.f(1);
  for (const part of ['after', 'before'] as const)
    expect(second.making(part, searching({ seen: 2 }, ran))).toEqual({ seen: 1 });
  expect(ran).toEqual([]);
  expect([second.calls.counts, second.calls.any, second.deciding.names]).toEqual([{ f: 2 }, true, ['f']]);
});

it.each([
  ['depth', 1],
  ['assertion', 1],
  ['seconds', 2],
  ['interrupted', 2],
])('of a search that was cut by %s is what the next one needs', (cut, seen) => {
  another().making('together', searching({ cut, seen: 1 }));
  expect(another().making('together', searching({ seen: 2 })).seen).toBe(seen);
});
