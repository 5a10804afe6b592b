/**
 * A machine of hugetlb on which a test plays operations one after another: those of the search, by name and arguments, without
 * the search. What they return, and what the state is then, is read from the machine.
 */
import { makeMove, type Move, type Property } from '../../../checker/search/index.ts';
import { type HugetlbKernel, patchedHugetlb, type Sys } from '../../../model/hugetlb/kernel.ts';
import { huge_ptep_get, hugetlb_pte_init, is_table, level_pages } from '../../../model/hugetlb/hugetlb_pte.ts';
import type { Mapping } from '../../../model/hugetlb/mmap.ts';
import { type HugetlbAlphabet, NO_HUGETLB_OPERATIONS } from '../../../model/hugetlb/operations/alphabet.ts';
import { HUGETLB_OPERATIONS } from '../../../model/hugetlb/operations/described.ts';
import { entry_below } from '../../../model/hugetlb/pgalloc.ts';
import { HUGETLB_DIFFERENCES } from '../../../model/hugetlb/releases/differences.ts';
import { hugetlb_v7_1 } from '../../../model/hugetlb/releases/v7_1.ts';
import { HGM_TOGGLES } from '../../../model/hugetlb/series/hgm_toggles.ts';
import { hugetlbWorld } from '../../../model/hugetlb/world.ts';
import {
  type HugetlbGeometry,
  pagesOf,
  pmdPages,
  pudPages,
  SMALL_HUGETLB,
} from '../../../model/state/hugetlb/geometry.ts';
import { HugePte, HugetlbPte, Level, Result } from '../../../model/state/hugetlb/hugetlb_types.ts';

const TOGGLES = [...HUGETLB_DIFFERENCES, ...HGM_TOGGLES];

/** v7.1 with some toggles set, in the order in which they are applied. */
export const kernelWith = (settings: Readonly<Record<string, string>> = {}): HugetlbKernel => {
  for (const name of Object.keys(settings))
    if (!TOGGLES.some((one) => one.name === name)) throw new Error(`there is no toggle ${name}`);
  return TOGGLES.reduce((kernel, { name, values }) => {
    const setting = settings[name];
    if (setting === undefined) return kernel;
    const found = values.find(({ value }) => value === setting);
    if (found === undefined) throw new Error(`toggle ${name} has no value ${setting}`);
    return patchedHugetlb(kernel, found.patch);
  }, hugetlb_v7_1);
};

/** RFC v2 of 2022 as far as entries are reached and made. */
export const RFC2 = {
  'hgm-enabled-by': 'uffd-feature',
  'hgm-kept-at': 'data',
  'hgm-walk': 'asks-vma',
  'hgm-wp-small': 'bug',
} as const;

const ANY = [{ from: 0, to: 1 }];
/** Something for every operation, so that none is left out: a test gives arguments of its own. */
const everything = (g: HugetlbGeometry, mappings: readonly Mapping[]): HugetlbAlphabet => {
  const pages = Array.from({ length: pagesOf(g) }, (_, page) => page);
  const ofFiles = [{ file: 0, from: 0, to: 1, index: 0 }];
  return {
    ...NO_HUGETLB_OPERATIONS,
    mms: Array.from({ length: g.mms }, (_, mm) => mm),
    mappings,
    reads: pages,
    writes: pages,
    munmaps: ANY,
    mprotects: ANY,
    prots: ['R'],
    mremaps: [{ from: 0, to: 1, pages: 1 }],
    fork: true,
    uffdApis: [[]],
    registers: ANY,
    registerFor: [['minor']],
    unregisters: ANY,
    continues: ANY,
    copies: ANY,
    poisons: ANY,
    writeprotects: ANY,
    collapses: ANY,
    splits: ANY,
    dontneeds: ANY,
    truncates: ofFiles,
    punches: ofFiles,
    fallocates: ofFiles,
    migrations: pages,
    failures: pages,
    gups: ANY,
    pins: pages,
    smaps: true,
    mincores: ANY,
    mbinds: ANY,
    pageStats: pages,
  };
};

