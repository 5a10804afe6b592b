/** The verdicts of the laws of the dossier on an architecture, in few words. */
import { casesOf } from '../../../checker/laws/cases.ts';
import { judge } from '../../../checker/laws/judge.ts';
import type { Architecture, PgtableRelease } from '../../../model/formats/architecture.ts';
import { assemble, type Pgtable, type PgtablePatch } from '../../../model/formats/pgtable.ts';
import { hexOf, shortHex } from '../../../model/formats/u64.ts';
import { LAWS } from '../../../spec/laws/all.ts';
import { MMUS } from '../../../spec/laws/mmus.ts';

/** An architecture as a release, a version of a series on top of it, and a patch on top of that have it. */
export const pgtableOf = (
  architecture: Architecture,
  release: PgtableRelease = 'v7.1',
  series = '',
  patch: PgtablePatch = {},
): Pgtable =>
  assemble(architecture.define, [
    ...[...(architecture.releases[release] ?? []), ...(architecture.series[series] ?? [])].map((one) => one.patch),
    patch,
  ]);

/** PG1 to PG18, as the table 2.6 of the dossier has them. Of all laws: test/checker/laws/table.test.ts. */
const NUMBERED = /^PG([1-9]|1[0-8])(-again|-any|-young|-driver)?$/;

/** Laws that fail, each with its first case (frame, protection, what mprotect() gives), and how many there are of other verdicts. */
export const verdictsOf = (
  architecture: Architecture,
  release: PgtableRelease = 'v7.1',
  series = '',
  patch: PgtablePatch = {},
) => {
  const t = pgtableOf(architecture, release, series, patch);
  const laws = LAWS.filter(({ name }) => NUMBERED.test(name));
  const fails: Record<string, string> = {};
  const holds: string[] = [];
  const lacks: Record<string, string> = {};
  for (const { law, level, result } of judge(
    laws,
    { architecture, t, mmu: MMUS[architecture.name]! },
    casesOf(architecture, t),
  )) {
    const name = `${law.name} ${level}`;
    if (!architecture.levels.includes(level)) continue;
    if (result.verdict === 'holds') holds.push(name);
    else if (result.verdict === 'does not apply') lacks[name] = result.why;
    else {
      const { pfn, prot, newprot } = result.first;
      const next = law.over === 'pairs' ? ` -> ${hexOf(newprot)}` : '';
      fails[name] = `${result.failures} of ${result.cases}: ${shortHex(pfn)} ${hexOf(prot)}${next}`;
    }
  }
  return { fails, holds, lacks };
};
