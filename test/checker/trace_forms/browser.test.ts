/** The page in a real browser: Chromium, where there is one. */
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Browser, chromium, type Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { htmlForm } from '../../../checker/trace_forms/html/page.ts';
import { retold } from './scenarios.ts';

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
    expect(await seen()).toEqual(at(2));
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
