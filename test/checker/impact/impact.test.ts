/** `mmcheck impact` on diffs that are made for this test; only their names are the kernel's. */
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import * as Effect from 'effect/Effect';
import { describe, expect, it } from 'vitest';
import { Cells } from '../../../checker/cells.ts';
import { main } from '../../../checker/cli.ts';
import { catalogue } from '../../../checker/mm_catalogue.ts';
import { capture } from '../command_line.ts';

const folder = mkdtempSync(join(tmpdir(), 'impact-'));

const run = async (argv: readonly string[]) => {
  const [out, err] = [capture(), capture()];
  const cells = new Cells();
  const code = await Effect.runPromise(main(argv, { catalogue, module: '', version: '0', out, err, cells }));
  return { code, out: out.text(), err: err.text() };
};

const impact = (text: string | Uint8Array, ...flags: readonly string[]) => {
  const path = join(folder, 'x.patch');
  writeFileSync(path, text);
  return run(['impact', path, ...flags]);
};

/** A change of one line in a function of a file. */
const diffOf = (path: string, head: string): string =>
  [`--- a/${path}`, `+++ b/${path}`, `@@ -1,5 +1,5 @@`, ` ${head}`, ' {', '-\told();', '+\tnew();', ' }', ' ', ''].join(
    '\n',
  );
const MOVE = diffOf('mm/huge_memory.c', 'bool move_huge_pmd(struct vm_area_struct *vma)');

const mail = (subject: string, diff: string): string =>
  [
    'From 0123abcd Mon Sep 17 00:00:00 2001',
    'From: A Name <a@b.c>',
    `Subject: ${subject}`,
    '',
    'Why.',
    '---',
    diff,
    '',
  ].join('\n');

const functionsOf = (json: string) =>
  (
    JSON.parse(json) as {
      functions: { name: string; modelled: boolean; worlds?: { name: string; states: number }[] }[];
    }
  ).functions;

