/** A model with a mistake, made into stages on which it is held against a real kernel. */
import type { Setting } from '../../../checker/catalogue.ts';
import { type Asked, playWalks } from '../../../checker/conform/batch.ts';
import type { Chosen } from '../../../checker/conform/against.ts';
import type { Sight } from '../../../checker/conform/observe.ts';
import type { Played } from '../../../checker/conform/played.ts';
import type { ConformScope } from '../../../checker/conform/scope.ts';
import type { Differing } from '../../../checker/conform/shrink.ts';
import { stagesOf } from '../../../checker/conform/stage.ts';
import type { Stage } from '../../../checker/conform/walk.ts';
import { kernelWith } from '../../../checker/mm_catalogue.ts';
import * as Effect from 'effect/Effect';
import { type Kernel, type Patch, patched, type Sys } from '../../../model/mm/kernel.ts';
import { X86_64 } from '../../../model/state/machine.ts';

type Operation = Stage['world']['actions'][number];
export type Run = Operation['steps'][number]['run'];

/** The mistake: functions of the kernel that are replaced, values of toggles, or an operation of user space. */
export interface Mistake {
  readonly patch?: Patch;
  readonly set?: readonly Setting[];
  readonly operation?: { readonly name: string; readonly step: (base: Run) => Run };
}

/** The chosen kernel with the mistake in it. */
const kernelOf = ({ choice }: Chosen, { patch = {}, set = [] }: Mistake): Kernel => {
  const held = choice.settings.filter(({ toggle }) => set.every((one) => one.toggle !== toggle));
  return patched(kernelWith(choice.kernel, [...held, ...set]), patch);
};

const withOperation = (stage: Stage, { name, step }: NonNullable<Mistake['operation']>): Stage => {
  const actions = stage.world.actions.map((one) =>
    one.name === name ? { ...one, steps: one.steps.map((each) => ({ ...each, run: step(each.run) })) } : one,
  );
  return { ...stage, world: { ...stage.world, actions } };
};

/** The stages of a scope on which the mistake is made. */
export const stagesWith = (scope: ConformScope, chosen: Chosen, mistake: Mistake, sight: Sight): readonly Stage[] => {
  const stages = stagesOf(scope, { kernel: kernelOf(chosen, mistake), machine: X86_64, sight });
  const { operation } = mistake;
  return operation === undefined ? stages : stages.map((stage) => withOperation(stage, operation));
};

/** A table of the model before an operation, which outlives it. */
export const rowsOf = <W extends number>(table: { readonly rows: number; readonly at: (row: number) => W }) =>
  Array.from({ length: table.rows }, (_, row) => table.at(row));

/** An operation that leaves a table of the model as it was. */
export const keeping =
  (table: 'rss' | 'pincount', when: (args: Readonly<Record<string, unknown>>) => boolean = () => true) =>
  (base: Run): Run =>
  (s: Sys, args, choose) => {
    const before = rowsOf(s[table]);
    const result = base(s, args, choose);
    if (when(args)) for (const [row, value] of before.entries()) s[table].put(row, value);
    return result;
  };

function* batches<T>(all: Iterable<T>, size: number): Generator<readonly T[]> {
  let batch: T[] = [];
  for (const one of all) {
    batch.push(one);
    if (batch.length < size) continue;
    yield batch;
    batch = [];
  }
  if (batch.length > 0) yield batch;
}

/** Plays sequences, `size` at a time, until one differs. */
export const firstDiffering = Effect.fnUntraced(function* <E>(kernel: Asked<E>, walks: Iterable<Played>, size: number) {
  for (const batch of batches(walks, size)) {
    const judged = yield* playWalks(kernel, batch);
    const found = judged.find((one): one is Differing => one._tag === 'differs');
    if (found !== undefined) return found;
  }
  return undefined;
});
