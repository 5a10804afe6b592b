/** Architectures and laws as `list` and `explain` print them. */
import { ARCHITECTURES } from '../../model/arch/architectures.ts';
import { PGTABLE_RELEASES } from '../../model/formats/architecture.ts';
import { fieldsInWords } from '../../model/formats/fields.ts';
import { assemble } from '../../model/formats/pgtable.ts';
import { LAWS } from '../../spec/laws/all.ts';
import { CALLERS } from '../../spec/laws/callers.ts';
import { framesInWords } from '../exact_world.ts';
import type { ArchitectureEntry, LawEntry } from '../catalogue.ts';

export const ARCHITECTURE_ENTRIES: readonly ArchitectureEntry[] = ARCHITECTURES.map(
  ({ name, says, cites, levels, releases, series, define, notes, format }) => ({
    name,
    says,
    cites,
    levels,
    releases: PGTABLE_RELEASES,
    series: Object.keys(series),
    functions: Object.keys(assemble(define)),
    fields: fieldsInWords(format),
    ...framesInWords(name),
    more: [
      ...notes,
      ...Object.entries(releases).flatMap(([release, changes]) =>
        changes.map((change) => `${release}: ${change.says} (${change.cites})`),
      ),
    ],
  }),
);

export const LAW_ENTRIES: readonly LawEntry[] = LAWS.map(({ name, says, cites, levels, hurts }) => ({
  name,
  says,
  cites,
  levels,
  hurts: hurts.map((caller) => `${caller}: ${CALLERS[caller].says} (${CALLERS[caller].cites})`),
}));