/** The properties that an operation has violated. */
const violatedBy = (properties: readonly Property<Sys>[], before: Sys, move: Move, after: Sys): readonly string[] =>
  properties.flatMap((one) => {
    if (one.kind === 'always') return one.subject?.(after) !== false && !one.holds(after) ? [one.name] : [];
    if (one.kind === 'step')
      return one.subject?.(before, move, after) !== false && !one.holds(before, move, after) ? [one.name] : [];
    return [];
  });

export interface HugetlbMachine {
  /** The state as it is, with what the last operation has written to scratch rows. */
  readonly s: Sys;
  /** The properties that the last operation has violated, or the assertion that failed in it. */
  readonly violated: readonly string[];
  /**
   * Plays an operation: the name of its result, `bug NAME` where the model broke off, or `not possible`. `answers` are those to
   * its questions, in order: 1 lets an allocation fail. The process is 0 unless `mm` says otherwise.
   */
  readonly play: (
    name: keyof typeof HUGETLB_OPERATIONS,
    args?: Readonly<Record<string, unknown>>,
    answers?: readonly number[],
  ) => string;
}

/** A machine that has just booted. */
export const hugetlbMachine = ({
  kernel = hugetlb_v7_1,
  geometry = SMALL_HUGETLB,
  mappings,
  properties = [],
}: {
  readonly kernel?: HugetlbKernel;
  readonly geometry?: HugetlbGeometry;
  readonly mappings: readonly Mapping[];
  readonly properties?: readonly Property<Sys>[];
}): HugetlbMachine => {
  const world = hugetlbWorld({
    name: 'played',
    geometry,
    kernel,
    alphabet: everything(geometry, mappings),
    failuresMax: 8,
    properties,
  });
  let violated: readonly string[] = [];
  let words = world.layout.zero();
  world.initial[0]!(world.layout.draftOf(words));
  return {
    get s() {
      return world.layout.viewOf(words);
    },
    get violated() {
      return violated;
    },
    play(name, args = {}, answers = []) {
      const action = world.actions.findIndex((one) => one.name === HUGETLB_OPERATIONS[name].name);
      if (action < 0) throw new Error(`no world has ${name}`);
      const move = { action, name: world.actions[action]!.name, args: { mm: 0, ...args } };
      const made = makeMove(world, move, answers, words);
      if (!made.enabled) return 'not possible';
      const { before, after, bug } = made.step;
      words = after;
      violated =
        bug === undefined
          ? violatedBy(properties, world.layout.viewOf(before), move, world.layout.viewOf(after))
          : [bug.name];
      return made.step.bug === undefined
        ? Result.names[world.layout.viewOf(words).result.at(0)]!
        : `bug ${made.step.bug.name}`;
    },
  };
};

/** The smallest entry that there is for a page. */
export const entryAt = (s: Sys, mm: number, page: number): HugetlbPte => {
  const { geometry: g } = s;
  let h = hugetlb_pte_init(g, Level.pud, mm, page, pudPages(g));
  if (is_table(huge_ptep_get(s, h))) h = entry_below(s, h, page, pmdPages(g));
  if (is_table(huge_ptep_get(s, h))) h = entry_below(s, h, page, 1);
  return h;
};
/** What it holds. */
export const pteAt = (s: Sys, mm: number, page: number): HugePte => huge_ptep_get(s, entryAt(s, mm, page));

/** All entries of a process that are not none, from the lowest page on: `pages 0..1: leaf pfn 0 RW`. */
export const entriesOf = (s: Sys, mm: number): readonly string[] => {
  const shown: string[] = [];
  const { geometry: g } = s;
  for (let page = 0; page < pagesOf(g);) {
    const h = entryAt(s, mm, page);
    const span = level_pages(g, HugetlbPte.level(h));
    const e = huge_ptep_get(s, h);
    if (e !== 0) shown.push(`${span === 1 ? `page ${page}` : `pages ${page}..${page + span - 1}`}: ${HugePte.show(e)}`);
    page += span;
  }
  return shown;
};
