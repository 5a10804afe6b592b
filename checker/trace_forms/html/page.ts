/**
 * A trace as one page that needs nothing else: it opens from a file, offline, and runs no code but its own. The steps are all in
 * it; page.js shows one at a time. Without it, and on paper, they stand below each other.
 */
import { readFileSync } from 'node:fs';
import { kernelLabel, reproduceCommand } from '../../finished.ts';
import { unusual } from '../../report/trace_text.ts';
import { findingText } from '../../report/text.ts';
import type { Retold } from '../retell.ts';
import { endOf } from '../text.ts';
import { element, escaped } from './markup.ts';
import { sectionsOf, titleOf } from './step.ts';

const piece = (name: string): string => readFileSync(new URL(`./${name}`, import.meta.url), 'utf8');

const POLICY = "default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline'";

const button = (id: string, says: string, shows: string): string =>
  element('button', { type: 'button', id, 'aria-label': says, title: says }, shows);

const navigation = (retold: Retold): string => {
  const { story } = retold;
  const noted = (number: number): readonly string[] =>
    number === 0 ? [] : unusual(story.steps[number - 1]!).map((one) => element('small', {}, escaped(one)));
  const items = Array.from({ length: story.length + 1 }, (_, number) =>
    element('li', {}, [
      element('a', { href: `#step-${number}` }, [
        element('span', { class: 'number' }, String(number)),
        ' ',
        escaped(titleOf(retold, number)),
        ...noted(number),
        retold.broken && number === story.length ? element('small', { class: 'bad' }, 'violated') : '',
      ]),
    ]),
  );
  return element('nav', { 'aria-label': 'Steps' }, [
    element('div', { class: 'buttons', role: 'group', 'aria-label': 'Go to a step' }, [
      button('first', 'First step (Home)', '⇤'),
      button('previous', 'Previous step (left arrow, k)', '←'),
      element('output', { id: 'where', 'aria-live': 'polite' }, ''),
      button('next', 'Next step (right arrow, j)', '→'),
      button('last', 'Last step (End)', '⇥'),
    ]),
    element('ol', { start: 0 }, items),
    element('p', { class: 'faint keys' }, 'Keys: ← → or k j, Home, End'),
  ]);
};

const described = (terms: readonly (readonly [string, string])[]): string =>
  element(
    'dl',
    {},
    terms
      .filter(([, said]) => said !== '')
      .map(([term, said]) => `${element('dt', {}, term)}${element('dd', {}, said)}`),
  );

const restText = ({ story: { rest } }: Retold): readonly (readonly [string, string])[] => {
  if (rest === undefined) return [];
  if (rest.base) return [['Depends on', 'nothing of this: the same operations harm the base kernel as well']];
  return [
    [
      'Depends on',
      escaped([...(rest.own ?? []), ...rest.on.map(({ toggle, value }) => `${toggle}=${value}`)].join(', ')),
    ],
    ['Fixed by', escaped(rest.mendedBy.join(', '))],
  ];
};

/** Below the steps: what they are a trace of, and on what it rests. */
const verdict = (retold: Retold): string => {
  const { run, property, story, broken } = retold;
  const known = (run.findings?.[property.name] ?? []).map((one) =>
    element('p', {}, escaped(findingText(one, run.kernel.kernel))),
  );
  const unknown =
    broken && run.findings !== undefined ? ['none is known here: an error of the model, or unknown so far'] : [];
  const command = [...reproduceCommand(run, property.name)].join(' ');
  return element('section', { 'aria-labelledby': 'verdict' }, [
    element('h2', { id: 'verdict' }, [element('code', {}, escaped(property.name)), ` ${escaped(endOf(retold))}`]),
    described([
      ['Property', escaped(property.says)],
      ['Observed', broken ? escaped(story.explanation) : ''],
      ['Source', escaped(property.cites ?? '')],
      ['Finding', known.length > 0 ? known.join('') : unknown.join('')],
      ...restText(retold),
      ['Reproduce', element('pre', { tabindex: 0 }, escaped(command))],
    ]),
  ]);
};

const LEGEND: readonly (readonly [string, string])[] = [
  ['changed', 'changed by this step'],
  ['accused', 'named by what is broken'],
  ['leaf', 'maps, writable'],
  ['readonly', 'maps, not writable'],
  ['table', 'a page table'],
  ['migration', 'a migration entry'],
  ['other', 'swap, marker, poison'],
  ['vma', 'a VMA'],
  ['none', 'none'],
];
const LETTERS =
  'Entries: RW, RO, NONE, A accessed, D dirty, S special, W uffd-wp, and the cache mode, if it is not that of memory. ' +
  'Pages: ref and map count references and mappings, X AnonExclusive, D dirty, R referenced, C in the page cache. ' +
  'A box tells more when the pointer rests on it.';

const legend = (): string =>
  element('details', { class: 'legend' }, [
    element('summary', {}, 'Legend'),
    element(
      'p',
      { class: 'facts' },
      LEGEND.map(([kind, says]) => element('span', {}, [element('i', { class: `swatch ${kind}` }), ` ${says}`])),
    ),
    element('p', { class: 'faint' }, LETTERS),
  ]);

const header = ({ run, property, entry, ...retold }: Retold): string => {
  const { kernel, world, size } = run;
  const settings = kernel.settings.map(({ toggle, value }) => `${toggle}=${value}`).join(', ');
  return element('header', {}, [
    element('h1', {}, [element('code', {}, escaped(property.name)), ` ${escaped(endOf(retold))}`]),
    element('p', {}, escaped(`World ${world} (${size}) on ${kernelLabel(kernel)}, ${kernel.arch}`)),
    element('p', { class: 'faint' }, escaped(entry.says)),
    settings === '' ? '' : element('p', { class: 'faint' }, escaped(`With ${settings}`)),
    kernel.frames === undefined ? '' : element('p', { class: 'faint' }, escaped(`Frames: ${kernel.frames}`)),
  ]);
};

export const htmlForm = (retold: Retold): string => {
  const { run, property, version } = retold;
  return [
    '<!doctype html>',
    '<html lang="en">',
    '<head>',
    '<meta charset="utf-8">',
    `<meta http-equiv="Content-Security-Policy" content="${POLICY}">`,
    '<meta name="viewport" content="width=device-width, initial-scale=1">',
    '<meta name="color-scheme" content="light dark">',
    element('title', {}, escaped(`${property.name}, ${run.world} on ${kernelLabel(run.kernel)}`)),
    `<style>\n${piece('page.css')}</style>`,
    '</head>',
    '<body>',
    header(retold),
    navigation(retold),
    element('main', {}, [legend(), ...sectionsOf(retold), verdict(retold)]),
    element('footer', { class: 'faint' }, `mmcheck ${escaped(version)}`),
    `<script>\n${piece('page.js')}</script>`,
    '</body>',
    '</html>',
    '',
  ].join('\n');
};
