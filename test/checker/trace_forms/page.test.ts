import { describe, expect, it } from 'vitest';
import { cellsOf } from '../../../checker/trace_forms/html/cells.ts';
import { drawHugetlb } from '../../../checker/trace_forms/html/draw_hugetlb.ts';
import { drawMm } from '../../../checker/trace_forms/html/draw_mm.ts';
import type { AddressSpace, Box, Drawing } from '../../../checker/trace_forms/html/drawing.ts';
import { htmlForm } from '../../../checker/trace_forms/html/page.ts';
import type { Retold } from '../../../checker/trace_forms/retell.ts';
import type { HugetlbView } from '../../../model/state/hugetlb/hugetlb_types.ts';
import type { MmView } from '../../../model/state/mm_types.ts';
import { retold } from './scenarios.ts';

/** The state behind a step, drawn. */
const drawn = ({ world, taken, entry }: Retold, step: number): Drawing => {
  const { before, after } = taken[step - 1]!;
  const cells = cellsOf(world, before, after);
  const view = world.layout.viewOf(after);
  return entry.model === 'hugetlb' ? drawHugetlb(view as HugetlbView, cells) : drawMm(view as MmView, cells);
};

/** 'pages 0..3: leaf pfn 0 RW D S', with a star where the step has changed it. */
const shown = ({ from, pages, lines, cell }: Box): string =>
  `${cell.was === undefined ? '' : '* '}${pages === 1 ? `page ${from}` : `pages ${from}..${from + pages - 1}`}: ${lines
    .filter((line) => line !== '')
    .join(' ')}`;

const levelOf = (space: AddressSpace | undefined, name: string): readonly string[] =>
  (space?.levels.find((one) => one.name === name)?.groups ?? []).flatMap(({ label, boxes }) => [
    ...(label === undefined ? [] : [`${label}:`]),
    ...boxes.map(shown),
  ]);

describe('a drawing', () => {
  it('has a leaf of a PUD over all that it spans, and VMAs beside it', async () => {
    const { spaces } = drawn(await retold('vfio-fork-of-half-a-leaf'), 4);
    expect(spaces.map(({ name }) => name)).toEqual(['parent', 'child']);
    expect(levelOf(spaces[0], 'VMAs')).toEqual([
      'pages 0..1: device RW shared pgoff 0 VM_PFNMAP VM_DONTCOPY',
      'pages 2..3: device RW shared pgoff 2 VM_PFNMAP',
    ]);
    expect(levelOf(spaces[0], 'PUD')).toEqual(['pages 0..3: leaf pfn 0 RW A D S', 'pages 4..7: none']);
    expect(levelOf(spaces[1], 'PUD')).toEqual(['* pages 0..3: leaf pfn 0 RW D S', 'pages 4..7: none']);
  });
  it('has deposit lists, which span the table that they belong to', async () => {
    const { spaces, loose } = drawn(await retold('remap-v2-failed-fork'), 1);
    expect(levelOf(spaces[0], 'PMD')).toEqual(['* pages 0..1: leaf pfn 0 RW A S', 'pages 2..3: none']);
    expect(levelOf(spaces[0], 'deposit')).toEqual(['* pages 0..3: table 0']);
    expect(loose).toEqual([]);
  });
  it('has page tables below the entries that lead to them, and frames with what is counted', async () => {
    const { spaces, folios, freeFolios } = drawn(await retold('anon-unshared-copy-dropped'), 7);
    expect(levelOf(spaces[0], 'PTE')).toEqual(['PTE table 0:', 'page 0: pfn 17 RO A', 'page 1: none']);
    expect(levelOf(spaces[1], 'PTE')).toEqual(['PTE table 1:', '* page 0: pfn 17 RO', 'page 1: none']);
    expect(
      folios.flatMap(({ frames }) => frames.map(({ frame, lines }) => `${frame} ${lines.join(' ')}`.trim())),
    ).toContain('17 anon ref 2 map 2 R');
    expect(freeFolios.length).toBeGreaterThan(0);
    expect(spaces[0]!.counters.map(({ where, value }) => `${where} ${value}`)).toEqual(['parent MM_ANONPAGES 1']);
  });
  it('shows a VMA that is gone where it was', async () => {
    const { spaces } = drawn(await retold('shmem-zap-loses-dirty'), 4);
    expect(levelOf(spaces[0], 'VMAs')).toEqual(['* pages 0..1: unmapped']);
  });
  it('has of hugetlb the tables that two processes share, twice', async () => {
    const { spaces, loose } = drawn(await retold('hugetlb-usage-of-shared-tables'), 4);
    expect(levelOf(spaces[0], 'PUD')[0]).toBe('* pages 0..3: PMD table 0');
    expect(levelOf(spaces[1], 'PUD')[0]).toBe('pages 0..3: PMD table 0');
    for (const space of spaces)
      expect(levelOf(space, 'PMD')).toEqual([
        'PMD table 0, shared by 2:',
        'pages 0..1: pfn 0 RW A D',
        'pages 2..3: none',
      ]);
    expect(loose).toEqual([]);
  });
  it('has the PTE tables of a hugepage that is mapped in parts', async () => {
    const { spaces } = drawn(await retold('hgm-v2-continue-behind-small'), 5);
    expect(levelOf(spaces[0], 'PMD')).toEqual(['PMD table 0:', '* pages 0..1: PTE table 0', 'pages 2..3: none']);
    expect(levelOf(spaces[0], 'PTE')).toEqual(['PTE table 0:', 'page 0: none', 'page 1: none']);
  });
  it('names what it does not draw', async () => {
    const { facts } = drawn(await retold('vfio-lookup-of-stale-frame'), 3);
    expect(facts.map(({ where }) => where)).toContain('device memory off');
  });
});

describe('the page', () => {
  it('needs nothing but itself, and says so to the browser', async () => {
    const page = htmlForm(await retold('vfio-fork-of-half-a-leaf'));
    expect(page).toContain(`content="default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline'"`);
    expect(page.match(/\b(src|href)="[^#]|\burl\(|@import/g) ?? []).toEqual([]);
    expect(page).not.toMatch(/https?:\/\//);
  });
  it('has a section and a link for each step', async () => {
    const page = htmlForm(await retold('vfio-fork-of-half-a-leaf'));
    for (const step of [0, 1, 2, 3, 4]) {
      expect(page).toContain(`<section class="step" id="step-${step}"`);
      expect(page).toContain(`<a href="#step-${step}">`);
    }
    expect(page).not.toContain('step-5');
  });
  it('tells what a name means only as text', async () => {
    const of = await retold('vfio-fork-of-half-a-leaf');
    const page = htmlForm({ ...of, story: { ...of.story, explanation: '</script><script>alert("&")</script>' } });
    expect(page).not.toContain('<script>alert');
    expect(page).toContain('&lt;/script&gt;&lt;script&gt;alert(&quot;&amp;&quot;)');
  });
  it('has property, observation, citation, finding, and the command', async () => {
    const page = htmlForm(await retold('vfio-fork-of-half-a-leaf'));
    expect(page).toContain('<dt>Observed</dt><dd>child page 0 translates to frame 0');
    expect(page).toContain('<dt>Finding</dt><dd><p>pud-leaf-split-aligned (reproduced on');
    expect(page).toContain('npx mmcheck check --kernel v7.1 --world vfio-dontfork --size quick --property I-TRANS');
  });
});
