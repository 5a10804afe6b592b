/** The rules of style that a test can hold; each takes sources by path and gives what it finds against them. */
import { posix } from 'node:path';

export type Sources = ReadonlyMap<string, string>;

/** What a layer may import besides itself; the longest path that begins a file's path is its layer. */
const MAY_IMPORT: Readonly<Record<string, readonly string[]>> = {
  'checker/search': [],
  'model/formats': [],
  'model/state': ['model', 'model/formats', 'checker/search'],
  model: ['model/formats', 'model/state', 'checker/search'],
  spec: ['model/formats', 'model/state', 'checker/search'],
  checker: ['checker/search', 'model', 'model/formats', 'model/state', 'spec'],
  test: ['checker', 'checker/search', 'model', 'model/formats', 'model/state', 'spec'],
};

const isIn = (path: string, layer: string): boolean => path.startsWith(`${layer}/`) || path === `${layer}.ts`;

export const layerOf = (path: string): string =>
  Object.keys(MAY_IMPORT)
    .filter((layer) => isIn(path, layer))
    .toSorted((a, b) => b.length - a.length)[0] ?? '';

const IMPORT = /(?:\bfrom|\bimport|\bimport\(|\bnew URL\(|import\.meta\.resolve\()\s*(['"`])([^'"`\n]+)\1/g;

/** Everything that a source names as a module, comments left out. */
export const importsOf = (source: string): readonly string[] =>
  [...source.replaceAll(/\/\*[^]*?\*\/|^\s*\/\/.*$/gm, '').matchAll(IMPORT)].map(([, , name]) =>
    name!.replace(/\$\{\w+\}$/, 'ts'),
  );

/** Imported files as paths from the root. */
const filesOf = (path: string, source: string): readonly string[] =>
  importsOf(source)
    .filter((name) => name.startsWith('.'))
    .map((name) => posix.join(posix.dirname(path), name));

export const wrongDirections = (sources: Sources): readonly string[] =>
  [...sources].flatMap(([path, source]) => {
    const own = layerOf(path);
    return filesOf(path, source)
      .filter((to) => {
        const layer = layerOf(to);
        return layer !== '' && layer !== own && !MAY_IMPORT[own]?.includes(layer);
      })
      .map((to) => `${path} imports ${to}`);
  });

/** The hot loop knows neither effect nor ts-pattern. */
export const heavyImports = (sources: Sources): readonly string[] =>
  [...sources].flatMap(([path, source]) =>
    ['checker/search', 'model', 'spec'].some((layer) => isIn(path, layer))
      ? importsOf(source)
          .filter((name) => /^(effect|@effect|ts-pattern)(\/|$)/.test(name))
          .map((name) => `${path} imports ${name}`)
      : [],
  );

/** Barrels load hundreds of modules; tests have time for that. */
export const barrelImports = (sources: Sources): readonly string[] =>
  [...sources].flatMap(([path, source]) =>
    (isIn(path, 'test') ? [] : importsOf(source))
      .filter((name) => /^(effect|effect\/cli|@effect\/platform-node)$/.test(name))
      .map((name) => `${path} imports ${name}`),
  );

export const LINES_MAX = 400;

export const longFiles = (sources: Sources): readonly string[] =>
  [...sources]
    .map(([path, source]) => ({ path, lines: source.trimEnd().split('\n').length }))
    .filter(({ lines }) => lines > LINES_MAX)
    .map(({ path, lines }) => `${path} has ${lines} lines`);

/**
 * `types` only when it stands alone: mm_types is the kernel's own name for what is in it. So is mapping_dirty_helpers,
 * of a file that does one thing.
 */
const DRAWER = /(^|[/_.-])(utils?|(?<!mapping_dirty_)helpers?|common|misc)([_.-]|\/|$)|(^|\/)types([.-]|\/|$)/i;

export const drawers = (sources: Sources): readonly string[] => [...sources.keys()].filter((path) => DRAWER.test(path));

const ENTRY =
  /^checker\/bin\.mjs$|^checker\/search\/index\.ts$|^model\/proposals\/|^test\/(vitest\.config|setup|closing_line)\.ts$|^test\/.*(\.test|_bin)\.ts$|^test\/bench\//;

/** Files that no entry point leads to. */
export const deadFiles = (sources: Sources): readonly string[] => {
  const alive = new Set([...sources.keys()].filter((path) => ENTRY.test(path)));
  for (const path of alive) for (const to of filesOf(path, sources.get(path)!)) if (sources.has(to)) alive.add(to);
  return [...sources.keys()].filter((path) => !alive.has(path));
};
