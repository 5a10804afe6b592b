/**
 * The findings of which a violation is the consequence: those without which the way to it does no harm. One that lists the world
 * goes before all that do not.
 */
import { type Catalogue, type FindingEntry, findingsOf, repairOf } from './catalogue.ts';
import { type Build, harms, type Way } from './harm.ts';

export const explainedBy = (
  build: Build,
  { findings }: Pick<Catalogue, 'findings'>,
  { kernel, exact, world }: Readonly<{ kernel: string; exact?: string | undefined; world: string }>,
): ((way: Way) => readonly string[]) => {
  const known = findingsOf({ findings }, { kernel, exact });
  const explains = (way: Way, finding: FindingEntry): boolean =>
    [...finding.properties, ...(finding.exactly ?? [])].includes(way.property) && !harms(build(repairOf(finding)), way);
  return (way) => {
    const all = known.filter((one) => explains(way, one));
    const here = all.filter(({ worlds }) => worlds.includes(world));
    return (here.length > 0 ? here : all).map(({ name }) => name);
  };
};
