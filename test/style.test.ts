import { spawnSync } from 'node:child_process';
import { globSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import {
  barrelImports,
  deadFiles,
  drawers,
  heavyImports,
  importsOf,
  layerOf,
  LINES_MAX,
  longFiles,
  type Sources,
  wrongDirections,
} from './style.ts';

const root = fileURLToPath(new URL('..', import.meta.url));
const paths = globSync('{checker,model,spec,test}/**/*.{ts,mjs}', { cwd: root }).toSorted();
const ours: Sources = new Map(paths.map((path) => [path, readFileSync(`${root}/${path}`, 'utf8')]));
const one = (path: string, source: string): Sources => new Map([[path, source]]);

describe('the sources', () => {
  it('are found', () => {
    expect(ours.size).toBeGreaterThan(40);
  });
  it('import downwards only', () => {
    expect(wrongDirections(ours)).toEqual([]);
  });
  it('keep effect and ts-pattern out of search, model and spec', () => {
    expect(heavyImports(ours)).toEqual([]);
  });
  it('import sub-paths, not barrels', () => {
    expect(barrelImports(ours)).toEqual([]);
  });
  it(`have at most ${LINES_MAX} lines a file`, () => {
    expect(longFiles(ours)).toEqual([]);
  });
  it('have no drawers', () => {
    expect(drawers(ours)).toEqual([]);
  });
  it('have no dead files', () => {
    expect(deadFiles(ours)).toEqual([]);
  });
});

const run = (tool: string, ...args: string[]) => {
  const { status, stdout, stderr } = spawnSync(
    `${root}/node_modules/.bin/node`,
    [`${root}/node_modules/.bin/${tool}`, ...args],
    {
      cwd: root,
      encoding: 'utf8',
      env: { ...process.env, NO_COLOR: '1', FORCE_COLOR: '0' },
    },
  );
  return status === 0 ? 'clean' : `${stdout}${stderr}`;
};

describe('the tools', () => {
  const timeout = 120_000;
  it('tsc finds no error', { timeout }, () => {
    expect(run('tsc', '-p', '.')).toBe('clean');
  });
  it('oxlint finds no error', { timeout }, () => {
    expect(run('oxlint')).toBe('clean');
  });
  it('oxfmt would change nothing', { timeout }, () => {
    expect(run('oxfmt', '--check')).toBe('clean');
  });
});

// A rule that cannot fail is no rule.
describe('the rules', () => {
  it.each([
    ['checker/search/a.ts', '../catalogue.ts'],
    ['checker/search/a.ts', '../../model/state.ts'],
    ['model/mm/a.ts', '../../spec/balance.ts'],
    ['model/a.ts', '../checker/catalogue.ts'],
    ['spec/a.ts', '../model/mm/zap.ts'],
    ['spec/a.ts', '../model/arch.ts'],
    ['spec/a.ts', '../checker/outcomes.ts'],
    ['checker/a.ts', '../test/checker/toy_catalogue.ts'],
  ])('refuse that %s imports %s', (path, to) => {
    expect(wrongDirections(one(path, `import { x } from '${to}';`))).toHaveLength(1);
    expect(wrongDirections(one(path, `export type { x } from '${to}';`))).toHaveLength(1);
    expect(wrongDirections(one(path, `const x = await import('${to}');`))).toHaveLength(1);
  });
  it.each([
    ['model/mm/a.ts', '../../checker/search/index.ts'],
    ['model/mm/a.ts', '../state/layout.ts'],
    ['spec/a.ts', '../model/state/layout.ts'],
    ['spec/a.ts', '../model/state.ts'],
    ['checker/a.ts', '../model/mm/zap.ts'],
    ['test/a.test.ts', '../spec/balance.ts'],
  ])('allow that %s imports %s', (path, to) => {
    expect(wrongDirections(one(path, `import { x } from '${to}';`))).toEqual([]);
  });
  it('tell layers apart', () => {
    expect(['checker/search/a.ts', 'checker/a.ts', 'model/state/a.ts', 'model/stately.ts'].map(layerOf)).toEqual([
      'checker/search',
      'checker',
      'model/state',
      'model',
    ]);
  });
  it('find imports of every form, but not in comments', () => {
    const source = [
      "import type { A } from './a.ts';",
      "import {\n  b,\n} from './b.ts';",
      "import './c.ts';",
      "export * from './d.ts';",
      "const e = await import('./e.ts');",
      'new Worker(new URL(`./f.${extension}`, import.meta.url));',
      "// import './g.ts';",
      "/* import './h.ts'; */",
    ].join('\n');
    expect(importsOf(source)).toEqual(['./a.ts', './b.ts', './c.ts', './d.ts', './e.ts', './f.ts']);
  });
  it.each(['effect', 'effect/Effect', '@effect/platform-node/NodeRuntime', 'ts-pattern'])('refuse %s', (name) => {
    const source = `import * as X from '${name}';`;
    expect(heavyImports(one('spec/a.ts', source))).toHaveLength(1);
    expect(heavyImports(one('model/mm/a.ts', source))).toHaveLength(1);
    expect(heavyImports(one('checker/search/a.ts', source))).toHaveLength(1);
    expect(heavyImports(one('checker/a.ts', source))).toEqual([]);
  });
  it('refuse barrels', () => {
    expect(barrelImports(one('checker/a.ts', "import { Effect } from 'effect';"))).toHaveLength(1);
    expect(barrelImports(one('checker/a.ts', "import * as Effect from 'effect/Effect';"))).toEqual([]);
  });
  it('refuse long files', () => {
    expect(longFiles(one('spec/a.ts', 'x\n'.repeat(LINES_MAX + 1)))).toHaveLength(1);
    expect(longFiles(one('spec/a.ts', 'x\n'.repeat(LINES_MAX)))).toEqual([]);
  });
  it.each(['checker/utils.ts', 'model/mm_helpers.ts', 'spec/common/a.ts', 'test/types.ts', 'model/misc.ts'])(
    'refuse the drawer %s',
    (path) => {
      expect(drawers(one(path, ''))).toEqual([path]);
    },
  );
  it('allow the names of the kernel', () => {
    expect(drawers(one('model/state/mm_types.ts', ''))).toEqual([]);
  });
  it('refuse dead files, also those that know each other', () => {
    const sources: Sources = new Map([
      ['checker/bin.mjs', "import('./cli.ts')"],
      ['checker/cli.ts', "import './used.ts';"],
      ['checker/used.ts', ''],
      ['checker/a.ts', "import './b.ts';"],
      ['checker/b.ts', "import './a.ts';"],
    ]);
    expect(deadFiles(sources)).toEqual(['checker/a.ts', 'checker/b.ts']);
  });
});
