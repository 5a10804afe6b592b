import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { mm } from '../command_line.ts';
import { onModels } from '../mm_command_line.ts';
import { pathOf } from './scenarios.ts';

const directory = mkdtempSync(join(tmpdir(), 'mmcheck-forms-'));
afterAll(() => rmSync(directory, { recursive: true }));
const at = (name: string): string => join(directory, name);

const HALF = pathOf('vfio-fork-of-half-a-leaf');

describe('a trace', () => {
  it('goes from a litmus file to JSON, and is replayed; and back to the same litmus file', async () => {
    const json = at('half.json');
    expect(await onModels('trace', HALF, '--to', 'json', '--out', json)).toEqual({ code: 0, out: '', err: '' });
    const { code, out } = await onModels('replay', json);
    expect(code).toBe(1);
    expect(out).toContain('goes as it was recorded\n  I-TRANS is broken after step 4');
    expect((await onModels('trace', json, '--to', 'litmus')).out).toBe(readFileSync(HALF, 'utf8'));
  });

  it('has the allocations that fail behind its operations', async () => {
    const path = pathOf('remap-v2-failed-fork');
    expect((await onModels('trace', path, '--to', 'litmus')).out).toBe(readFileSync(path, 'utf8'));
  });

  it('as text says what check says of it', async () => {
    const { out } = await onModels('trace', HALF, '--to', 'text');
    expect(out).toMatch(
      /^World vfio-dontfork \(quick\) on v7\.1, x86_64 without CONFIG_DEBUG_VM\n\nI-TRANS \(always\)/,
    );
    expect(out).toContain('   4  fork()                                      kernel/fork.c copy_process()\n');
    expect(out).toContain('finding        pud-leaf-split-aligned (reproduced on');
    expect(out).toContain('fixed by       vma-split-pud=splits');
    expect(out.split('\n').every((line) => line.length <= 80)).toBe(true);
  });

  it('on another kernel tells that it does no harm there', async () => {
    const { out } = await onModels('trace', HALF, '--to', 'text', '--kernel', 'v6.11');
    expect(out).toContain('I-TRANS (always) is not violated by these 4 operations');
  });

  it('that goes another way than it was recorded is told', async () => {
    const json = at('older.json');
    await onModels('trace', HALF, '--to', 'json', '--out', json);
    const { err } = await onModels('trace', json, '--to', 'litmus', '--kernel', 'v6.11');
    expect(err.replaceAll(/\s+/g, ' ')).toContain('goes another way here than it was recorded, from step 2 on');
  });

  it('has no form that there is not', async () => {
    const { code, err } = await onModels('trace', HALF, '--to', 'htm');
    expect({ code, err }).toEqual({
      code: 2,
      err: 'mmcheck: there is no form "htm"\n  did you mean: html\n  there are: text, json, itf, litmus, c, html\n',
    });
  });

  it('of a model that nothing draws has all forms but C', async () => {
    const dir = at('toys');
    const asked = ['check', '--world', 'reserve', '--series', 'lazy-reserve@v1', '--trace-dir', dir];
    expect(await mm([...asked, '--trace-form', 'litmus'])).toMatchObject({ code: 1, err: '' });
    const json = join(dir, 'v6.18-x86+lazy-reserve@v1+reserve+quick+reserveBalance.json');
    const litmus = json.replace('.json', '.litmus');
    expect(readFileSync(litmus, 'utf8')).toContain('\ndo_huge_pmd_anonymous_page(at=0)\nzap_huge_pmd(at=0)\n');
    expect(await mm(['check', litmus])).toMatchObject({ code: 0, err: '' });
    for (const form of ['text', 'json', 'itf', 'html']) expect((await mm(['trace', json, '--to', form])).code).toBe(0);
    expect((await mm(['trace', json, '--to', 'html'])).out).toContain('<s>reserved=0</s>');
    const refused = await mm(['trace', json, '--to', 'c']);
    expect(refused).toMatchObject({ code: 2, out: '' });
    expect(refused.err).toContain('cannot be a C program');
  });
});

describe('a trace as a C program', () => {
  it('has the lines of the runner, and what the model says', async () => {
    const { code, out } = await onModels('trace', pathOf('shmem-zap-loses-dirty'), '--to', 'c');
    expect(code).toBe(0);
    expect(out).toContain(' *   3  handle_mm_fault(parent, page 1, write)\n *        write 261376 256 3\n');
    expect(out).toContain(' * What I-DIRTY says of the last step: folio 16 (shmem, 2 pages) was dirty;');
    const head = out.slice(0, out.indexOf('*/')).replaceAll(/\s+\*?\s*/g, ' ');
    expect(head).toContain('Whether I-DIRTY is broken, the program does not say: `mmcheck conform --trace ');
    expect(head).toMatch(/where it is broken, the last operation changes this, by the model: - \S/);
    expect(out).toContain('\t"map 261120 512 shared 0 0 hugepage\\n"');
    expect(out).toContain('int main(');
  });
  it('of hugetlb says what pool it needs', async () => {
    const { code, out } = await onModels('trace', pathOf('hugetlb-copy-says-exists'), '--to', 'c');
    expect(code).toBe(0);
    expect(out).toContain('\t"uffd-copy 262144 262144 5\\n"');
    expect(out).toContain('echo 1 >\n * /sys/kernel/mm/hugepages/hugepages-1048576kB/nr_hugepages');
  });
  it('says what machine a device needs', async () => {
    const { out } = await onModels('trace', HALF, '--to', 'c');
    expect(out).toContain('It maps a device, by vfio-pci');
  });
  it.each([
    ['remap-v2-failed-fork', 'it lets an allocation fail in step 2'],
    ['hgm-v2-mbind-moves-shared', 'it cannot be played: step 3 is not possible: the runner has no hugetlb_madv_split'],
  ])('is refused of %s: %s', async (name, why) => {
    const { code, out, err } = await onModels('trace', pathOf(name), '--to', 'c');
    expect({ code, out }).toEqual({ code: 2, out: '' });
    expect(err.replaceAll(/\s+/g, ' ')).toContain(`cannot be a C program: ${why}`);
  });
});

describe('check --trace-form', () => {
  it('wants a directory, and a form that there is', async () => {
    expect((await mm(['check', '--trace-form', 'html'])).err).toContain('--trace-dir DIR writes');
    expect((await mm(['check', '--trace-form', 'x', '--trace-dir', directory])).err).toContain('there is no form "x"');
  });
});

it('what is no trace is refused', async () => {
  writeFileSync(at('no.json'), '{}');
  expect(await onModels('trace', at('no.json'), '--to', 'html')).toMatchObject({ code: 2, out: '' });
  expect(await onModels('trace', at('none.litmus'), '--to', 'html')).toMatchObject({ code: 2, out: '' });
});
