/** `mmcheck graph` on the command line. */
import * as Command from 'effect/cli/Command';
import * as Flag from 'effect/cli/Flag';
import type { Setting } from '../check.ts';
import { graph } from '../graph.ts';
import { ending } from './ended.ts';
import { kernelFlags, one, text, worldFlags } from './flags.ts';

export const graphCommand = (setting: Setting) =>
  Command.make(
    'graph',
    {
      ...kernelFlags,
      arch: worldFlags.arch,
      world: text('world', 'W', 'The world; see `list worlds`'),
      size: one('size', 'quick|standard|deep', 'How large the world is; quick by default'),
      max: one('max', 'N', 'Draws no graph of more states; 60 by default, 300 at most'),
      depthMax: one('depth-max', 'N', 'Expands no state at this distance from the start'),
      to: text('to', 'svg|dot', 'A drawing, or the text for Graphviz that it is made from; svg by default').pipe(
        Flag.withDefault('svg'),
      ),
      out: one('out', 'FILE', 'Where to write it; standard output by default'),
    },
    (asked) => ending(graph(setting, asked)),
  ).pipe(
    Command.withDescription(
      'Draws all states of a small world, and the operations that lead from one to another; states and steps that violate a ' +
        'property are red. Exit code: 0 it is drawn, 2 unusable input, or too many states.',
    ),
  );
