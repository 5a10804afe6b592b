/** "mm: Support huge pfnmaps" patch by patch: what each prefix is made of, and what breaks where one of them is missing. */
import * as Effect from 'effect/Effect';
import { describe, expect, it } from '@effect/vitest';
import type { Placed } from '../../../checker/catalogue.ts';
import { catalogue } from '../../../checker/mm_catalogue.ts';
import { kernelsOf } from '../../../checker/plan.ts';
import { explainText } from '../../../checker/report/explain_text.ts';
import { listText } from '../../../checker/report/listing.ts';
import { explore } from '../../../checker/search/index.ts';
import { settingsOf } from '../../../model/releases/differences.ts';
import { HUGE_PFNMAPS } from '../../../model/series/huge_pfnmaps.ts';

const { patches } = HUGE_PFNMAPS[0]!;
const asked = (version: string, ...set: readonly string[]) =>
  Effect.runPromise(kernelsOf(catalogue, { kernel: [], series: [`huge-pfnmaps@${version}`], set }));

const toggles = async (version: string) =>
  (await asked(version))[0]!.settings.map(({ toggle, value }) => `${toggle}=${value}`);
const settingsAfter = async (count: number) => (await asked(`v2.${count}`))[0]!.settings;
const valueOf = (release: 'v6.11' | 'v6.12', toggle: string) =>
  settingsOf(release).find((one) => one.toggle === toggle)?.value;

/** A quick world on v6.11 with these settings. */
const searched = (world: string, settings: readonly Placed[]) => {
  const choice = { kernel: 'v6.11', arch: 'x86_64', series: [], settings };
  return explore(catalogue.worlds.find(({ name }) => name === world)!.build(choice, 'quick'));
};
const violated = (world: string, settings: readonly Placed[]): readonly string[] =>
  searched(world, settings)
    .properties.filter(({ verdict }) => verdict === 'violated')
    .map(({ name }) => name);

describe('a prefix of the series', () => {
  it('is the patches so far, on what the series relies on', async () => {
    expect(await toggles('v2.0')).toEqual(['mprotect-pud=changes', 'pages-stat=folio_walk']);
    expect(await toggles('v2.5')).toEqual([
      'mprotect-pud=changes',
      'pages-stat=folio_walk',
      'huge-special=frames',
      'pud-order=special',
      'gup-fast-special=yes',
    ]);
    expect(await toggles(`v2.${patches.length}`)).toEqual(await toggles('v2'));
  });
  it('stands on v6.11, and is all of them in turn with a star', async () => {
    const all = await asked('v2.*');
    expect(all.map(({ series }) => series[0])).toEqual(
      Array.from({ length: patches.length + 1 }, (_, i) => `huge-pfnmaps@v2.${i}`),
    );
    expect(new Set(all.map(({ kernel }) => kernel))).toEqual(new Set(['v6.11']));
  });
  it('has no more patches than there are', async () => {
    await expect(asked('v2.20')).rejects.toThrow('v2.20');
  });
  it('is named where the series is listed and explained', () => {
    expect(listText(catalogue, 'series')).toContain('[PATCH v2 00/19] mm: Support huge pfnmaps, Peter Xu, 2024-08-26');
    const text = explainText(catalogue, 'huge-pfnmaps').join('\n');
    for (const { source } of patches) expect(text).toContain(source.commit);
    expect(text).toContain('[05/19] mm/gup: detect huge pfnmap entries in gup-fast (ae3c99e650da)');
  });
});

it('is 19 patches, of which each that sets nothing says why', () => {
  expect(patches).toHaveLength(19);
  expect(patches.filter(({ sets, says }) => sets.length === 0 && !says.startsWith('nothing'))).toEqual([]);
});

it('makes v6.12 of v6.11, but for what other series brought', () => {
  const made = HUGE_PFNMAPS[0]!.sets.map(({ toggle, value }) => `${toggle}=${value}`);
  const others = ['collapse-file-folios'];
  const changed = settingsOf('v6.11').filter(
    ({ toggle, value }) => valueOf('v6.12', toggle) !== value && !others.includes(toggle),
  );
  // Which address is aligned makes no difference before there are leaves.
  expect([...changed.map(({ toggle }) => toggle), 'vfio-align'].toSorted()).toEqual(
    HUGE_PFNMAPS[0]!.sets.map(({ toggle }) => toggle).toSorted(),
  );
  const has = settingsOf('v6.12').filter(({ toggle }) => changed.some((one) => one.toggle === toggle));
  for (const { toggle, value } of has) expect(made).toContain(`${toggle}=${value}`);
});

describe('bisected', { timeout: 60_000 }, () => {
  /** After each patch that changes anything. */
  const steps = [0, ...patches.flatMap(({ sets }, i) => (sets.length > 0 ? [i + 1] : []))];
  it.each(['vfio-pinned', 'vfio-bar', 'device-pud'])('%s holds after every patch', async (world) => {
    for (const count of steps) expect(violated(world, await settingsAfter(count))).toEqual([]);
  });
  it('a BAR that is not aligned is mapped wrongly from the last patch on', async () => {
    const wrong = [];
    for (const count of steps) if (violated('vfio-align', await settingsAfter(count)).length > 0) wrong.push(count);
    expect(wrong).toEqual([19]);
  });
  it('gup-fast takes a frame of a BAR for a page without the fifth', async () => {
    const [without] = await asked('v2', 'gup-fast-special=no');
    expect(violated('vfio-pinned', without!.settings)).toEqual(['gup-of-pfn']);
  });
  it('mprotect() clears a PUD leaf without the series that it relies on', async () => {
    const [without] = await asked('v2', 'mprotect-pud=bad');
    expect(violated('vfio-bar', without!.settings)).toContain('bad-pud');
  });
  it.each(['normal-page-pmd=vma', 'pat-info-level=ptes'])(
    'nothing differs yet with %s: the VMA says the same of every leaf, and none is reserved by VM_PAT',
    async (taken) => {
      const [all] = await asked('v2');
      const [without] = await asked('v2', taken);
      for (const world of ['vfio-bar', 'vfio-dontfork', 'mixedmap', 'memtype-parts']) {
        const { states, transitions } = searched(world, without!.settings);
        expect(searched(world, all!.settings)).toMatchObject({ states, transitions });
        expect(violated(world, without!.settings)).toEqual(violated(world, all!.settings));
      }
    },
  );
  it('fork takes the right to write from a BAR without the seventh, and gives the child no PMD leaf', async () => {
    const [without] = await asked('v2', 'fork-pud-write=all', 'fork-special-pmd=skips');
    expect(violated('vfio-bar', without!.settings)).toContain('I-FORKRO');
  });
});
