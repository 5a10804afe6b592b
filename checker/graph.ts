/** `mmcheck graph`: the states of a small world and what leads from one to another, as a drawing. */
import * as Effect from 'effect/Effect';
import { SIZES, type WorldEntry } from './catalogue.ts';
import type { ExitCode, Setting } from './check.ts';
import { kernelLabel } from './finished.ts';
import { dotOf } from './graph/dot.ts';
import { svgOfDot } from './graph/svg.ts';
import { type StateGraph, stateGraph } from './graph/state_graph.ts';
import { find } from './named.ts';
import { type AskedKernel, kernelsOf, type PlannedKernel, wholeNumber } from './plan.ts';
import { kernelsFor, trying } from './replay.ts';
import { BadValue, TooManyStates, UnknownName } from './unusable.ts';
import { writeText } from './write_trace.ts';

export interface GraphAsked extends AskedKernel {
  readonly world: string;
  readonly size?: string | undefined;
  readonly max?: string | undefined;
  readonly depthMax?: string | undefined;
  readonly to: string;
  readonly out?: string | undefined;
}

const KINDS = ['svg', 'dot'] as const;
/** Beyond these a drawing cannot be read any more, and beyond the second it takes minutes to be made. */
const MAX = 60;
const MOST = 300;

const oneKernel = Effect.fnUntraced(function* (setting: Setting, entry: WorldEntry, asked: AskedKernel) {
  const kernels = yield* kernelsFor(setting, entry, yield* kernelsOf(setting.catalogue, asked));
  if (kernels.length === 1) return kernels[0]!;
  const names = kernels.map(kernelLabel).join(', ');
  return yield* new BadValue({ flag: '--kernel and --series', asked: names, takes: 'one kernel' });
});

const maxOf = Effect.fnUntraced(function* (asked: string | undefined) {
  const max = (yield* wholeNumber('--max', asked, 1)) ?? MAX;
  if (max > MOST) return yield* new BadValue({ flag: '--max', asked: asked ?? '', takes: `at most ${MOST}` });
  return max;
});

const titleOf = (entry: WorldEntry, size: string, kernel: PlannedKernel): string => {
  const settings = kernel.set.length === 0 ? '' : ` with ${kernel.set.join(', ')}`;
  return `World ${entry.name} (${size}) on ${kernelLabel(kernel)}${settings}`;
};

/** The drawing, or the text that it is made from. */
export const graph = Effect.fnUntraced(function* (setting: Setting, asked: GraphAsked) {
  const { to, out, world: name } = asked;
  const kind = KINDS.find((one) => one === to);
  if (kind === undefined) return yield* new UnknownName({ kind: 'form', asked: to, known: KINDS });
  const entry = yield* find('world', name, setting.catalogue.worlds);
  const size = SIZES.find((one) => one === (asked.size ?? 'quick'));
  if (size === undefined) return yield* new UnknownName({ kind: 'size', asked: asked.size ?? '', known: SIZES });
  const statesMax = yield* maxOf(asked.max);
  const depthMax = yield* wholeNumber('--depth-max', asked.depthMax, 0);
  const kernel = yield* oneKernel(setting, entry, asked);
  const found: StateGraph | undefined = yield* trying(
    () => stateGraph(entry.build(kernel, size), { statesMax, depthMax }),
    kernel,
  );
  if (found === undefined) return yield* new TooManyStates({ world: name, size, max: statesMax, most: MOST });
  const dot = dotOf(found, titleOf(entry, size, kernel));
  const text = kind === 'dot' ? dot : yield* svgOfDot(dot);
  if (out === undefined) setting.out.write(text);
  else yield* writeText(out, text);
  const code: ExitCode = 0;
  return code;
});
