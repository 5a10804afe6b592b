/** How each operation of the model has been validated, from the records. */
import { records, type RunRecord } from './records.ts';

/** "6.12.117+deb12-cloud-amd64" is long: the version alone. */
const version = ({ kernel }: RunRecord): string => /^[\d.]+/.exec(kernel)?.[0] ?? kernel;

/** As in "live on 6.18.44, level 1". */
export const groundText = (one: RunRecord): string =>
  one.machine === 'live'
    ? `live on ${version(one)}, level ${one.level}`
    : `machine ${one.machine} with ${version(one)}, level ${one.level}`;

const FROM_SOURCE = 'from source only';

/** Where the operation was compared with a real kernel, and was alike. */
export const validationOf = (operation: string, all = records()): string => {
  const found = all.filter((one) => (one.operations[operation] ?? 0) > 0).map(groundText);
  return found.length === 0 ? FROM_SOURCE : found.join('; ');
};
