import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Browser, chromium, type Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { cellsOf } from '../../../checker/trace_forms/html/cells.ts';
import { drawHugetlb } from '../../../checker/trace_forms/html/draw_hugetlb.ts';
import { drawMm } from '../../../checker/trace_forms/html/draw_mm.ts';
import type { AddressSpace, Box, Drawing } from '../../../checker/trace_forms/html/drawing.ts';
import { element } from '../../../checker/trace_forms/html/markup.ts';
import { htmlForm } from '../../../checker/trace_forms/html/page.ts';
import type { Retold } from '../../../checker/trace_forms/retell.ts';
import type { HugetlbView } from '../../../model/state/hugetlb/hugetlb_types.ts';
import type { MmView } from '../../../model/state/mm_types.ts';
import { retold, retoldWithRest } from './scenarios.ts';

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
    expect(levelOf(spaces[0], 'PUD')).toEqual(['pages 0..3: leaf pfn 0 RW A D S UC-', 'pages 4..7: none']);
    expect(levelOf(spaces[1], 'PUD')).toEqual(['* pages 0..3: leaf pfn 0 RW D S UC-', 'pages 4..7: none']);
  });
  it('has deposit lists, which span the table that they belong to', async () => {
    const { spaces, loose } = drawn(await retold('remap-v2-failed-fork'), 1);
    expect(levelOf(spaces[0], 'PMD')).toEqual(['* pages 0..1: leaf pfn 0 RW A S WC', 'pages 2..3: none']);
    expect(levelOf(spaces[0], 'deposit')).toEqual(['* pages 0..3: table 0']);
    expect(loose).toEqual([]);
  });
  it('has a table of which all entries are none', async () => {
    const { spaces } = drawn(await retold('remap-v2-failed-fork'), 2);
    expect(levelOf(spaces[1], 'PUD')[0]).toBe('* pages 0..3: PMD table');
    expect(levelOf(spaces[1], 'PMD')).toEqual(['pages 0..1: none', 'pages 2..3: none']);
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
    expect(levelOf(spaces[0], 'VMAs')).toEqual(['* pages 0..1: gone']);
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
  it('has what a guest maps', async () => {
    const { spaces } = drawn(await retold('guest-maps-inaccessible'), 7);
    expect(levelOf(spaces.at(-1), 'guest')[0]).toBe('* pages 0..1: pfn 0 RO');
  });
  it('names what it does not draw', async () => {
    const { facts } = drawn(await retold('vfio-lookup-of-stale-frame'), 3);
    expect(facts.map(({ where }) => where)).toContain('device memory off');
  });
});

describe('the page', () => {
  it('has what is said in an attribute as text, too', () => {
    expect(element('a', { title: '"<b>', hidden: true, id: undefined }, 'x')).toBe(
      '<a title="&quot;&lt;b&gt;" hidden>x</a>',
    );
  });
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
  it('marks the entry that the assertion names, and no other', async () => {
    const page = htmlForm(await retold('remap-v2-failed-fork'));
    const [before = '', last = ''] = page.split('id="step-2"');
    const marked = [...last.matchAll(/class="box [^"]*accused"><title>([^<:]*)/g)].map(([, where]) => where);
    expect(marked).toEqual(['child pmd[0]']);
    expect(before).not.toMatch(/class="box [^"]*accused/);
  });
  it('has property, observation, citation, finding, and the command', async () => {
    const page = htmlForm(await retoldWithRest('vfio-fork-of-half-a-leaf'));
    expect(page).toContain('<dt>Observed</dt><dd>child page 0 translates to frame 0');
    expect(page).toContain('<dt>Finding</dt><dd><p>pud-leaf-split-aligned (reproduced on');
    expect(page).toContain('npx mmcheck check --kernel v7.1 --world vfio-dontfork --size quick --property I-TRANS');
  });
});

// In a real browser: Chromium, where there is one.
const PATHS = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'];
const executablePath = [process.env['MMCHECK_CHROMIUM'] ?? '', ...PATHS].find(
  (path) => path !== '' && existsSync(path),
);
const ARGS = ['--no-sandbox', '--disable-gpu', '--disable-background-networking', '--disable-sync', '--no-first-run'];

if (executablePath === undefined)
  console.log(
    `The page of a trace is not tried: there is no Chromium at ${PATHS.join(', ')}, nor at $MMCHECK_CHROMIUM`,
  );

/** What is to be seen at a step. */
const at = (step: number, hash = `#step-${step}`) => ({
  steps: [`step-${step}`],
  marked: [`#step-${step}`],
  said: step === 0 ? 'initial, of 4' : `step ${step} of 4`,
  hash,
});

/** The brightest of the three colours. */
const light = (color: string): number => Math.max(...color.match(/\d+/g)!.slice(0, 3).map(Number));

