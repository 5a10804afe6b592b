/** Files with patches: what is wrong with one is said with its line, and nothing of ours is thrown at its author. */
import { afterAll, describe, expect, it } from 'vitest';
import { mmcheck } from '../command_line.ts';
import { file, folder, patchOf } from './files.ts';

const WORLD = ['--world', 'vfio-arm64'];
const check = (path: string, ...more: readonly string[]) => mmcheck(['check', '--patch', path, ...WORLD, ...more]);

/** What is said on standard error, in one line, without the folder. */
const said = async (path: string): Promise<string> => {
  const { code, err } = await check(path);
  expect(code).toBe(2);
  return err.replaceAll(/\s+/g, ' ').replaceAll(`${folder}/`, '').trim();
};

describe('a patch from a file', () => {
  it.each([
    [
      'while it is read',
      ["import { patch } from 'mmcheck/patch';", 'process.exit(0);'],
      'copy_huge_pmd: (base) => base',
    ],
    ['in (base) => ...', ["import { patch } from 'mmcheck/patch';", ''], 'copy_huge_pmd: (base) => process.exit(0)'],
  ])('cannot end the command %s', async (_when, head, replaced) => {
    const path = file('ends.ts', ...head, `export default patch({ title: 'mm: a try', mm: { ${replaced} } });`);
    const { code, err } = await check(path);
    expect(code).toBe(2);
    expect(err.replaceAll(/\s+/g, ' ')).toMatch(/ends\.ts:[23] .*process\.exit\(0\) is called/);
  });
  it('replaces a function, and is named in the report', async () => {
    const path = patchOf('refuses.ts', "copy_huge_pmd: () => () => 'ENOMEM',");
    const { code, out } = await check(path, '--property', 'I-TRANS');
    expect(code).toBe(0);
    expect(out).toContain('World vfio-arm64 (quick) on v7.1 + refuses.ts');
    expect(out.replaceAll(/\s+/g, ' ')).toContain('patch refuses.ts: mm: a try');
  });
  it('is what a violation depends on, and part of the command that reproduces it', async () => {
    const path = patchOf('takes.ts', 'zap_huge_pmd: () => () => undefined,');
    const { code, out } = await check(path);
    expect(code).toBe(1);
    expect(out).toContain('  depends on     takes.ts');
    expect(out.replaceAll(/\s+\\?\s*/g, ' ')).toContain(`--patch ${path}`);
  });
  it('sets toggles, on the kernel that it names', async () => {
    const path = file(
      'sets.ts',
      "import { patch } from 'mmcheck/patch';",
      "export default patch({ title: 'mm: sets', base: 'v6.17', sets: { 'mprotect-pud': 'bad' } });",
    );
    const { out } = await check(path, '--property', 'I-TRANS');
    expect(out).toContain('World vfio-arm64 (quick) on v6.17 + sets.ts');
    expect(out).toContain('sets.ts: mprotect-pud=bad');
  });
});

