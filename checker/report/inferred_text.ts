/** Functions of entries that a verdict rests on, and that nobody has read in a source: of laws, and of worlds with real entries. */
import { hang } from './columns.ts';

/** Each once; nothing where there are none. */
export const inferredLines = (says: readonly string[]): readonly string[] =>
  says.length === 0
    ? []
    : [
        '',
        'Inferred, from what is named, and read in no code:',
        ...[...new Set(says)].flatMap((one) => hang('  ', one)),
      ];
