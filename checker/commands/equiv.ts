/** `mmcheck equiv` on the command line. */
import * as Argument from 'effect/cli/Argument';
import * as Command from 'effect/cli/Command';
import * as Flag from 'effect/cli/Flag';
import * as Effect from 'effect/Effect';
import type { Setting } from '../check.ts';
import { equiv } from '../equiv.ts';
import { ending } from './ended.ts';
import { limitFlags, resume, text, worldFlags, yes } from './flags.ts';

const { statesMax, depthMax, secondsMax, memoryMax } = limitFlags;
const { arch, world, size } = worldFlags;
const KERNEL = "a kernel, as v7.1, huge-pfnmaps@v2.5, v7.1+mine.ts, or 'v6.12+mprotect-pud=bad'";

export const equivCommand = (setting: Setting) =>
  Command.make(
    'equiv',
    {
      a: Argument.String('a').pipe(Argument.withDescription(KERNEL)),
      b: Argument.String('b').pipe(Argument.withDescription('another one')),
      arch,
      world,
      size,
      statesMax,
      depthMax,
      secondsMax,
      memoryMax,
      observe: text(
        'observe',
        'user|mm|all',
        'What is compared: what user space can find out without privileges, all that mm keeps (the default), or notes of the model, too',
      ).pipe(Flag.withDefault('mm')),
      resume,
      json: yes('json', 'Prints one JSON document'),
      verbose: yes('verbose', 'Shows every operation that differs in every world, and worlds that call nothing of it'),
    },
    (asked) => ending(equiv(setting, asked)).pipe(Effect.uninterruptible),
  ).pipe(
    Command.withDescription(
      'Decides whether two kernels do the same ("no functional change intended"), in lockstep through every world that calls ' +
        'what differs. Exit code: 0 equivalent, 1 they differ, 2 unusable input, 3 incomplete, or what differs decides ' +
        'nothing in these worlds, 130 interrupted.',
    ),
  );
