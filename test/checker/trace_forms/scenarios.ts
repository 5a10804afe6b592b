/** Scenarios that are shipped, gone through once more: what each form is written from. */
import { fileURLToPath } from 'node:url';
import * as Effect from 'effect/Effect';
import { Cells } from '../../../checker/cells.ts';
import type { Setting } from '../../../checker/check.ts';
import { readLitmus } from '../../../checker/litmus/read_litmus.ts';
import { catalogue } from '../../../checker/mm_catalogue.ts';
import { retell, type Retold, withRest } from '../../../checker/trace_forms/retell.ts';
import { capture } from '../command_line.ts';

export const SCENARIOS = fileURLToPath(new URL('../../../checker/litmus/scenarios', import.meta.url));
export const pathOf = (name: string): string => `${SCENARIOS}/${name}.litmus`;

/** A setting that no search is made in. */
export const setting = (): Setting => ({
  catalogue,
  module: '',
  version: '0.0.0',
  out: capture(),
  err: capture(),
  cells: new Cells(),
});

const gone = (name: string): Promise<Retold> => {
  const path = pathOf(name);
  const none = { kernel: [], series: [], set: [] };
  return Effect.runPromise(
    Effect.flatMap(readLitmus(setting(), path, none), ({ trace, kernel }) => retell(setting(), path, trace, kernel)),
  );
};

const known = new Map<string, Promise<Retold>>();

/** Each is gone through once. */
export const retold = (name: string): Promise<Retold> => {
  const made = known.get(name) ?? gone(name);
  known.set(name, made);
  return made;
};

/** The same, with what its violation rests on. */
export const retoldWithRest = async (name: string): Promise<Retold> => withRest(setting(), await retold(name));
