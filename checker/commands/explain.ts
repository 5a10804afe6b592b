/** `mmcheck explain` on the command line. */
import * as Argument from 'effect/cli/Argument';
import * as Command from 'effect/cli/Command';
import type { Setting } from '../check.ts';
import { explain } from '../lookup.ts';
import { ending } from './ended.ts';

const NAMES =
  'As `mmcheck list` has it; a version of a series as NAME@V, and its fifth patch as NAME@V.5; or a function of the kernel';

export const explainCommand = (setting: Setting) =>
  Command.make('explain', { name: Argument.String('name').pipe(Argument.withDescription(NAMES)) }, ({ name }) =>
    ending(explain(setting, name)),
  ).pipe(Command.withDescription('Tells what a name stands for: what it says, cites, mirrors and leaves out'));
