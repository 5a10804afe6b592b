/** `mmcheck conform` on the command line. */
import * as Command from 'effect/cli/Command';
import * as Flag from 'effect/cli/Flag';
import * as Effect from 'effect/Effect';
import type { Setting } from '../check.ts';
import { conform } from '../conform/conform.ts';
import { ending } from './ended.ts';
import { kernelFlags, many, one, text, yes } from './flags.ts';

export const conformCommand = (setting: Setting) =>
  Command.make(
    'conform',
    {
      against: text('against', 'KERNEL|auto', 'The modelled kernel to compare with; auto asks the real one first').pipe(
        Flag.withDefault('auto'),
      ),
      series: kernelFlags.series,
      set: kernelFlags.set,
      list: yes('list', 'Says what can be compared, what is masked and what is left out, and ends'),
      scope: many('scope', 'NAME', "What to compare, or a pattern, as 'moves*'; by default all that can be asked"),
      level: text('level', 'auto|0..4', 'How much to look at; as much as kernel and user allow by default').pipe(
        Flag.withDefault('auto'),
      ),
      sequences: one('sequences', 'N', 'Random sequences; 1000 by default'),
      seed: one('seed', 'N', 'Of the random sequences; 1 by default'),
      length: one('length', 'N', 'Plays all sequences of N operations, too; 1 by default'),
      trace: many('trace', 'FILE', 'A trace file to play, as `mmcheck check --trace-dir` writes it'),
      kernelImage: one('kernel-image', 'BZIMAGE', 'Boots this kernel in QEMU, and asks it'),
      modules: one('modules', 'DIR', 'Where the modules of that kernel are'),
      machine: one('machine', 'plain|pfnmap|dax', 'What QEMU has beside memory; plain by default'),
      emitC: one('emit-c', 'FILE', 'Writes a C program that plays the first sequence that differs, or the trace'),
      record: one('record', 'FILE', 'Writes what was found alike, for the table of what has been validated'),
      allowKnobs: yes('allow-knobs', 'Allows to set knobs of the running kernel, and to restore them'),
      json: yes('json', 'Prints one JSON document'),
    },
    (asked) => ending(conform(setting, asked)).pipe(Effect.uninterruptible),
  ).pipe(
    Command.withDescription(
      'Plays sequences of the model on a real kernel, and says where the two part. ' +
        'Exit code: 0 nowhere, 1 somewhere, 2 unusable input, 3 nothing was compared, 130 interrupted.',
    ),
  );
