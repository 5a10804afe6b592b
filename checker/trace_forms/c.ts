/**
 * A trace as one C program that asks a real kernel, by what `mmcheck conform` plays. A trace that no program can play is refused,
 * with the step that no program can make.
 */
import * as Effect from 'effect/Effect';
import { programOf } from '../conform/emit_c.ts';
import type { MachineName } from '../conform/levels.ts';
import type { Played } from '../conform/played.ts';
import { mapsDevice, walkOfTrace } from '../conform/traced.ts';
import { kernelLabel, quoted } from '../finished.ts';
import { BadFile } from '../unusable.ts';
import { MM_WORLDS } from '../worlds/all.ts';
import type { Retold } from './retell.ts';
import { endOf } from './text.ts';
import { hugetlbWalkOf, poolOf } from './c_hugetlb.ts';

type Sequence = Pick<Played, 'stage' | 'steps' | 'uncompared'>;

/** What has to be there before the program is run. */
const needsOf = ({ entry, trace }: Retold, machine: MachineName): readonly string[] => {
  if (entry.model === 'hugetlb') return [poolOf(trace)];
  if (machine === 'live') return [];
  return [
    `It maps a device, by vfio-pci, as the machine of \`mmcheck conform --machine ${machine}\` has it.`,
    'What it needs there is in checker/conform/vm/README.md.',
  ];
};

/** What the model says comes of it. */
const saidOf = ({ property, story, run }: Retold, { uncompared }: Sequence): readonly string[] => [
  ...(story.explanation === '' ? [] : [`What ${property.name} says of the last step: ${story.explanation}`]),
  ...(uncompared === undefined
    ? []
    : ['The model fails an assertion in the last operation: a kernel that has the bug may die of it.']),
  ...(run.kernel.settings.length === 0 ? [] : ['The kernel to ask is one with the changes above.']),
];

/** More changes of the last step than these are left to a replay. */
const CHANGES = 12;

/** The program prints what the kernel reports, and judges nothing: what is to be seen in that. */
const lookFor = ({ property, story }: Retold, path: string): readonly string[] => {
  const { bug, changes = [] } = story.steps.at(-1) ?? {};
  const seen = `\`mmcheck conform --trace ${quoted(path)}\` compares each report with what the model says.`;
  const last =
    bug === undefined
      ? 'Or look at the last line of JSON: where it is broken, the last operation changes this, by the model:'
      : `Or look at dmesg: by the model the last operation ends in "${bug}"${changes.length === 0 ? '.' : ', behind this:'}`;
  return [
    `Whether ${property.name} is broken, the program does not say: ${seen} ${last}`,
    ...changes.slice(0, CHANGES).map(({ where, before, after }) => `- ${where}: ${before} -> ${after}`),
    ...(changes.length <= CHANGES ? [] : [`- and ${changes.length - CHANGES} more: mmcheck replay ${quoted(path)}`]),
  ];
};

/** The sequence of an mm world. */
const mmSequence = Effect.fnUntraced(function* ({ run, trace }: Retold, path: string, machine: MachineName) {
  const chosen = { choice: run.kernel, calibrated: [], alike: [], unlike: [] };
  const sight = { frames: false, entries: false };
  const walk = yield* walkOfTrace(path, trace, { chosen, sight, machine });
  if (walk.steps.length < trace.steps.length) walk.playUncompared();
  const sequence: Sequence = walk;
  return sequence;
});

const machineFor = ({ trace }: Retold): MachineName => {
  const entry = MM_WORLDS.find(({ name }) => name === trace.world);
  return entry !== undefined && mapsDevice(entry, trace) ? 'pfnmap' : 'live';
};

const refusedAs =
  (path: string) =>
  <E>(error: E): E | BadFile =>
    error instanceof BadFile
      ? new BadFile({
          path,
          why: `cannot be a C program: it ${error.why}`,
          hint: error.hint ?? 'try another form: html, itf or litmus',
        })
      : error;

/** A machine that is too wide for real address space. */
const unfit =
  (path: string) =>
  (defect: unknown): Effect.Effect<never, BadFile> =>
    defect instanceof RangeError
      ? Effect.fail(new BadFile({ path, why: `has no place in a real address space: ${defect.message}` }))
      : Effect.die(defect);

/** The program, or why there is none. */
export const cForm = Effect.fnUntraced(function* (retold: Retold, path: string) {
  const { run, property, trace, version, entry } = retold;
  const { model = 'another model' } = entry;
  if (model !== 'mm' && model !== 'hugetlb')
    return yield* new BadFile({ path, why: `cannot be a C program: it is of ${model}, which no program plays` });
  const machine = machineFor(retold);
  const sequence = yield* (
    model === 'hugetlb' ? hugetlbWalkOf(path, trace, run.kernel) : mmSequence(retold, path, machine)
  ).pipe(Effect.catchDefect(unfit(path)), Effect.mapError(refusedAs(path)));
  const settings = run.kernel.settings.map(({ toggle, value }) => `${toggle}=${value}`).join(', ');
  const what = [
    `${property.name} ${endOf(retold)}: world ${run.world} (${run.size}) on ${kernelLabel(run.kernel)}, by mmcheck ${version}.`,
    ...(settings === '' ? [] : [`With ${settings}.`]),
    ...saidOf(retold, sequence),
    ...lookFor(retold, path),
    ...needsOf(retold, machine),
  ];
  return programOf(what, sequence);
});
