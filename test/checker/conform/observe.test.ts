/** What is seen of a state: against one who walks real page by real page, and against a line of the runner. */
import { describe, expect, it } from '@effect/vitest';
import { Side } from '../../../checker/conform/compare.ts';
import { observe } from '../../../checker/conform/observe.ts';
import { type Placement, PTRS, runOf, watchedOf } from '../../../checker/conform/placement.ts';
import { readRunnerLine } from '../../../checker/conform/read_seen.ts';
import { largeFolioPages } from '../../../checker/conform/real_counts.ts';
import type { PageRun, ProcessSeen } from '../../../checker/conform/seen.ts';
import { randomWalks } from '../../../checker/conform/sequences.ts';
import { Walk } from '../../../checker/conform/walk.ts';
import type { Sys } from '../../../model/mm/kernel.ts';
import { DEVICE_FRAMES, pagesOf } from '../../../model/state/geometry.ts';
import { Page, PageKind } from '../../../model/state/memmap.ts';
import { Mm, Pmd, PmdKind, Prot, Pte, Pud, PudKind, Vma, VmaKind } from '../../../model/state/mm_types.ts';
import { printedStep } from '../../support/model_runner.ts';
import { ALL, allStages } from '../../support/walks.ts';

const stages = allStages();

const pagesIn = ({ geometry }: Placement): readonly number[] =>
  Array.from({ length: pagesOf(geometry) }, (_, page) => page);

/** Random walks of a stage, and every state on their way. */
function* states(stage: (typeof stages)[number]): Generator<{ readonly s: Sys; readonly walk: Walk }> {
  for (const { steps } of randomWalks([stage], 1, 6, 10)) {
    const walk = new Walk(stage);
    for (const { move } of steps) {
      walk.take(move);
      yield { s: walk.state, walk };
    }
  }
}

/** The page of the model that a real page stands for, and how far into it. */
interface Place {
  readonly page: number;
  readonly inside: number;
}
const placeOf = (p: Placement, real: number): Place => {
  const page = pagesIn(p).find((i) => runOf(p, i).page <= real && real < runOf(p, i).page + runOf(p, i).count)!;
  return { page, inside: real - runOf(p, page).page };
};

/** Every real page that is looked at, in order, and what it stands for. */
const placesOf = (p: Placement): readonly (readonly [real: number, place: Place])[] =>
  watchedOf(p).flatMap(({ page, count }) =>
    Array.from({ length: count }, (_, i) => [page + i, placeOf(p, page + i)] as const),
  );

/** The first frame of the folio in which a page lies, and its pages: from the flags of the struct pages alone. */
const folioAt = (s: Sys, pfn: number) => {
  const page = (at: number) => s.page.at(at - DEVICE_FRAMES);
  let first = pfn;
  while (Page.tail(page(first)) === 1) first--;
  let last = pfn;
  while (last + 1 - DEVICE_FRAMES < s.page.rows && Page.tail(page(last + 1)) === 1) last++;
  return { first, pages: Page.head(page(first)) === 1 ? last - first + 1 : 1 };
};

/** Which frame a page of the model maps, and whether by a leaf: walked from the PUD down. */
const walked = (s: Sys, mm: number, page: number): { readonly pfn: number; readonly huge: boolean } | undefined => {
  const { puds, ptrsPerPmd, ptrsPerPte } = s.geometry;
  const row = mm * puds * ptrsPerPmd + Math.floor(page / ptrsPerPte);
  const pud = s.pud.at(Math.floor(row / ptrsPerPmd));
  const pmd = s.pmd.at(row);
  if (Pud.kind(pud) === PudKind.leaf) return { pfn: Pud.pfn(pud) + (page % (ptrsPerPmd * ptrsPerPte)), huge: true };
  if (Pmd.kind(pmd) === PmdKind.leaf) return { pfn: Pmd.pfn(pmd) + (page % ptrsPerPte), huge: true };
  const pte = Pmd.kind(pmd) === PmdKind.table ? s.pte.at(Pmd.pfn(pmd) * ptrsPerPte + (page % ptrsPerPte)) : 0;
  return Pte.present(pte as Pte) === 1 ? { pfn: Pte.pfn(pte as Pte), huge: false } : undefined;
};

