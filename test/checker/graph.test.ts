import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { stateGraph } from '../../checker/graph/state_graph.ts';
import { catalogue } from '../../checker/mm_catalogue.ts';
import { explore } from '../../checker/search/index.ts';
import { mm } from './command_line.ts';
import { onModels } from './mm_command_line.ts';

const directory = mkdtempSync(join(tmpdir(), 'mmcheck-graph-'));
afterAll(() => rmSync(directory, { recursive: true }));

const worldNamed = (name: string, kernel = 'v7.1') =>
  catalogue.worlds
    .find((one) => one.name === name)!
    .build({ kernel, arch: 'x86_64', series: [], settings: [] }, 'quick');

describe('a state graph', () => {
  it.each(['pfnmap-install', 'mlock-mixedmap', 'hugetlb-private-fork', 'memtype'])(
    'of %s has the states that a search finds, and violates what it violates',
    (name) => {
      const world = worldNamed(name);
      const { states, properties } = explore(world);
      const { nodes, edges } = stateGraph(world, { statesMax: 100 })!;
      expect(nodes.filter(({ bug }) => !bug)).toHaveLength(states);
      const violated = properties.filter(({ verdict }) => verdict === 'violated').map((one) => one.name);
      const shown = [...nodes, ...edges].flatMap(({ violates }) => violates);
      expect([...new Set(shown)].toSorted()).toEqual(violated.toSorted());
    },
  );
  it('joins what leads from one state to the same other one', () => {
    const { nodes, edges } = stateGraph(worldNamed('pfnmap-install'), { statesMax: 100 })!;
    const pairs = edges.map(({ from, to }) => `${from} ${to}`);
    expect(new Set(pairs).size).toBe(pairs.length);
    expect(edges.find(({ from, to }) => from === 0 && to === 1)!.labels).toHaveLength(6);
    expect(nodes.filter(({ initial }) => initial).map(({ number }) => number)).toEqual([0]);
  });
  it('ends where it has too many states, or is too far away', () => {
    const world = worldNamed('pfnmap-install');
    expect(stateGraph(world, { statesMax: 11 })).toBeUndefined();
    expect(stateGraph(world, { statesMax: 12 })!.nodes).toHaveLength(12);
    const near = stateGraph(world, { statesMax: 12, depthMax: 1 })!;
    expect(near.nodes.map(({ open }) => open)).toEqual([false, true, true, true, true, true]);
  });
});

describe('mmcheck graph', () => {
  it('draws what it finds, the same each time', async () => {
    const [one, other] = [join(directory, 'a.svg'), join(directory, 'b.svg')];
    const asked = ['graph', '--world', 'hugetlb-private-fork', '--out'];
    expect(await onModels(...asked, one)).toEqual({ code: 0, out: '', err: '' });
    await onModels(...asked, other);
    const svg = readFileSync(one, 'utf8');
    expect(readFileSync(other, 'utf8')).toBe(svg);
    expect(svg.match(/class="node"/g)).toHaveLength(24);
    expect(svg).toContain('>violates H&#45;RESV</text>');
    expect(svg).toContain('>World hugetlb&#45;private&#45;fork (quick) on v7.1</text>');
  });
  it('writes the text that Graphviz takes', async () => {
    const { code, out } = await mm([
      'graph',
      '--world',
      'reserve',
      '--series',
      'lazy-reserve@v1',
      '--depth-max',
      '2',
      '--to',
      'dot',
    ]);
    expect(code).toBe(0);
    expect(out).toContain('World reserve (quick) on v6.18-x86 + lazy-reserve@v1');
    expect(out).toMatch(/ {2}s0 \[label="0 initial\\l/);
    expect(out).toMatch(/ -> s\d+ \[label="zap_huge_pmd\(at=0\)\\l/);
    expect(out).toMatch(/violates reserveBalance\\l/);
  });
  it('refuses what nobody could read, and says what to try', async () => {
    expect(await onModels('graph', '--world', 'vfio-dontfork', '--max', '20')).toEqual({
      code: 2,
      out: '',
      err: [
        'mmcheck: world vfio-dontfork (quick) has more than 20 states: nobody could read',
        'their graph',
        '  try: --depth-max N, which shows what is at most N operations away; --max N, up',
        '  to 300',
        '  or a smaller world: npx mmcheck check --states-max 20 --table says which ones',
        '  have fewer',
        '',
      ].join('\n'),
    });
    const near = await onModels('graph', '--world', 'vfio-dontfork', '--depth-max', '1', '--to', 'dot');
    expect(near.code).toBe(0);
    expect(near.out).toContain('(not expanded)');
  });
  it.each([
    [['--max', '301'], '--max takes at most 300'],
    [['--max', 'x'], '--max takes a whole number'],
    [['--to', 'png'], 'there is no form "png"'],
    [['--size', 'tiny'], 'there is no size "tiny"'],
    [['--kernel', 'v7.1', '--kernel', 'v6.18'], 'takes one kernel'],
  ])('refuses %j', async (flags, says) => {
    const { code, err } = await onModels('graph', '--world', 'pfnmap-install', ...flags);
    expect(code).toBe(2);
    expect(err).toContain(says);
  });
});
