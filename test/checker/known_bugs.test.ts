/** The bugs of the catalogue by their names: listed, explained, and searched for, and what is said of a name that is none. */
import { describe, expect, it } from 'vitest';
import { BUGS } from '../../model/bugs/all.ts';
import { explainBug, listBugs } from '../../checker/known_bugs.ts';
import { mmcheck } from './command_line.ts';

const NAME = 'vmf_insert_pfn_pud_ignores_cachemode';

describe('a bug', () => {
  it('is explained: its title, its commit, what had it, where it is shown, and how to find it', async () => {
    const { code, out } = await mmcheck(['explain', NAME]);
    expect(code).toBe(0);
    expect(out).toMatch(/^vmf_insert_pfn_pud_ignores_cachemode \(bug\)\n {2}mm\/huge_memory: don't ignore/);
    expect(out).toContain('mended by   09fefdca80ae (v6.17)');
    expect(out).toContain('in          v6.12 to v6.16\n');
    expect(out).toContain(`file        model/bugs/${NAME}.ts`);
    expect(out).toContain(`npx mmcheck bugs ${NAME} --verbose`);
  });
  it('is explained in 80 columns, whichever it is', () => {
    const lines = Object.keys(BUGS).flatMap((name) => explainBug(name)!.split('\n'));
    expect(lines.filter((line) => line.length > 80)).toEqual([]);
  });
  it('is searched for by its name or a pattern, and stands in one piece above what is found', async () => {
    const { code, out } = await mmcheck(['bugs', 'vmf_insert_pfn_*']);
    expect(code).toBe(0);
    expect(out).toMatch(new RegExp(`\\n${NAME}\\n +I-CACHE +vfio-memtype +2 `));
  });
  it('that there is not has a neighbour, and not all of them beside it', async () => {
    const { code, err } = await mmcheck(['bugs', NAME.slice(0, -2)]);
    expect(code).toBe(2);
    expect(err.split('\n').slice(1, 3)).toEqual([
      `  did you mean: ${NAME}`,
      `  there are ${Object.keys(BUGS).length}; try: npx mmcheck list bugs`,
    ]);
    expect((await mmcheck(['explain', NAME.slice(0, -2)])).err).toContain(`did you mean: ${NAME}`);
  });
});

describe('the list of bugs', () => {
  it('has each with its title, or those that have a word', async () => {
    expect((await mmcheck(['list', 'bugs'])).out.match(/^\w+ {2,}\S/gm)).toHaveLength(Object.keys(BUGS).length + 1);
    expect(listBugs('09fefdca80ae', false)).toMatch(new RegExp(`\\n${NAME} {2}mm/huge_memory`));
    expect(JSON.parse(listBugs('09fefdca80ae', true)!)).toMatchObject([{ name: NAME, bug: { violates: 'I-CACHE' } }]);
    expect((await mmcheck(['list', 'bugs', '--word', 'no such word'])).code).toBe(2);
  });
});
