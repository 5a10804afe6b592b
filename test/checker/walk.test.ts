/** `mmcheck walk`: what it prints, by which seeds, and how it ends. */
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { Cells } from '../../checker/cells.ts';
import { drawsOfWalks } from '../../checker/walk/draws.ts';
import { Walker } from '../../checker/walk/walker.ts';
import { walkWorld } from '../../checker/walk/walk_world.ts';
import type { Told } from '../../checker/narrate.ts';
import { type Ran, mm } from './command_line.ts';
import { explore } from '../../checker/search/index.ts';
import { stepsWorld } from './shrink/steps_world.ts';

const directory = mkdtempSync(join(tmpdir(), 'mmcheck-walk-'));
afterAll(() => rmSync(directory, { recursive: true }));

const walk = (...flags: readonly string[]): Promise<Ran> => mm(['walk', ...flags]);
const timeless = (text: string): string => text.replaceAll(/ \d+\.\d\d(?=\s)/g, ' N.NN');

const LEAK = ['--world', 'reserve', '--series', 'lazy-reserve@v1', '--walks', '30', '--length', '10'];

describe('a walk', () => {
  it('that finds something shows it, shrunk, and how to find it again', async () => {
    const { code, out, err } = await walk(...LEAK, '--seed', '3');
    expect({ code, err }).toEqual({ code: 1, err: '' });
    expect(timeless(out)).toMatchInlineSnapshot(`
      "World reserve (quick) on v6.18-x86 + lazy-reserve@v1, x86-64
        with           lazy-reserve@v1: zap-reserve=keep [inferred]
        VIOLATED: 30 walks of up to 10 operations, seed 3:
        39 states, 3,056 transitions, N.NN s

      reserveBalance (always) is violated after 2 operations

         1  do_huge_pmd_anonymous_page(at=0)
             mm/huge_memory.c do_huge_pmd_anonymous_page()
             pmd[0]  none folio=0 -> huge folio=1
             mm      reserved=0   -> reserved=1
         2  zap_huge_pmd(at=0)
             mm/huge_memory.c zap_huge_pmd()
             pmd[0]  huge folio=1 -> none folio=0

        property       Every huge PMD has its tables in reserve, and nothing else has.
        observed       0 owed, 1 held
        source         mm/huge_memory.c has_deposited_pgtable()
        depends on     zap-reserve=keep (INFERRED, not read anywhere)
        reproduce      npx mmcheck walk --kernel v6.18-x86 --series lazy-reserve@v1 \\
                       --world reserve --size quick --property reserveBalance \\
                       --walks 30 --length 10 --seed 3

        not found      zapShrinks, noNullReserve
        never asked    swapKept
        reached        twoReserved
        fired          do_huge_pmd_anonymous_page 825, zap_huge_pmd 1,142,
                       split_huge_pmd 1,089
        never fired    collapse_huge_page

      kernel                    world    verdict   states  seconds  violated
      v6.18-x86 +               reserve  violated      39     N.NN  reserveBalance (2)
      lazy-reserve@v1

      Settings that nobody has read anywhere, and no verdict is surer than they are:
        v6.18-x86 + lazy-reserve@v1: zap-reserve=keep
      "
    `);
  });
  it('that finds nothing never says that anything holds', async () => {
    const { code, out } = await walk('--world', 'counters', '--walks', '9', '--length', '12');
    expect(code).toBe(3);
    expect(out).not.toContain('holds');
    expect(timeless(out)).toMatchInlineSnapshot(`
      "World counters (quick) on v6.18-x86, x86-64
        not found: 9 walks of up to 12 operations, seed 1:
        98 states, 134 transitions, N.NN s
        not found      ordered
        not reached    everyCount
        fired          tick 134

      kernel     world     verdict    states  seconds  violated
      v6.18-x86  counters  not found      98     N.NN
      "
    `);
  });
  it('finds what nothing can follow', async () => {
    const { code, out } = await walk('--world', 'alley', '--walks', '20', '--length', '10');
    expect(code).toBe(1);
    expect(out).toContain('goesOn (never stuck) is violated');
  });
  it('says as JSON what it found, and with what seed, and writes traces that replay', async () => {
    const { code, out } = await walk(...LEAK, '--json', '--seed', '3', '--trace-dir', directory);
    const { runs } = JSON.parse(out) as { readonly runs: readonly Record<string, unknown>[] };
    expect(runs).toMatchObject([{ verdict: 'violated', walks: 30, length: 10, seed: 3 }]);
    const judged = runs[0]!['properties'] as readonly Record<string, unknown>[];
    expect(judged.map(({ name, verdict }) => `${String(name)}: ${String(verdict)}`)).toEqual([
      'reserveBalance: violated',
      'zapShrinks: not found',
      'twoReserved: reached',
      'noNullReserve: not found',
      'swapKept: not found',
    ]);
    expect(judged[0]).toMatchObject({ counterexample: { length: 2 } });
    expect(judged[0]!['walked']).toBeGreaterThanOrEqual(2);
    const file = readdirSync(directory).find((name) => name.includes('reserveBalance'))!;
    expect([code, (await mm(['replay', join(directory, file)])).code]).toEqual([1, 1]);
  });
  it('ends with 2 where it is asked for what cannot be', async () => {
    expect(await walk('--walks', '0')).toMatchObject({ code: 2, out: '' });
    expect((await walk('--length', 'far')).err).toBe(
      'mmcheck: --length takes a whole number of at least 1, not "far"\n',
    );
    expect(await walk('--world', 'nowhere')).toMatchObject({ code: 2, out: '' });
    expect(await walk('--world', 'counters', '--property', 'noJump')).toMatchObject({ code: 2, out: '' });
  });
  it('tells of a fault of the model, and not of the kernel', async () => {
    const { code, out } = await walk('--world', 'reserve', '--set', 'khugepaged=faulty');
    expect(code).toBe(2);
    expect(out).toContain('says nothing about the kernel');
  });
  it('ends with 130 when it is interrupted, with what it found until then', async () => {
    const cells = new Cells();
    setTimeout(() => cells.askToStop(), 1000);
    const argv = ['walk', '--world', 'counters', '--size', 'deep', '--walks', '1000000'];
    const { code, out, err } = await mm(argv, cells);
    expect(code).toBe(130);
    expect(out).toMatch(/not all walked interrupted; [\d,]+ walks were not made/);
    expect(err).toContain('what is printed is what was found until then');
  });
});

