import { describe, expect, it } from 'vitest';
import { KINDS } from '../../checker/report/listing.ts';
import { mm } from './command_line.ts';
import { catalogue } from './toy_catalogue.ts';

const widestLine = (text: string): number => Math.max(...text.split('\n').map((line) => line.length));

describe('list', () => {
  it.each(KINDS)('%s names every one, within 80 columns', async (kind) => {
    const { code, out, err } = await mm(['list', kind]);
    expect({ code, err }).toEqual({ code: 0, err: '' });
    for (const { name } of catalogue[kind]) expect(out).toContain(`\n${name} `);
    expect(widestLine(out)).toBeLessThanOrEqual(80);
  });
  it.each(KINDS)('%s --json gives the entries', async (kind) => {
    const { code, out } = await mm(['list', kind, '--json']);
    expect(code).toBe(0);
    const entries = JSON.parse(out) as readonly { name: string; says: string }[];
    expect(entries.map(({ name }) => name)).toEqual(catalogue[kind].map(({ name }) => name));
  });
  it('says of each world how large it is', async () => {
    const out = (await mm(['list', 'worlds'])).out.replaceAll(/\s+/g, ' ');
    for (const { brief } of catalogue.worlds) expect(out).toContain(`[${brief}]`);
  });
  it('shows the values of a toggle, the base first', async () => {
    expect((await mm(['list', 'toggles'])).out).toMatchInlineSnapshot(`
      "name         says [values, the base first]
      zap-reserve  What a zap does with the reserved table. [withdraw | keep]
      split-table  Where a split finds its page table. [reserve | fresh]
      khugepaged   Whether khugepaged runs. [off | faulty]
      "
    `);
  });
});

describe('find', () => {
  it('lists what has the word, of every kind, whatever its case', async () => {
    const { code, out } = await mm(['find', 'RESERVE']);
    expect(code).toBe(0);
    expect(out.match(/^[A-Z]+$/gm)).toContain('WORLDS');
    expect(out).toContain('reserve');
    const worlds = (await mm(['list', 'worlds'])).out;
    expect(worlds).toContain('mirror');
    expect(out).not.toContain('mirror');
  });
  it('says so when there is nothing', async () => {
    const { code, out, err } = await mm(['find', 'xyzzy']);
    expect({ code, out }).toEqual({ code: 2, out: '' });
    expect(err).toContain('nothing here has the word "xyzzy"');
  });
  it('needs a word', async () => {
    expect((await mm(['find', ' '])).code).toBe(2);
    expect((await mm(['explain', ''])).code).toBe(2);
  });
});

describe('explain', () => {
  it('tells of a series with its versions, settings and their evidence', async () => {
    const { code, out } = await mm(['explain', 'lazy-reserve']);
    expect(code).toBe(0);
    expect(out).toMatchInlineSnapshot(`
      "lazy-reserve (series)
        Leaves the reserved table of a zapped huge PMD to exit_mmap().
        base        v6.18-x86
        @v1         Never withdraws.
                    inferred: zap-reserve=keep
        @v2         Withdraws, and allocates afresh at a split.
                    mail: zap-reserve=withdraw
                    memory: split-table=fresh
                    cites the cover letter of v2
        cites       https://lore.kernel.org/linux-mm/lazy-reserve

        Written for this test only.
      "
    `);
    expect((await mm(['explain', 'lazy-reserve@v2'])).out).toBe(out);
  });
  it('tells what an operation mirrors, stubs and leaves out', async () => {
    expect((await mm(['explain', 'zap_huge_pmd'])).out).toMatchInlineSnapshot(`
      "zap_huge_pmd (operation)
        Unmaps a huge PMD.
        file        mm/huge_memory.c
        mirrors     mm/huge_memory.c zap_huge_pmd()
        stubs       the TLB flush
        leaves out  file-backed PMDs
        worlds      reserve
        cites       v6.18 mm/huge_memory.c
      "
    `);
  });
  it('tells of every kind that has the name', async () => {
    expect((await mm(['explain', 'khugepaged'])).out).toMatchInlineSnapshot(`
      "khugepaged (toggle)
        Whether khugepaged runs.
        =off    It sleeps. (v6.18-x86)
        =faulty It runs, and the model of it throws.
        replaces    collapse_huge_page

      khugepaged (property)
        khugepaged finds a huge PMD as it left it.
        kind        assertion
        worlds      none on v6.18-x86
      "
    `);
  });
  it.each(KINDS)('knows all %s', async (kind) => {
    for (const { name, says } of catalogue[kind]) {
      // eslint-disable-next-line no-await-in-loop -- one after another is soon enough
      const { code, out } = await mm(['explain', name]);
      expect(code).toBe(0);
      expect(out.replaceAll(/\s+/g, ' ')).toContain(says);
    }
  });
});
