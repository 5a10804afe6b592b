/** What is watched where two kernels differ: too little, and a difference would be told as never called. */
import { describe, expect, it } from 'vitest';
import type { KernelChoice } from '../../../checker/catalogue.ts';
import { changesBetween } from '../../../checker/equiv/changes_between.ts';
import { catalogue } from '../../../checker/mm_catalogue.ts';
import { mmcheck } from '../command_line.ts';
import { file } from '../own_file/files.ts';

const inOneLine = (text: string): string => text.replaceAll(/\s+/g, ' ').trim();

const on = (kernel: string, more: Partial<KernelChoice> = {}): KernelChoice => ({
  kernel,
  arch: 'x86_64',
  series: [],
  settings: [],
  ...more,
});

const set = (toggle: string, value: string) => ({ toggle, value, evidence: 'asked' as const });

/** Patches that replace these functions of mm, each in a file by its own name. */
const patches = (...names: readonly string[]): Pick<KernelChoice, 'own'> => ({
  own: names.map((name) => ({
    name,
    path: `/tmp/${name}.ts`,
    title: 'mm: a try',
    mm: { [name]: (base: unknown) => base },
  })),
});

const changed = (a: KernelChoice, b: KernelChoice): readonly string[] => changesBetween(catalogue, a, b).functions;

describe('files of patches', () => {
  it.each([
    ['that both have, in the same order', ['pfn_pmd', 'pud_bad'], ['pfn_pmd', 'pud_bad'], []],
    ['in another order', ['pfn_pmd', 'pud_bad'], ['pud_bad', 'pfn_pmd'], ['pfn_pmd', 'pud_bad']],
    ['with one more before them', ['pfn_pmd', 'pud_bad'], ['pmd_modify', 'pfn_pmd', 'pud_bad'], ['pmd_modify']],
    [
      'in another order, with one more before them',
      ['pfn_pmd', 'pud_bad'],
      ['pmd_modify', 'pud_bad', 'pfn_pmd'],
      ['pmd_modify', 'pfn_pmd', 'pud_bad'],
    ],
  ])('%s', (_what, a, b, functions) => {
    expect(changed(on('v7.1', patches(...a)), on('v7.1', patches(...b)))).toEqual(functions);
  });
});

describe('toggles', () => {
  it('that change what is asked of a kernel are told apart', () => {
    const asked = on('v6.1', { settings: [set('hgm-collapse-promise', 'keeps')] });
    expect(changesBetween(catalogue, on('v6.1'), asked)).toMatchObject({
      functions: [],
      asked: [{ name: 'hgm-collapse-promise' }],
    });
  });
  it('each replace functions, change entries, or are known to change what is asked', () => {
    const others = catalogue.toggles.filter(
      ({ replaces, entriesOf }) => replaces.length === 0 && entriesOf === undefined,
    );
    expect(others.map(({ name }) => name)).toEqual(['hgm-collapse-promise']);
  });
});

/** What of the entries differs between v7.1 and another kernel. */
const between = (arch: string, kernel: string, toggle = '', value = '') => {
  const b = on(kernel, { exact: arch, settings: toggle === '' ? [] : [set(toggle, value)] });
  const { by, entries, unwatched } = changesBetween(catalogue, on('v7.1', { exact: arch }), b);
  return { by: by.filter((one) => one.includes('()')), entries, unwatched };
};

describe('functions of entries that releases and series have otherwise', () => {
  it.each([
    ['nothing', 'x86_64', [] as const, []],
    ['what a series has', 'x86_64', ['pud-pgprot', 'base-pte'] as const, ['pud_pgprot() 1']],
    ['a series without this architecture', 'riscv64', ['pfn-pmd-format', 'base-pte'] as const, []],
  ])('are those that differ: %s', (_what, arch, [toggle, value], by) => {
    expect(between(arch, 'v7.1', toggle, value)).toEqual({ by, entries: by.length > 0, unwatched: [] });
  });
  it('are also those of another release, of which one may lack some', () => {
    expect(between('x86_64', 'v7.3').by).toContain('pmd_modify() 1');
    expect(between('ppc64_radix_64k', 'v6.12')).toMatchObject({ unwatched: expect.arrayContaining(['pmd_pgprot']) });
  });
  it.each([
    ['are not called', ['v7.1', 'v7.1+pud-pgprot=base-pte', '--arch', 'x86_64', '--world', 'anon-three'], 3],
    ['decide nothing', ['v7.1', 'v7.1+pfn-pmd-format=base-pte', '--arch', 'riscv64', '--world', 'vfio-parts'], 3],
    ['decide', ['v7.1', 'v7.1+pfn-pmd-format=base-pte', '--arch', 'x86_64', '--world', 'vfio-align'], 0],
  ])('%s', async (_what, words, code) => {
    expect((await mmcheck(['equiv', ...words])).code).toBe(code);
  });
});

const entries = (name: string, line: string): string =>
  file(name, `export default { title: 'x86: a try', entries: { x86_64: { ${line} } } };`);

describe('functions of entries', () => {
  const WORLD = ['--world', 'vfio-parts', '--arch', 'x86_64'];
  it.each([
    [
      'are equivalent where they decide and nothing differs',
      'pmd_modify: (base) => (e, prot) => base(base(e, prot), prot),',
      0,
    ],
    ['decide nothing where they pass calls on', 'pmd_modify: (base) => (e, prot) => base(e, prot),', 3],
    ['decide nothing where they are not called', 'pmd_swp_uffd_wp: () => () => true,', 3],
    ['differ', 'pmd_modify: () => (e) => e,', 1],
  ])('%s', async (what, line, code) => {
    const path = entries(`${what.split(' ', 1)[0]}_${code}.mjs`, line);
    const ran = [await mmcheck(['equiv', 'v7.1', `v7.1+${path}`, ...WORLD])];
    // Of the other side as well: the kernel that is changed may be the first one.
    if (code !== 1) ran.push(await mmcheck(['equiv', `v7.1+${path}`, 'v7.1', ...WORLD]));
    expect(ran.map((one) => one.code)).toEqual(ran.map(() => code));
  });
  it.each([
    [['equiv', 'v7.1', 'v7.1+thead-pgprot=masked'], 'changes entries of riscv64_thead, and nothing without --arch'],
    [
      ['validate', 'thead-pgprot=masked', '--arch', 'x86_64'],
      'changes entries of riscv64_thead, and nothing of x86_64',
    ],
    [
      ['check', '--patch', entries('other.mjs', ''), '--arch', 'arm64_4k'],
      'has entries of x86_64, and not of arm64_4k',
    ],
  ])('are refused where they would change nothing: %s', async (words, why) => {
    const { code, err } = await mmcheck(words);
    expect([code, inOneLine(err)]).toEqual([2, expect.stringContaining(why)]);
  });
});
