/**
 * Each search that is said to show a law that fails does show it: the law fails with the functions of the kernel that is searched,
 * and a setting that mends what is found mends the law. And each law that fails on v7.1 has a search, or a reason why there is none.
 */
import * as Effect from 'effect/Effect';
import { describe, expect, it } from 'vitest';
import { ownValue, type Placed, type Size } from '../../../checker/catalogue.ts';
import { fewCasesOf } from '../../../checker/laws/cases.ts';
import { doesHarm, judge, type Judgement } from '../../../checker/laws/judge.ts';
import { SHOWN, shownOf } from '../../../checker/laws/shown.ts';
import type { Judged } from '../../../checker/laws/law_text.ts';
import { underTest } from '../../../checker/laws/under_test.ts';
import { whyNotShown } from '../../../checker/laws/unshown.ts';
import { catalogue } from '../../../checker/mm_catalogue.ts';
import type { Told, ToldProperty } from '../../../checker/narrate.ts';
import type { AnyWorld } from '../../../checker/outcomes.ts';
import { fits } from '../../../checker/pattern.ts';
import { kernelsOf, type PlannedKernel } from '../../../checker/plan.ts';
import { restFinder } from '../../../checker/rests_on.ts';
import { searchWorld } from '../../../checker/search_world.ts';
import { CARRIED } from '../../../model/arch/carried_all.ts';
import { entryFunctions } from '../../../model/arch/entry_functions.ts';
import { ARCHITECTURES } from '../../../model/arch/architectures.ts';
import type { Architecture, PgtableRelease } from '../../../model/formats/architecture.ts';
import type { LeafLevel, Pgtable } from '../../../model/formats/pgtable.ts';
import { ZERO } from '../../../model/formats/u64.ts';
import { LAWS } from '../../../spec/laws/all.ts';
import { MMUS } from '../../../spec/laws/mmus.ts';
import { failingOnBase, pinnedLines } from './table.ts';

const failing = failingOnBase(pinnedLines('table'));

const valuesOf = (flags: readonly string[], name: string): readonly string[] =>
  flags.filter((_, i) => flags[i - 1] === name);

/** The kernel of these flags. */
const kernelOf = (architecture: Architecture, flags: readonly string[]): PlannedKernel => {
  const [series, set] = [valuesOf(flags, '--series'), valuesOf(flags, '--set')];
  return Effect.runSync(kernelsOf(catalogue, { kernel: ['v7.1'], series, set, arch: architecture.name }))[0]!;
};

/** What `mmcheck check --first` tells of the property of these flags, without a thread of its own. */
const found = (architecture: Architecture, flags: readonly string[]): ToldProperty => {
  const kernel = kernelOf(architecture, flags);
  const [name, property] = [valuesOf(flags, '--world').at(-1)!, valuesOf(flags, '--property').at(-1)!];
  const entry = catalogue.worlds.find((one) => one.name === name)!;
  const size = (valuesOf(flags, '--size').at(-1) ?? 'quick') as Size;
  const build = (settings: readonly Placed[]): AnyWorld => entry.build({ ...kernel, settings }, size);
  const rest = restFinder(build, catalogue, { ...kernel, world: name });
  const told = searchWorld(build(kernel.settings), [property], { first: true }, rest) as Told;
  return told.properties.find((one) => one.name === property)!;
};

/** The functions of the kernel that these flags search, as a world carries them. */
const searched = (architecture: Architecture, flags: readonly string[]): Pgtable => {
  const { settings } = kernelOf(architecture, flags);
  return entryFunctions(
    architecture,
    'v7.1',
    (toggle) => settings.find((one) => one.toggle === toggle)?.value ?? ownValue(catalogue, 'v7.1', toggle),
  );
};

/** In how many cases each of the laws fails at these levels on the kernel of these flags, and does harm. */
const failuresWith = (
  architecture: Architecture,
  flags: readonly string[],
  names: readonly string[],
  levels: readonly LeafLevel[],
) => {
  const t = searched(architecture, flags);
  const laws = LAWS.filter(({ name }) => names.includes(name));
  const judged = judge(laws, { architecture, t, mmu: MMUS[architecture.name]! }, fewCasesOf(architecture, t));
  return names.map((name) =>
    judged
      .filter((one) => one.law.name === name && levels.includes(one.level) && doesHarm(one))
      .reduce((sum, { result }) => sum + (result.verdict === 'fails' ? result.failures : 0), 0),
  );
};

