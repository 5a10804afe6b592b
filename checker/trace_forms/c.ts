/**
 * A trace as one C program that asks a real kernel, by what `mmcheck conform` plays. A trace that no program can play is refused,
 * with the step that no program can make.
 */
import * as Effect from 'effect/Effect';
import { programOf } from '../conform/emit_c.ts';
import type { MachineName } from '../conform/levels.ts';
import type { Played } from '../conform/played.ts';
import { mapsDevice, walkOfTrace } from '../conform/traced.ts';
import { kernelLabel } from '../finished.ts';
import { BadFile } from '../unusable.ts';
import { MM_WORLDS } from '../worlds/all.ts';
import type { Retold } from './retell.ts';
import { endOf } from './text.ts';

/** What the model says comes of it, and what has to be there. */
const moreOf = ({ property, story, run }: Retold, machine: MachineName, { uncompared }: Played): readonly string[] => [
  ...(story.explanation === '' ? [] : [`What ${property.name} says of the last step: ${story.explanation}`]),
  ...(uncompared === undefined
    ? []
    : ['The model fails an assertion in the last operation: a kernel that has the bug may die of it.']),
  ...(machine === 'live'
    ? []
    : [
        `It maps a device, by vfio-pci, as the machine of \`mmcheck conform --machine ${machine}\` has it.`,
        'What it needs there is in checker/conform/vm/README.md.',
      ]),
  ...(run.kernel.settings.length === 0 ? [] : ['The kernel to ask is one with the changes above.']),
];

/** The program, or why there is none. */
export const cForm = Effect.fnUntraced(function* (retold: Retold, path: string) {
  const { run, property, trace, version } = retold;
  const { model = 'another model' } = retold.entry;
  if (model !== 'mm' && model !== 'hugetlb')
    return yield* new BadFile({ path, why: `cannot be a C program: it is of ${model}, which no program plays` });
  const entry = MM_WORLDS.find(({ name }) => name === trace.world);
  const machine: MachineName = entry !== undefined && mapsDevice(entry, trace) ? 'pfnmap' : 'live';
  const chosen = { choice: run.kernel, calibrated: [], alike: [], unlike: [] };
  const walk = yield* walkOfTrace(path, trace, { chosen, sight: { frames: false, entries: false }, machine }).pipe(
    Effect.mapError((error) =>
      error instanceof BadFile
        ? new BadFile({ path, why: `cannot be a C program: it ${error.why}`, hint: error.hint ?? 'try: --to html' })
        : error,
    ),
  );
  if (walk.steps.length < trace.steps.length) walk.playUncompared();
  const settings = run.kernel.settings.map(({ toggle, value }) => `${toggle}=${value}`).join(', ');
  const what = [
    `${property.name} ${endOf(retold)}: world ${run.world} (${run.size}) on ${kernelLabel(run.kernel)}, by mmcheck ${version}.`,
    ...(settings === '' ? [] : [`With ${settings}.`]),
    ...moreOf(retold, machine, walk),
  ];
  return programOf(what, walk);
});
