import { describe, expect, it } from 'vitest';
import type { FindingEntry } from '../../checker/catalogue.ts';
import { KINDS, listText } from '../../checker/report/listing.ts';
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
  it('shows the versions of a series as they were posted', async () => {
    expect((await mm(['list', 'series'])).out).toMatchInlineSnapshot(`
      "series, and its versions as they were posted

      lazy-reserve  Leaves the reserved table of a zapped huge PMD to exit_mmap().
        @v1  Never withdraws.
        @v2  [PATCH v2 0/2] mm: reserve lazily, A. Hacker, 2026-02-03 (modelled: 1 of
             2)

      \`npx mmcheck explain NAME@VERSION\` tells of each patch, and of the seventh
      \`NAME@VERSION.7\`; \`npx mmcheck check --series NAME@VERSION.7\` takes the first
      seven.
      "
    `);
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

const refused = async (...argv: readonly string[]): Promise<string> => {
  const { code, out, err } = await mm(['list', ...argv]);
  expect({ code, out }).toEqual({ code: 2, out: '' });
  return err;
};

describe('list findings', () => {
  const [candidate] = catalogue.findings;
  const kernels = [...catalogue.kernels, { ...catalogue.kernels[0]!, name: 'v6.9-x86' }];
  const findings: readonly FindingEntry[] = [
    { ...candidate!, name: 'old-guess', kernels: ['v6.9-x86'] },
    candidate!,
    { ...candidate!, name: 'old-bug', status: 'known bug', kernels: ['v6.9-x86'] },
    { ...candidate!, name: 'new-bug', status: 'known bug', kernels: ['v6.9-x86', 'v6.18-x86'] },
    { ...candidate!, name: 'seen', status: 'reproduced', seen: { kernels: ['6.18.5'], said: 'it does' } },
  ];
  it('has them by standing, those of the newest kernel first', () => {
    expect(listText({ ...catalogue, kernels, findings }, 'findings')).toMatchInlineSnapshot(`
      "name             says [kernels]

      reproduced: found here, and a kernel did it when it was asked to
      seen             A count runs backwards. [v6.18-x86]

      known bugs: there is an upstream record
      new-bug          A count runs backwards. [all but v6.18-ppc]
      old-bug          A count runs backwards. [v6.9-x86]

      candidates: found here, confirmed by nobody
      count-runs-back  A count runs backwards. [v6.18-x86]
      old-guess        A count runs backwards. [v6.9-x86]"
    `);
  });
  it.each([
    ['--kernel', 'v6.18-x86'],
    ['--status', 'candidate'],
    ['--word', 'BACKWARDS'],
    ['--kernel', 'v6.18-x86', '--status', 'candidate', '--word', 'count'],
  ])('keeps what is asked for: %s %s', async (...flags) => {
    const { code, out } = await mm(['list', 'findings', ...flags]);
    expect(code).toBe(0);
    expect(out).toContain('\ncount-runs-back ');
  });
  it('says that none is like this, or that a flag is wrong', async () => {
    expect(await refused('findings', '--kernel', 'v6.18-ppc', '--word', 'count')).toMatchInlineSnapshot(`
      "mmcheck: no findings fit "v6.18-ppc count"
        try: npx mmcheck list findings
      "
    `);
    expect(await refused('findings', '--status', 'known-bug')).toMatchInlineSnapshot(`
      "mmcheck: no findings fit "known-bug"
        try: npx mmcheck list findings
      "
    `);
    expect(await refused('findings', '--status', 'known')).toMatchInlineSnapshot(`
      "mmcheck: there is no status "known"
        did you mean: known-bug
        there are: reproduced, known-bug, candidate
      "
    `);
    expect(await refused('findings', '--kernel', 'v6.18')).toContain('there is no kernel "v6.18"');
    expect(await refused('worlds', '--status', 'candidate')).toMatchInlineSnapshot(`
      "mmcheck: --status takes findings alone, not "worlds"
      "
    `);
    expect(await refused('worlds', '--word', 'xyzzy')).toContain('no worlds fit "xyzzy"');
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
        for         Nobody withdraws what is never used.
        base        v6.18-x86
        @v1         Never withdraws.
                    a zap leaves the table where it is
                    inferred: zap-reserve=keep
        @v2         Withdraws, and allocates afresh at a split.
                    [PATCH v2 0/2] mm: reserve lazily, A. Hacker, 2026-02-03
                    (modelled: 1 of 2)
                    cites the cover letter of v2
                    mail: zap-reserve=withdraw
                    memory: split-table=fresh
        patches     npx mmcheck explain lazy-reserve@v1
        cites       https://lore.kernel.org/linux-mm/lazy-reserve

        Written for this test only.
      "
    `);
  });
  it('tells of one version what it does, its toggles, and its mistakes', async () => {
    expect((await mm(['explain', 'lazy-reserve@v1'])).out).toMatchInlineSnapshot(`
      "lazy-reserve@v1 (version of a series)
        Never withdraws.
        for         Nobody withdraws what is never used.
        base        v6.18-x86

        [1/1] mm: do not withdraw (A. Hacker)
            a zap leaves the table where it is
            zap-reserve=keep (inferred), replaces zap_huge_pmd

        rests on    settings: 1 inferred
        inferred    zap-reserve=keep (inferred)
        mistakes    violated at size quick, and not by its base (in which world, by
                    how many operations): reserveBalance (reserve, 2)
        to check    npx mmcheck check --series lazy-reserve@v1 \\
                    --world reserve --property reserveBalance
      "
    `);
    expect((await mm(['explain', 'lazy-reserve@v2'])).out).toMatchInlineSnapshot(`
      "lazy-reserve@v2 (version of a series)
        [PATCH v2 0/2] mm: reserve lazily
        version     Withdraws, and allocates afresh at a split.
        from        A. Hacker
        posted      linux-mm, 2026-02-03
        message-id  20260203.7-1-a@hacker.example
        for         Nobody withdraws what is never used.
        base        v6.18-x86
        relies on   zap-reserve=withdraw (source)

        [1/2] mm: a comment (B. Hacker, 0123456789ab)
            nothing: a comment
        [2/2] mm: split afresh
            a split allocates its table
            zap-reserve=withdraw (mail), as before
            split-table=fresh (memory), replaces split_huge_pmd

        rests on    settings: 1 mail, 1 memory
        inferred    split-table=fresh (memory)
        mistakes    none that is known: in the worlds made for it, at size quick, it
                    violates nothing that its base does not
        to check    npx mmcheck check --series lazy-reserve@v2
        each step   npx mmcheck check --series 'lazy-reserve@v2.*'
        cites       the cover letter of v2
      "
    `);
    expect((await mm(['explain', 'lazy-reserve@v3'])).err).toContain('there are: v1, v2, v2.0 .. v2.2');
    expect((await mm(['explain', 'lazy-reserv@v2'])).err).toContain('did you mean: lazy-reserve');
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