describe('mmcheck impact', () => {
  it('names what is modelled, what calls it, and what to run', async () => {
    const { code, out } = await impact(mail('[PATCH v3 1/2] mm/huge_memory: mend a move', MOVE));
    expect(code).toBe(0);
    expect(out).toMatch(/^\[1\/2\] mm\/huge_memory: mend a move\n {2}by A Name, version 3\n/);
    expect(out).toContain('modelled    model/mm/huge_memory.ts');
    expect(out).toMatch(/replaceable itself; and what decides in it: [^]*pmd_move_must_withdraw/);
    expect(out).toContain('operations  mremap');
    expect(out).toMatch(/called {6}in \d+ worlds, the smallest: (\S+) \([\d,]+ states\)/);
    expect(out).toContain('npx mmcheck new-patch mend-move --function move_huge_pmd');
    expect(out).toMatch(/npx mmcheck validate \.\/mend-move\.ts --world \S+/);
    expect(out.split('\n').filter((line) => line.length > 80)).toEqual([]);
  });

  it('names worlds in the order of their states, which are said to call it', async () => {
    const { out } = await impact(MOVE, '--json');
    const [one] = functionsOf(out);
    const states = one!.worlds!.map((world) => world.states);
    expect(one).toMatchObject({
      name: 'move_huge_pmd',
      modelled: true,
      section: 'mm',
      files: ['mm/huge_memory.c'],
      modelFiles: ['mm/huge_memory.ts'],
    });
    expect(states.length).toBeGreaterThan(3);
    expect(states).toEqual(states.toSorted((a, b) => a - b));
  });

  it('says what lies outside, and ends with 3 where that is all', async () => {
    const other = diffOf('net/core/dev.c', 'int dev_open(struct net_device *dev)');
    const both = await impact(`${MOVE}${other}${diffOf('Documentation/mm/x.rst', 'Words (and more)')}`);
    expect(both.code).toBe(0);
    expect(both.out).toContain('  net/core/dev.c: dev_open()');
    expect(both.out).toContain('files of which nothing is modelled: Documentation/mm/x.rst');
    const none = await impact(other);
    expect(none).toMatchObject({ code: 3, err: '' });
    expect(none.out).toContain('Nothing of it is modelled.');
    expect(none.out).not.toContain('new-patch');
  });

  it('does not take a function of another driver for one of the same name', async () => {
    const { code } = await impact(diffOf('drivers/gpu/drm/x/y.c', 'void zap_huge_pmd(int x)'));
    expect(code).toBe(3);
  });

  it('asks laws of functions of entries, of their architecture', async () => {
    const { out } = await impact(
      diffOf('arch/arm64/include/asm/pgtable.h', 'static inline pmd_t pmd_mkinvalid(pmd_t pmd)'),
    );
    expect(out).toContain("npx mmcheck laws --arch 'arm64*' --patch");
    expect(out).not.toContain('laws --arch x86_64');
  });

  it('knows series that are modelled, and how far', async () => {
    const series = catalogue.series.find(({ name }) => name === 'huge-pfnmaps')!;
    const titles = series.versions[0]!.patches.map(({ title }) => title);
    const third = await impact(mail(`[PATCH v2 03/19] ${titles[2]!}`, MOVE));
    expect(third.out).toContain('npx mmcheck validate huge-pfnmaps@v2.3\n');
    const all = await impact(titles.map((title, i) => mail(`[PATCH v2 ${i + 1}/19] ${title}`, MOVE)).join('\n'));
    expect(all.out).toContain('npx mmcheck validate huge-pfnmaps@v2\n');
    const cover = mail('[PATCH RFC v4 0/7] mm: add huge pfnmap support for remap_pfn_range()', '');
    const one = await impact(`${cover}${mail('[PATCH RFC v4 7/7] mm: unknown', MOVE)}`);
    expect(one.out).toContain('npx mmcheck validate huge-remap-pfn-range@v4\n');
  });

  it('names the entries of a folder of arch/, and worlds that carry them, and no function of mm', async () => {
    const path = 'arch/powerpc/include/asm/pgtable.h';
    const { code, out } = await impact(
      mail('[PATCH] powerpc: mend it', diffOf(path, 'pgprot_t pmd_pgprot(pmd_t pmd)')),
    );
    expect(code).toBe(0);
    const said = out.replaceAll(/\s+\\?\s*/g, ' ');
    expect(said).toContain("npx mmcheck new-patch mend-it --entries 'ppc64*' --function pmd_pgprot");
    expect(said).toContain("npx mmcheck laws --arch 'ppc64*' --patch ./mend-it.ts");
    const [, arch, world] = /npx mmcheck validate \.\/mend-it\.ts --arch (\S+) --world (\S+)/.exec(said)!;
    expect(catalogue.worlds.find(({ name }) => name === world)!.exactOn).toContain(arch);
    expect(said).not.toContain('new-patch mend-it --function');
  });

  it('reads what is compressed, as lore gives it', async () => {
    const series = `${mail('[PATCH 1/2] mm: mend a move', MOVE)}\n${mail('[PATCH 2/2] mm: y', MOVE)}`;
    expect(await impact(gzipSync(series))).toEqual(await impact(series));
  });

  it('names files that are there as a whole', async () => {
    const renamed = ['diff --git a/mm/rmap.c b/mm/pagemap.c', 'similarity index 100%', 'rename from mm/rmap.c'];
    const patch = [...renamed, 'rename to mm/pagemap.c', ''].join('\n');
    const { code, out } = await impact(`${mail('[PATCH 1/2] mm: rename', patch)}\n${mail('[PATCH 2/2] mm: y', MOVE)}`);
    expect(code).toBe(0);
    expect(out).toContain('[1/2] mm: rename\n');
    expect(out).toContain('outside of functions: mm/pagemap.c (renamed, or copied, from mm/rmap.c)');
    const alone = await impact(mail('[PATCH] mm: rename', patch));
    expect([alone.code, alone.err]).toEqual([3, '']);
  });

  it.each([
    ['', 'is empty'],
    ['\u001F\u008B\u0008', 'is compressed, and cannot be unpacked: unexpected end of file'],
    ['<!DOCTYPE html><html>', 'is a web page'],
    ['From: A <a@b.c>\nSubject: Re: [PATCH] mm: x\n\n> +\tnew();\nNo.\n', 'a mail, "Re: [PATCH] mm: x"'],
    ['nothing of the kind', 'it is text'],
  ])('takes no file like %j', async (text, why) => {
    const { code, out, err } = await impact(Buffer.from(text, 'latin1'));
    expect({ code, out }).toEqual({ code: 2, out: '' });
    expect(err.replaceAll(/\s+/g, ' ')).toContain(why);
  });

  it('says so where there is no file', async () => {
    const { code, err } = await run(['impact', join(folder, 'none.patch')]);
    expect({ code, err: err.replaceAll(/\s+/g, ' ') }).toMatchObject({
      code: 2,
      err: expect.stringContaining('no such file'),
    });
  });
});

describe('functions by name', () => {
  it('are listed, with the toggles that replace them', async () => {
    const { code, out } = await run(['list', 'functions', '--json']);
    const all = JSON.parse(out) as { name: string; model: string; toggles: string[] }[];
    expect(code).toBe(0);
    expect(all.find(({ name }) => name === 'copy_as_special')).toMatchObject({
      model: 'mm',
      toggles: ['fork-special-pmd'],
    });
    expect(all.find(({ name }) => name === 'hugetlb_fault')).toMatchObject({ model: 'hugetlb' });
  });

  it('are explained', async () => {
    const { code, out } = await run(['explain', 'move_huge_pmd']);
    expect(code).toBe(0);
    expect(out).toContain('move_huge_pmd (function)');
    expect(out).toContain('npx mmcheck new-patch NAME --function move_huge_pmd');
    expect(out).toContain('move_huge_pmd() is named by');
  });

  it('are looked up in the list where one was mistyped', async () => {
    const { code, err } = await run(['new-patch', join(folder, 'p'), '--function', 'move_huge_pmdd']);
    expect(code).toBe(2);
    expect(err).toContain('did you mean: move_huge_pmd\n');
    expect(err).toContain('npx mmcheck list functions');
  });
});
