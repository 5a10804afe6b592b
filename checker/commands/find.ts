/** `mmcheck find` on the command line. */
import * as Argument from 'effect/cli/Argument';
import * as Command from 'effect/cli/Command';
import type { Setting } from '../check.ts';
import { find } from '../lookup.ts';
import { ending } from './ended.ts';

export const findCommand = (setting: Setting) =>
  Command.make('find', { word: Argument.String('word') }, ({ word }) => ending(find(setting, word))).pipe(
    Command.withDescription('Lists all that has a word in what it says: worlds, properties, operations, findings ...'),
  );