/** The flags, with a setting in the place of any other one of its toggle. */
const withSetting = (flags: readonly string[], setting: string): readonly string[] => {
  const [toggle] = setting.split('=');
  const place = flags.findIndex((flag, i) => flags[i - 1] === '--set' && flag.startsWith(`${toggle}=`));
  return place < 0 ? [...flags, '--set', setting] : flags.with(place, setting);
};

const EACH = SHOWN.flatMap((one) =>
  CARRIED.filter(({ architecture }) => fits(one.arch, architecture.name)).map(
    ({ architecture }) => [`${one.laws.join(' ')} on ${architecture.name}`, one, architecture] as const,
  ),
);

describe('what shows a law that fails', { timeout: 120_000 }, () => {
  it.each(EACH)('%s', (_, { laws, flags, levels }, architecture) => {
    const { verdict, counterexample } = found(architecture, flags);
    expect(verdict).toBe('violated');
    expect(failuresWith(architecture, flags, laws, levels)).not.toContain(0);
    // PG7-any asks for every mode at once: of one that is mended it says nothing.
    const asked = laws.filter((name) => name !== 'PG7-any' || !laws.includes('PG7'));
    const failures = failuresWith(architecture, flags, asked, levels);
    const mended = counterexample!.rest!.mendedBy.map((setting) =>
      failuresWith(architecture, withSetting(flags, setting), asked, levels),
    );
    expect(mended.filter((some) => some.every((left, i) => left < failures[i]!))).not.toEqual([]);
  });
  it('is found by a pattern that fits an architecture', () => {
    for (const { arch } of SHOWN) expect(CARRIED.some(({ architecture }) => fits(arch, architecture.name))).toBe(true);
  });
});

/** A law at a level, `PG4 pmd`, as one that fails. */
const failed = (key: string): Judgement => {
  const [name, level] = key.split(' ');
  const first = { pfn: ZERO, prot: ZERO, vmProt: ZERO, newprot: ZERO, stages: [] };
  return {
    law: LAWS.find((law) => law.name === name)!,
    level: level as LeafLevel,
    result: { verdict: 'fails', cases: 1, failures: 1, first },
  };
};

describe('a law that fails on v7.1', () => {
  it.each(ARCHITECTURES.map((architecture) => [architecture.name, architecture] as const))(
    'of %s is shown by a search, or it is said why by none',
    (name, architecture) => {
      const under = underTest(architecture, 'v7.1');
      const silent = failing.get(name)!.filter((key) => {
        const one = failed(key);
        return shownOf([one], { under }).length === 0 && whyNotShown(one, under) === undefined;
      });
      expect(silent).toEqual([]);
    },
  );
});

const commandsOf = (name: string, key: string, release: PgtableRelease, more: Partial<Judged> = {}) => {
  const under = underTest(
    ARCHITECTURES.find((one) => one.name === name)!,
    release,
  );
  return shownOf([failed(key)], { under, ...more }).map(({ says, command }) => `${says}: ${command.join(' ')}`);
};

describe('the command of a search', () => {
  it('names another release than v7.1, where it has such leaves and the search is of no series', () => {
    expect(commandsOf('x86_pae', 'PG14 pmd', 'v7.1')[0]).not.toContain('--kernel');
    expect(commandsOf('x86_pae', 'PG14 pmd', 'v6.18')[0]).toContain('--arch x86_pae --kernel v6.18 --world vfio-parts');
    expect(commandsOf('x86_pae', 'PG8 pmd', 'v6.18')[0]).not.toContain('--kernel');
    expect(commandsOf('ppc64_hash_64k', 'PG18 pmd', 'v7.3')[0]).toContain('--kernel v7.3');
    expect(commandsOf('ppc64_hash_64k', 'PG18 pmd', 'v6.18')).toEqual([]);
  });
  it('is of the level that fails', () => {
    expect(commandsOf('x86_64', 'PG18 pmd', 'v7.1')[0]).toContain('phys-access-leaf');
    expect(commandsOf('x86_64', 'PG18 pte', 'v7.1')[0]).toContain('huge-remap-pfn-range@v3');
    expect(commandsOf('x86_64', 'PG7 pud', 'v7.1')).toEqual([]);
  });
  it('shows what fails without a proposal, and nothing of what does not', () => {
    const failsWithout = new Set(['PG4 pmd']);
    expect(commandsOf('x86_pae', 'PG4 pmd', 'v7.1', { failsWithout })[0]).toMatch(/^without it: ptrace\(\)/);
    expect(commandsOf('x86_pae', 'PG1 pte', 'v7.1', { failsWithout })).toEqual([]);
  });
});
