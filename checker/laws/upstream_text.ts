/** `mmcheck laws --upstream`: every assertion of mm/debug_vm_pgtable.c beside what contains it here, and what it has nothing of. */
import { LAWS } from '../../spec/laws/all.ts';
import { inWords, LAW_ROWS, LEFT_ROWS, WORLD_ROWS } from '../../spec/laws/debug_vm_pgtable.ts';
import { hang, roomBeside, tableOf } from '../report/columns.ts';

/** An assertion, and where it is contained. */
const rows = (): readonly (readonly [test: string, asserts: string, within: string])[] => [
  ...LAW_ROWS.map((row) => [row.test, inWords(row), `${row.laws.join(' ')} (${row.lawsAt ?? row.level})`] as const),
  ...WORLD_ROWS.map(({ test, asserts, properties }) => [test, asserts, `${properties.join(' ')} (check)`] as const),
  ...LEFT_ROWS.map(({ test, asserts, why }) => [test, asserts, `none: ${why}`] as const),
];

export const upstreamJson = (version: string): string =>
  JSON.stringify(
    { mmcheck: version, assertions: rows().map(([test, asserts, within]) => ({ test, asserts, within })) },
    null,
    2,
  );

/** The tests in the order of the rows, each with its assertions; and the laws that none of them contains. */
export const upstreamLines = (): readonly string[] => {
  const all = rows();
  const tests = [...new Set(all.map(([test]) => test))];
  // The first column indents what stands below the name of a test.
  const left = [{ title: '' }, { title: 'asserts', max: 52 }];
  const cellsOf = (test: string) =>
    all.filter((row) => row[0] === test).map(([, asserts, within]) => ['', asserts, within]);
  const room = roomBeside(left, tests.flatMap(cellsOf));
  const named = new Set(LAW_ROWS.flatMap(({ laws }) => laws));
  const more = LAWS.map(({ name }) => name).filter((name) => !named.has(name));
  return [
    `mm/debug_vm_pgtable.c, v7.1: ${all.length} assertions in ${tests.length} tests`,
    '',
    ...tableOf(
      [...left, { title: 'contained in', max: room }],
      tests.flatMap((test) => [test, ...cellsOf(test)]),
    ),
    '',
    ...hang('', `Laws of which no test asks anything (${more.length}): ${more.join(', ')}`),
  ];
};