const live = (s: Sys): readonly number[] =>
  Array.from({ length: s.geometry.mms }, (_, mm) => mm).filter((mm) => Mm.alive(s.mm.at(mm)) === 1);

/** How many page-table entries of all processes map a page of memory. */
const mappings = (s: Sys, p: Placement, pfn: number): number =>
  live(s).flatMap((mm) => pagesIn(p).filter((page) => walked(s, mm, page)?.pfn === pfn)).length;

const vmaAt = (s: Sys, mm: number, page: number): Vma | undefined =>
  Array.from({ length: s.geometry.vmas }, (_, i) => s.vma.at(mm * s.geometry.vmas + i)).find(
    (vma) => Vma.kind(vma) !== VmaKind.none && Vma.start(vma) <= page && page < Vma.end(vma),
  );

const letters = (of: readonly (readonly [string, boolean])[]) => of.map(([one, is]) => (is ? one : '')).join('');

/** Whether there is an entry that is not present, and is none: swap. */
const isInSwap = (s: Sys, mm: number, page: number): boolean => {
  const { puds, ptrsPerPmd, ptrsPerPte } = s.geometry;
  const pmd = s.pmd.at(mm * puds * ptrsPerPmd + Math.floor(page / ptrsPerPte));
  if (Pmd.kind(pmd) !== PmdKind.table) return false;
  const pte = s.pte.at(Pmd.pfn(pmd) * ptrsPerPte + (page % ptrsPerPte));
  return pte !== 0 && Pte.present(pte) === 0;
};

/** What is seen of the first real page of a page of the model; undefined: nothing. */
const slowPage = (s: Sys, p: Placement, mm: number, page: number): PageRun | undefined => {
  const vma = vmaAt(s, mm, page);
  const found = vma === undefined || Vma.pfnmap(vma) === 1 ? undefined : walked(s, mm, page);
  if (vma !== undefined && isInSwap(s, mm, page)) return { page: runOf(p, page).page, count: 1, flags: 'S' };
  if (found === undefined || found.pfn < DEVICE_FRAMES) return undefined;
  const { first, pages } = folioAt(s, found.pfn);
  const kind = Page.kind(s.page.at(first - DEVICE_FRAMES));
  const [anon, zero, large] = [kind === PageKind.anon, kind === PageKind.zero, pages > 1];
  const exclusive = anon && !large && Page.anonExclusive(s.page.at(found.pfn - DEVICE_FRAMES)) === 1;
  const mapcount = zero ? 0 : mappings(s, p, found.pfn);
  const seen = {
    page: runOf(p, page).page,
    count: 1,
    flags: letters([
      ['H', found.huge],
      ['P', true],
      ['F', !anon && !zero],
      ['X', mapcount === 1],
      ['Z', zero],
    ]),
    mapcount,
    kind: letters([
      ['T', large],
      ['a', anon],
      ['z', zero],
      ['E', exclusive],
    ]),
  };
  // What is not online has no words in the files of /proc.
  if (kind === PageKind.dax || kind === PageKind.fsdax) return { ...seen, mapcount: 0, kind: '' };
  // In a folio of PMD size a page has the place that it has in its table; in another one all are of one size.
  const inTable = p.cuts.slice(0, found.pfn - first).reduce((sum, cut) => sum + cut, 0);
  return large ? { ...seen, folio: first, offset: inTable } : seen;
};

const goesOn = (a: PageRun, b: PageRun): boolean =>
  a.page + a.count === b.page &&
  a.flags === b.flags &&
  a.mapcount === b.mapcount &&
  a.kind === b.kind &&
  a.folio === b.folio &&
  (a.offset ?? 0) + (a.folio === undefined ? 0 : a.count) === (b.offset ?? 0);

