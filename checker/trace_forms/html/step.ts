/** One step of a trace as a section of the page: what was done, the state behind it, and what changed. */
import { drawHugetlb } from './draw_hugetlb.ts';
import { drawMm } from './draw_mm.ts';
import type { HugetlbView } from '../../../model/state/hugetlb/hugetlb_types.ts';
import type { MmView } from '../../../model/state/mm_types.ts';
import { call, unusual } from '../../report/trace_text.ts';
import type { Words } from '../../search/layout.ts';
import type { Retold } from '../retell.ts';
import { type Cells, cellsOf } from './cells.ts';
import { type AddressSpace, type Cell, type Drawing, type FolioDrawn, isChanged } from './drawing.ts';
import { element, escaped } from './markup.ts';
import { folioSvg, looseSvg, spaceSvg } from './svg.ts';

/** A model of which nothing is known but its tables: all rows are listed. */
const listed = (cells: Cells): Drawing => ({
  spaces: [],
  folios: [],
  freeFolios: [],
  loose: [],
  facts: cells.rest([]),
});

const drawingOf = ({ entry, world }: Retold, cells: Cells, words: Words): Drawing => {
  const view = world.layout.viewOf(words);
  if (entry.model === 'mm') return drawMm(view as MmView, cells);
  return entry.model === 'hugetlb' ? drawHugetlb(view as HugetlbView, cells) : listed(cells);
};

/** What a row holds, behind its name; `name` is left out where the reader knows it. */
const fact = (cell: Cell, name = cell.where): string => {
  const { value, was } = cell;
  const values = was === undefined ? escaped(value || '-') : `<s>${escaped(was || '-')}</s> → ${escaped(value || '-')}`;
  return element('span', { class: isChanged(cell) ? 'fact changed' : 'fact' }, [
    ...(name === '' ? [] : [element('b', {}, escaped(name)), ' ']),
    element('span', {}, values),
  ]);
};

const facts = (cells: readonly Cell[], nameOf: (cell: Cell) => string = ({ where }) => where): string =>
  cells.length === 0
    ? ''
    : element(
        'p',
        { class: 'facts' },
        cells.map((cell) => fact(cell, nameOf(cell))),
      );

/** A drawing that may be wider than the page; it is scrolled on its own, with the keyboard as well. */
const scrolling = (name: string, svg: string): string =>
  element('div', { class: 'scroll', tabindex: 0, role: 'group', 'aria-label': name }, svg);

/** What a row is called beside the name of what it belongs to. */
const without =
  (owner: string) =>
  ({ where }: Cell): string =>
    where.startsWith(`${owner} `) ? where.slice(owner.length + 1) : where;

const spaceFigure = (space: AddressSpace): string =>
  element('figure', { class: 'space' }, [
    element('figcaption', {}, [element('strong', {}, escaped(space.name)), ' ', fact(space.state, '')]),
    scrolling(`Page tables of ${space.name}`, spaceSvg(space)),
    facts(space.counters, without(space.name)),
  ]);

/** 'folio 16 entire mapcount', below the caption of the folio: 'entire mapcount'. */
const ofFolio = ({ where }: Cell): string => where.replace(/^(folio|page) \d+ ?/, '') || 'flags';

const folioFigure = (folio: FolioDrawn): string =>
  element('figure', { class: 'folio' }, [
    element('figcaption', {}, escaped(folio.name)),
    scrolling(folio.name, folioSvg(folio)),
    facts(folio.facts, ofFolio),
  ]);

const part = (title: string, inside: readonly string[], more = ''): string =>
  inside.length === 0 ? '' : [element('h3', {}, title), element('div', { class: 'figures' }, inside), more].join('');

const freeText = (free: readonly string[]): string =>
  free.length === 0 ? '' : element('p', { class: 'faint' }, escaped(`Free, and not drawn: ${free.join(', ')}`));

const drawingHtml = ({ spaces, folios, freeFolios, loose, facts: others }: Drawing): string =>
  [
    part('Processes', spaces.map(spaceFigure)),
    part(
      'Page tables that no entry leads to',
      loose.length === 0
        ? []
        : [element('figure', {}, scrolling('Page tables that no entry leads to', looseSvg(loose)))],
    ),
    part('Folios', folios.map(folioFigure), freeText(freeFolios)),
    others.length === 0 ? '' : element('h3', {}, 'And'),
    facts(others),
  ].join('');

