import { readFileSync } from 'node:fs';
import { expect, it } from '@effect/vitest';
import { hugetlbLayout } from '../../../model/state/hugetlb/hugetlb_types.ts';
import { SMALL_HUGETLB } from '../../../model/state/hugetlb/geometry.ts';
import { SMALL } from '../../../model/state/geometry.ts';
import { mmLayout } from '../../../model/state/mm_types.ts';

const [mm, hugetlb] = readFileSync(new URL('../../../spec/observed/README.md', import.meta.url), 'utf8').split(
  '\n## Hugetlb\n',
) as [string, string];

/** The tables that the items begin with. */
const listedIn = (text: string): readonly string[] =>
  [...text.matchAll(/^- (`\w+`(?:, `\w+`)*): /gm)].flatMap(([, names]) => names!.replaceAll('`', '').split(', '));

it.each([
  ['mm', mm, mmLayout(SMALL)],
  ['hugetlb', hugetlb, hugetlbLayout(SMALL_HUGETLB)],
] as const)('the list of what is seen has every table of %s once, and no others', (_, text, { tables }) => {
  expect(listedIn(text).toSorted()).toEqual(Object.keys(tables).toSorted());
});
