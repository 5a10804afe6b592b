/** A release, and a version of a series, by the names that `--kernel` and `--series` take. */
import { ARCHITECTURES } from '../../model/arch/architectures.ts';
import { PGTABLE_RELEASES } from '../../model/formats/architecture.ts';
import { find } from '../named.ts';

const byName = <T extends string>(names: readonly T[]): readonly { readonly name: T }[] =>
  names.map((name) => ({ name }));

/** Every `name@version` that changes some architecture. */
export const KNOWN_SERIES: readonly string[] = [...new Set(ARCHITECTURES.flatMap(({ series }) => Object.keys(series)))];

export const releaseNamed = (asked: string) => find('kernel', asked, byName(PGTABLE_RELEASES));
export const seriesNamed = (asked: string) => find('series', asked, byName(KNOWN_SERIES));