/** Page by page, joined as the runner does it: a run goes on as long as nothing changes, to the end of its window. */
const slowly = (s: Sys, p: Placement, places: ReturnType<typeof placesOf>, mm: number): readonly PageRun[] => {
  const first = pagesIn(p).map((page) => slowPage(s, p, mm, page));
  const made: PageRun[] = [];
  for (const [real, { page, inside }] of places) {
    const found = first[page];
    if (found === undefined) continue;
    const one = { ...found, page: real, ...(found.offset === undefined ? {} : { offset: found.offset + inside }) };
    const last = made.at(-1);
    if (last && real % PTRS !== 0 && goesOn(last, one)) made[made.length - 1] = { ...last, count: last.count + 1 };
    else made.push(one);
  }
  return made;
};

const PERMS = { [Prot.NONE]: '---', [Prot.R]: 'r--', [Prot.RW]: 'rw-' } as Readonly<Record<number, string>>;

/** Permissions of each model page that is mapped, at the real pages it stands for. */
const slowPerms = (s: Sys, p: Placement, mm: number): readonly string[] =>
  pagesIn(p).flatMap((page) => {
    const vma = vmaAt(s, mm, page);
    const run = runOf(p, page);
    return vma === undefined ? [] : [`${run.page} ${run.page + run.count} ${PERMS[Vma.prot(vma)]!}`];
  });
const permsOf = (p: Placement, { vmas }: ProcessSeen): readonly string[] =>
  pagesIn(p).flatMap((page) => {
    const run = runOf(p, page);
    const of = vmas.filter((vma) => vma.page <= run.page && run.page + run.count <= vma.page + vma.count);
    return of.map(({ perm }) => `${run.page} ${run.page + run.count} ${perm.slice(0, 3)}`);
  });

describe.each(stages.map((stage) => [stage.name, stage] as const))('on random walks of %s', (_, stage) => {
  const { placement } = stage;
  it('pages and permissions are those of one who looks at every real page', () => {
    const places = placesOf(placement);
    let found = 0;
    for (const { s } of states(stage))
      for (const mm of live(s)) {
        const seen = observe(s, placement, mm, ALL);
        expect(seen.pages).toEqual(slowly(s, placement, places, mm));
        expect(permsOf(placement, seen)).toEqual(slowPerms(s, placement, mm));
        found += seen.pages.length + seen.entries!.length;
      }
    expect(found).toBeGreaterThan(0);
  });
  it('a line of the runner that says the same is read as the same', () => {
    const eye = { quirks: [], sight: ALL };
    const folioPages = largeFolioPages(placement);
    const [expected, observed] = [new Side(eye, folioPages), new Side(eye, folioPages)];
    for (const { walk } of states(stage)) {
      const { line, seen } = walk.steps.at(-1)!;
      const read = readRunnerLine(printedStep(0, line, seen, folioPages));
      if (read._tag !== 'step') throw new Error('a step is read as something else');
      expect(read.op).toBe(line);
      expect(read.seen.answer).toEqual(
        /\bread /.test(line) && seen.answer.ok ? { value: 0, ...seen.answer } : seen.answer,
      );
      const want = expected.linesOf(seen);
      const got = observed.linesOf(read.seen);
      for (const [worker, lines] of want)
        for (const [what, text] of lines) expect([what, got.get(worker)!.get(what)]).toEqual([what, text]);
      expect([...got.keys()]).toEqual([...want.keys()]);
    }
  });
});

describe('one who sees less', () => {
  it('sees the same pages without frames, and no entries', () => {
    for (const stage of stages.slice(0, 3))
      for (const { s } of states(stage)) {
        const plain = observe(s, stage.placement, 0, { frames: false, entries: false });
        expect(plain.entries).toBeUndefined();
        expect(plain.deposits).toBeUndefined();
        for (const run of plain.pages) expect(Object.keys(run)).toEqual(['page', 'count', 'flags']);
      }
  });
});