describe('what is wrong with a file', () => {
  it.each([
    [
      'a function that there is not',
      patchOf('name.ts', 'pfn_pmdd: (base) => base,'),
      'name.ts:4 replaces pfn_pmdd, which is no function of mm; did you mean pfn_pmd?',
    ],
    [
      'a function of the other model',
      patchOf('other.ts', 'hugetlb_fault: (base) => base,'),
      'other.ts:4 replaces hugetlb_fault, which is no function of mm; hugetlb has it',
    ],
    [
      'something that is no function',
      patchOf('no_function.ts', 'pfn_pmd: 3,'),
      'no_function.ts:4 has 3 for pfn_pmd, and not (base) => a function',
    ],
    [
      'something that makes no function',
      patchOf('makes.ts', 'pfn_pmd: (base) => 3,'),
      'makes.ts:4 has a pfn_pmd that gives 3, and not a function: it is to be (base) => …',
    ],
    [
      'a function of another shape',
      patchOf('shape.ts', "pfn_pmd: (base) => (pfn, prot) => 'x',"),
      "shape.ts:4 does not fit: Type '(base: (pfn: number, prot: Pgprot) => Pmd) => (pfn: number, prot: Pgprot) => string' is not assignable",
    ],
    [
      'an exception while it is read',
      patchOf('throws.ts', "pfn_pmd: (() => { throw new Error('no'); })(),"),
      'throws.ts:4 cannot be run: no',
    ],
    ['no title', file('title.ts', 'export default { mm: {} };'), 'title.ts has no title, which takes a sentence'],
    [
      'a key that no patch has',
      file('key.ts', 'export default {', "  title: 'a', nm: {} };"),
      'key.ts:2 has nm, which no patch has; did you mean mm?',
    ],
    ['nothing to do', file('nothing.ts', "export default { title: 'a' };"), 'nothing.ts changes nothing'],
    ['no default', file('none.ts', 'export const a = 1;'), 'none.ts:1 exports nothing by default, only a'],
    [
      'a toggle that there is not',
      file('toggle.ts', "export default { title: 'a',", "  sets: { 'mprotect-pdu': 'bad' } };"),
      'toggle.ts:2 sets mprotect-pdu, which is no toggle; did you mean mprotect-pud?',
    ],
    [
      'a value that a toggle does not have',
      file('value.ts', "export default { title: 'a', sets: { 'mprotect-pud': 'good' } };"),
      'value.ts:1 sets mprotect-pud to good',
    ],
    [
      'an import that is not there',
      file('import.ts', "import { patch } from 'mmcheck/ptch';", 'export default patch({});'),
      "import.ts:1 imports 'mmcheck/ptch', which is not there; did you mean mmcheck/patch?",
    ],
    [
      'a file of the model that is not there',
      file('memry.ts', "import { x } from 'mmcheck/model/mm/memry.ts';", 'export default { x };'),
      "memry.ts:1 imports 'mmcheck/model/mm/memry.ts', which is not there; did you mean mmcheck/model/mm/memory.ts?",
    ],
    ['a file that is not there', `${folder}/nowhere.ts`, 'nowhere.ts cannot be read: no such file'],
  ])('%s', async (_what, path, expected) => {
    expect(await said(path)).toContain(expected);
  });
});

describe('a type error', () => {
  const cwd = process.cwd();
  afterAll(() => process.chdir(cwd));
  it('in a module that a file imports is named with its line there, wherever one is', async () => {
    file('number.ts', '', "export const one: number = 'x';");
    const path = file(
      'imports.ts',
      "import { patch } from 'mmcheck/patch';",
      "import { one } from './number.ts';",
      "export default patch({ title: `${one}`, sets: { 'mprotect-pud': 'bad' } });",
    );
    process.chdir('/');
    expect(await said(path)).toContain(
      "mmcheck: number.ts:2 does not fit: Type 'string' is not assignable to type 'number'.",
    );
  });
});

describe('a patch that breaks off in a search', () => {
  it('is named with the line of its exception', async () => {
    const path = patchOf('oops.ts', 'zap_huge_pmd: () => () => {', "  throw new TypeError('oops');", '},');
    const { code, out } = await check(path);
    expect(code).toBe(2);
    expect(out.replaceAll(/\s+/g, ' ')).toContain(`${path}:5, after `);
    expect(out.replaceAll(/\s+/g, ' ')).toContain('TypeError: oops');
    expect(out).toContain('The patch cannot be used: nothing is said about the kernel.');
    expect(out).not.toContain('    at ');
  });
  it('is named with the line where it ends the process', async () => {
    const path = patchOf('exits.ts', 'zap_huge_pmd: () => () => {', '  process.exit(0);', '},');
    const { code, out } = await check(path);
    expect(code).toBe(2);
    expect(out.replaceAll(/\s+/g, ' ')).toContain(`${path}:5, after `);
    expect(out.replaceAll(/\s+/g, ' ')).toContain('Error: process.exit(0) is called');
  });
  it('is named with the variable that it keeps, where it does something else each time', async () => {
    const path = file(
      'counts.ts',
      "import { patch } from 'mmcheck/patch';",
      'let calls = 0;',
      "export default patch({ title: 'mm: a try', mm: {",
      '  zap_huge_pmd: (base) => (...args) => { if (++calls % 7 > 0) base(...args); },',
      '} });',
    );
    const { code, out } = await check(path);
    expect(code).toBe(2);
    expect(out.replaceAll(/\s+/g, ' ')).toContain(`${path}:2: likely the cause`);
  });
});