/** Words such as ->fault are not broken at their hyphen. */
const whole = (text: string): string =>
  text
    .split(' ')
    .map((word) =>
      word.includes('-') && word.length > 1 ? element('span', { class: 'whole' }, escaped(word)) : escaped(word),
    )
    .join(' ');

const rowOf = (cells: readonly string[]): string =>
  element(
    'tr',
    {},
    cells.map((text, i) => element(i === 0 ? 'th' : 'td', i === 0 ? { scope: 'row' } : {}, whole(text || '-'))),
  );

const changesHtml = (changes: Retold['story']['steps'][number]['changes']): string => {
  if (changes.length === 0) return element('p', { class: 'faint' }, 'Nothing changes.');
  const head = element(
    'tr',
    {},
    ['what', 'before', 'after'].map((one) => element('th', { scope: 'col' }, one)),
  );
  const body = changes.map(({ where, before, after }) => rowOf([where, before, after]));
  return element('div', { class: 'scroll', tabindex: 0, role: 'group', 'aria-label': 'What changes' }, [
    element('table', {}, [element('thead', {}, head), element('tbody', {}, body)]),
  ]);
};

/** The heading of a step. */
export const titleOf = ({ story }: Retold, number: number): string =>
  number === 0 ? 'initial state' : call(story.steps[number - 1]!);

const sectionOf = (number: number, title: string, inside: readonly string[]): string =>
  element('section', { class: 'step', id: `step-${number}`, 'aria-labelledby': `title-${number}` }, [
    element('h2', { id: `title-${number}`, tabindex: -1 }, [
      element('span', { class: 'number' }, String(number)),
      ' ',
      element('code', {}, escaped(title)),
    ]),
    ...inside,
  ]);

const initialSection = (retold: Retold): string => {
  const { story, start, world } = retold;
  const drawing = drawingOf(retold, cellsOf(world, undefined, start), start);
  return sectionOf(0, titleOf(retold, 0), [
    story.bounds === undefined ? '' : element('p', { class: 'faint' }, escaped(story.bounds)),
    drawingHtml(drawing),
  ]);
};

/** What a step says of the entry that is wrong. */
const wrongAt = ({ story, broken }: Retold, number: number): string =>
  `${story.steps[number - 1]!.bug ?? ''} ${broken && number === story.length ? story.explanation : ''}`;

/** An assertion that the step fails, and whether it breaks the property, and how that shows; what is the same is said once. */
const brokenHtml = ({ property, story, broken }: Retold, number: number): readonly string[] => {
  const { bug } = story.steps[number - 1]!;
  const { explanation } = story;
  const ends = broken && number === story.length;
  const said = explanation === '' ? '' : `: ${explanation}`;
  const name = element('strong', {}, escaped(`${property.name} is violated`));
  return [
    ...(bug === undefined || (ends && bug === explanation) ? [] : [escaped(`BUG: ${bug}`)]),
    ...(ends ? [`${name}${escaped(said)}`] : []),
  ].map((inside) => element('p', { class: 'violated' }, inside));
};

const stepSection = (retold: Retold, number: number): string => {
  const step = retold.story.steps[number - 1]!;
  const { before, after } = retold.taken[number - 1]!;
  return sectionOf(number, titleOf(retold, number), [
    step.mirrors === undefined ? '' : element('p', { class: 'faint' }, escaped(step.mirrors)),
    ...unusual(step).map((one) => element('p', { class: 'answer' }, escaped(one))),
    ...brokenHtml(retold, number),
    drawingHtml(drawingOf(retold, cellsOf(retold.world, before, after, wrongAt(retold, number)), after)),
    element('h3', {}, 'What changes'),
    changesHtml(step.changes),
  ]);
};

/** All steps, the initial state first. */
export const sectionsOf = (retold: Retold): readonly string[] => [
  initialSection(retold),
  ...retold.story.steps.map((_, i) => stepSection(retold, i + 1)),
];