/** All walks on the world of steps. */
const walked = (walks: number, length: number, world = stepsWorld): Walker => {
  const walker = new Walker(world);
  for (const draws of drawsOfWalks(1, walks)) walker.walk(draws, length);
  return walker;
};

/** The first draws of the first walks. */
const firstOf = (seed: number, walks: number): readonly (readonly number[])[] =>
  [...drawsOfWalks(seed, walks)].slice(0, 3).map((draw) => [draw(), draw()]);

describe('the draws', () => {
  it('are the same for a seed, and for a walk whatever the number of walks', () => {
    expect(firstOf(7, 3)).toEqual(firstOf(7, 3));
    expect(firstOf(7, 2000)).toEqual(firstOf(7, 3));
    expect(firstOf(8, 3)).not.toEqual(firstOf(7, 3));
  });
  it('take an operation as often as another, however many arguments it has', () => {
    const { moves, enabled, fired } = walked(300, 1, {
      ...stepsWorld,
      initial: [(draft) => (draft as { page: { put: (row: number, value: number) => void } }).page.put(0, 1)],
    });
    const fires = (name: string): number =>
      moves.reduce((sum, move, i) => (move.name === name ? sum + fired[i]! : sum), 0);
    expect(enabled.some((count) => count > 0)).toBe(true);
    for (const name of ['handle_mm_fault', 'munmap', 'shrink_folio_list', 'smaps']) {
      expect(fires(name)).toBeGreaterThan(45);
      expect(fires(name)).toBeLessThan(105);
    }
  });
});

const toldOf = (seed: number, ...properties: readonly string[]): Told =>
  walkWorld(stepsWorld, properties, { walks: 9, length: 12, seed }) as Told;
const seeded = (seed: number) => ({ ...toldOf(seed), seconds: 0 });
const seen = (...properties: readonly string[]) => {
  const { states, transitions, operations } = toldOf(5, ...properties);
  return { states, transitions, operations };
};

describe('walks', () => {
  it('go the same ways with the same seed, and others with another', () => {
    expect(seeded(5)).toEqual(seeded(5));
    expect(seeded(6)).not.toEqual(seeded(5));
  });
  it('go them whatever properties are asked', () => {
    expect(seen('fresh')).toEqual(seen());
  });
  it('see most states of a small world, and no other, and shrink what they find to the shortest', () => {
    const told = walkWorld(stepsWorld, [], { walks: 200, length: 12, seed: 1 }) as Told;
    const { states } = explore(stepsWorld);
    expect(told.states).toBeGreaterThan(0.7 * states);
    expect(told.states).toBeLessThanOrEqual(states);
    expect(told.verdict).toBe('violated');
    expect(told.properties.map(({ name, counterexample }) => [name, counterexample?.length])).toEqual([
      ['fresh', 2],
      ['even', 2],
      ['kept', 3],
      ['worn', 5],
    ]);
  });
  it('are no longer than they are asked to be', () => {
    expect(walked(50, 4).longest).toBe(4);
  });
});