describe.skipIf(executablePath === undefined)('the page in a browser', () => {
  const directory = mkdtempSync(join(tmpdir(), 'mmcheck-page-'));
  const requests: string[] = [];
  const errors: string[] = [];
  let browser: Browser;
  let page: Page;
  let address: string;

  beforeAll(async () => {
    const path = join(directory, 'trace.html');
    writeFileSync(path, htmlForm(await retold('vfio-fork-of-half-a-leaf')));
    address = `file://${path}`;
    browser = await chromium.launch({ executablePath: executablePath!, headless: true, args: ARGS });
    const context = await browser.newContext({ offline: true, viewport: { width: 1280, height: 900 } });
    page = await context.newPage();
    page.on('request', (request) => requests.push(request.url()));
    page.on('pageerror', (error) => errors.push(error.message));
    page.on('console', (message) => errors.push(message.text()));
  });
  afterAll(async () => {
    await browser.close();
    rmSync(directory, { recursive: true });
  });

  /** The steps that can be seen, what the list marks, what is announced, and where a link would lead. */
  const seen = () =>
    page.evaluate(`({
      steps: [...document.querySelectorAll('section.step')].filter((one) => one.checkVisibility()).map(({ id }) => id),
      marked: [...document.querySelectorAll('nav [aria-current]')].map((one) => one.getAttribute('href')),
      said: document.querySelector('#where').textContent,
      hash: location.hash,
    })`);
  it('opens from a file, asks for nothing else, and begins with the initial state', async () => {
    await page.goto(address);
    expect(await seen()).toEqual(at(0, ''));
    expect(requests).toEqual([address]);
    expect(errors).toEqual([]);
  });
  it('steps by the keyboard, and stops at both ends', async () => {
    for (const [key, step] of [
      ['ArrowRight', 1],
      ['j', 2],
      ['k', 1],
      ['End', 4],
      ['ArrowRight', 4],
      ['ArrowLeft', 3],
      ['Home', 0],
      ['k', 0],
    ] as const) {
      await page.keyboard.press(key);
      expect(await seen()).toEqual(at(step));
    }
  });
  it('says on a narrow screen which drawings scroll, and fits the table of changes to it', async () => {
    const cut = () => page.evaluate(`document.querySelectorAll('section:not([hidden]) .scroll.cut svg').length`);
    expect(await cut()).toBe(0);
    await page.setViewportSize({ width: 400, height: 900 });
    await page.keyboard.press('j');
    expect(await cut()).toBeGreaterThan(0);
    const table = `document.querySelector('section:not([hidden]) .scroll:has(table)')`;
    expect(await page.evaluate(`${table}.scrollWidth <= ${table}.clientWidth`)).toBe(true);
    await page.keyboard.press('k');
    await page.setViewportSize({ width: 1280, height: 900 });
  });
  it('leaves keys with Ctrl or Alt to the browser', async () => {
    await page.keyboard.press('Control+j');
    expect(await seen()).toEqual(at(0));
  });
  it('steps by its buttons and by its list', async () => {
    await page.click('#next');
    expect(await seen()).toEqual(at(1));
    await page.click('#last');
    expect(await page.isDisabled('#next')).toBe(true);
    await page.click('nav a[href="#step-2"]');
    await expect.poll(seen).toEqual(at(2));
  });
  it('opens at the step that a link names, and follows another one', async () => {
    await page.goto('about:blank');
    await page.goto(`${address}#step-3`);
    expect(await seen()).toEqual(at(3));
    await page.evaluate(`location.hash = '#step-1'`);
    await expect.poll(seen).toEqual(at(1));
    await page.goto('about:blank');
    await page.goto(`${address}#step-99`);
    expect(await seen()).toMatchObject({ steps: ['step-4'] });
  });
  it('marks what the step has changed', async () => {
    const marked = await page.evaluate(
      `[...document.querySelectorAll('#step-4 .changed title')].map(({ textContent }) => textContent)`,
    );
    expect(marked).toEqual([
      'child vma 0: none → device pages 2..3 pgoff 2 RW shared VM_PFNMAP ->fault ->huge_fault UC-',
      'child pud[0]: none → leaf pfn 0 RW dirty special UC-',
    ]);
  });
  it.each([360, 800, 1280, 1920])('is never wider than a window of %i', async (width) => {
    await page.setViewportSize({ width, height: 900 });
    expect(await page.evaluate('document.documentElement.scrollWidth')).toBeLessThanOrEqual(width);
  });
  it('stays where it is read while it steps, on a small screen', async () => {
    await page.setViewportSize({ width: 360, height: 400 });
    await page.keyboard.press('Home');
    await page.evaluate('window.scrollTo(0, document.querySelector("#step-0").offsetTop)');
    const before = Number(await page.evaluate('window.scrollY'));
    await page.keyboard.press('j');
    expect(before).toBeGreaterThan(100);
    expect(await page.evaluate('window.scrollY')).toBe(before);
    await page.keyboard.press('End');
  });
  it('has no text that leaves its box, or lies on another', async () => {
    await page.setViewportSize({ width: 1280, height: 900 });
    const outside = await page.evaluate(`[...document.querySelectorAll('#step-4 .box')].flatMap((box) => {
      const frame = box.querySelector('rect').getBoundingClientRect();
      return [...box.querySelectorAll('text')].filter((text) => {
        const { left, right, top, bottom } = text.getBoundingClientRect();
        return left < frame.left || right > frame.right || top < frame.top - 1 || bottom > frame.bottom + 1;
      }).map(({ textContent }) => textContent);
    })`);
    expect(outside).toEqual([]);
  });
  it.each(['light', 'dark'] as const)('can be read in %s', async (colorScheme) => {
    await page.emulateMedia({ colorScheme });
    const [ink, paper] = (await page.evaluate(
      `(({ color, backgroundColor }) => [color, backgroundColor])(getComputedStyle(document.body))`,
    )) as [string, string];
    expect(Math.abs(light(ink) - light(paper))).toBeGreaterThan(150);
    expect(light(paper) > 128).toBe(colorScheme === 'light');
  });
  it('prints all steps, without buttons', async () => {
    await page.emulateMedia({ media: 'print' });
    expect(await seen()).toMatchObject({ steps: ['step-0', 'step-1', 'step-2', 'step-3', 'step-4'] });
    expect(await page.isVisible('#next')).toBe(false);
  });
});
