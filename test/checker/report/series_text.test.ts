/** A series as `explain` and `list` show it. */
import { describe, expect, it } from 'vitest';
import { catalogue as real } from '../../../checker/mm_catalogue.ts';
import { explainText } from '../../../checker/report/explain_text.ts';
import { listJson, listText } from '../../../checker/report/listing.ts';
import { explainVersion } from '../../../checker/report/series_text.ts';
import { catalogue } from '../toy_catalogue.ts';

describe('a version reads like a cover letter', () => {
  it('with its patches, the functions that they replace, and what it rests on', () => {
    expect(explainVersion(catalogue, 'lazy-reserve@v2')).toMatchInlineSnapshot(`
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
        cites       the cover letter of v2"
    `);
  });
  it('also where nothing was posted that covers it', () => {
    expect(explainVersion(catalogue, 'lazy-reserve@v1')).toContain(
      '  [1/1] mm: do not withdraw (A. Hacker)\n      a zap leaves the table where it is\n',
    );
  });
  it('and a series of one version is that version', () => {
    const [series] = catalogue.series;
    const one = { ...catalogue, series: [{ ...series!, versions: series!.versions.slice(1) }] };
    const letter = explainVersion(one, 'lazy-reserve@v2')!;
    expect(explainText(one, 'lazy-reserve')[0]).toContain(
      letter.slice(letter.indexOf('  from'), letter.indexOf('  cites')),
    );
  });
});

describe('a patch', () => {
  it('is told with its source, and what it stands on', () => {
    expect(explainVersion(catalogue, 'lazy-reserve@v2.2')).toMatchInlineSnapshot(`
      "lazy-reserve@v2.2 (patch of a series)
        [PATCH v2 2/2] mm: split afresh
        from        A. Hacker
        posted      linux-mm, 2026-02-03
        message-id  20260203.7-3-a@hacker.example
        series      Leaves the reserved table of a zapped huge PMD to exit_mmap().
        base        v6.18-x86
        patches     2 of 2
        changes     a split allocates its table
        sets        zap-reserve=withdraw (mail): What a zap does with the reserved
                    table.: Frees it.; as before
                    split-table=fresh (memory): Where a split finds its page table.:
                    From the allocator, which may fail. (before: reserve); replaces
                    split_huge_pmd
        stands on   zap-reserve=withdraw (source)
        to check    npx mmcheck check --series lazy-reserve@v2.2"
    `);
  });
  it('has the commit that it became, and who wrote it', () => {
    const text = explainVersion(catalogue, 'lazy-reserve@v2.1');
    expect(text).toContain('  from        B. Hacker\n  commit      0123456789ab\n');
    expect(text).not.toContain('  sets');
  });
  it('number 0 is what the version relies on, and there is none behind the last', () => {
    expect(explainVersion(catalogue, 'lazy-reserve@v2.0')).toContain(
      'sets        zap-reserve=withdraw (source): What a zap',
    );
    expect(explainVersion(catalogue, 'lazy-reserve@v2.3')).toBeUndefined();
  });
  it('is said to replace what it takes away as well: on v6.11 the model differs where v6.12 is as it is', () => {
    const text = explainVersion(real, 'huge-pfnmaps@v2.7')!.replaceAll(/\s+/g, ' ');
    expect(text).toContain('(before: all); replaces copy_protects_pud');
  });
});

/** It is copied in one piece. */
const isMessageId = (line: string): boolean => /^ {2}\S+@\S+$/.test(line);

describe('the series of the catalogue', () => {
  const labels = real.series.flatMap(({ name, versions }) =>
    versions.flatMap(({ version, patches }) => [
      `${name}@${version}`,
      ...patches.map((_, i) => `${name}@${version}.${i + 1}`),
    ]),
  );
  it('are told within 80 columns, every patch of them', () => {
    expect(labels.length).toBeGreaterThan(300);
    const texts = labels.map((label) => explainVersion(real, label) ?? `no ${label}`);
    const lines = [listText(real, 'series'), ...texts].flatMap((text) => text.split('\n'));
    expect(lines.filter((line) => (line.length > 80 && !isMessageId(line)) || line.startsWith('no '))).toEqual([]);
  });
  it('name a function for each setting that changes anything in the model', () => {
    const text = explainVersion(real, 'huge-remap-pfn-range@v2')!;
    expect(text).toContain('  [2/2] mm: add PMD-level huge page support for remap_pfn_range()');
    expect(text).toContain('remap-leaf=yes (mail), replaces remap_pmd_allowed');
    expect(explainVersion(real, 'huge-remap-pfn-range@v3')).toContain('move-deposit=anon (inferred), as before');
  });
  it('are all there as JSON', () => {
    const [, , , dax] = JSON.parse(listJson(real, 'series')) as typeof real.series;
    expect(dax!.versions.at(-1)!.patches[17]).toMatchObject({
      title: 'dcssblk: Mark DAX broken, remove FS_DAX_LIMITED support',
      author: 'Dan Williams',
      source: { commit: '653d7825c149', list: 'nvdimm', date: '2025-02-28' },
    });
  });
});
