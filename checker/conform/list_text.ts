/** What can be compared, what is masked and what is left out, by name. */
import { hang, tableOf, WIDTH } from '../report/columns.ts';
import { ALL_SCOPES } from './all_scopes.ts';
import { GAPS } from './gaps.ts';
import { HUGETLB_GAPS } from './hugetlb/gaps.ts';
import { LEVELS } from './levels.ts';
import { QUIRKS } from './quirks.ts';

const NAMES = 24;
const COLUMNS = [
  { title: '', max: NAMES },
  { title: '', max: WIDTH - NAMES - 2 },
];

/** A heading with what is behind it, a line a name. */
const part = (heading: string, rows: readonly (readonly [string, string])[]): readonly string[] => [
  ...hang('', heading),
  ...tableOf(COLUMNS, rows).slice(1),
  '',
];

export const listText = (): string =>
  [
    ...part(
      'Scopes, and where they are played:',
      ALL_SCOPES.map(({ name, says, machines }) => [name, `${says} [${machines.join(', ')}]`] as const),
    ),
    ...part(
      'Levels:',
      LEVELS.map(({ level, says }) => [`${level}`, says] as const),
    ),
    ...part(
      'What kernels report otherwise than it is, masked on both sides:',
      QUIRKS.map(({ name, says }) => [name, says] as const),
    ),
    ...part(
      'What the model leaves out, so that such moves are not made:',
      [...GAPS, ...HUGETLB_GAPS].map(({ name, says }) => [name, says] as const),
    ),
  ]
    .join('\n')
    .trimEnd();
