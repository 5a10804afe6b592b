/** `mmcheck new-patch`: the file that it writes type-checks, changes nothing, and is never written over another one. */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { REPLACEABLE, type Section } from '../../checker/impact/model_index.ts';
import { compilerOptions } from '../../checker/own_file/type_check.ts';
import { argumentsOf } from '../../checker/new_patch.ts';
import { mmcheck } from './command_line.ts';

const folder = (): string => mkdtempSync(join(tmpdir(), 'mmcheck-new-'));
const tsc = fileURLToPath(new URL('../../node_modules/.bin/tsc', import.meta.url));

/** All of a model, each with its arguments passed on. */
const functions = (section: Section): string =>
  [...REPLACEABLE]
    .filter(([, one]) => one === section)
    .map(([name]) => [name, argumentsOf(section, name)] as const)
    .map(([name, names]) => `${name}: (base) => (${names}) => base(${names}),\n`)
    .join('');

describe('the arguments of a function', () => {
  it('have names that fit its type, whichever it is', () => {
    const here = folder();
    const source = `export default patch({ title: 'x', mm: {\n${functions('mm')}}, hugetlb: {\n${functions('hugetlb')}} });`;
    writeFileSync(join(here, 'all.ts'), `import { patch } from 'mmcheck/patch';\n${source}\n`);
    writeFileSync(
      join(here, 'tsconfig.json'),
      JSON.stringify({ compilerOptions: compilerOptions(), include: ['*.ts'] }),
    );
    expect(execFileSync(process.execPath, [tsc, '-p', here], { encoding: 'utf8' })).toBe('');
    expect(source.match(/\(\.\.\.args\) =>/g)!.length).toBeLessThan(REPLACEABLE.size / 10);
    expect(argumentsOf('mm', 'zap_huge_pmd')).toBe('s, mm, vma, slot');
    expect(argumentsOf('mm', 'pmd_move_must_withdraw')).toBe('s, vma, e');
  });
});

describe('mmcheck new-patch', () => {
  it.each(['zap_huge_pmd', 'hugetlb_fault'])('writes a patch of %s that an editor type-checks', async (name) => {
    const here = folder();
    const { code, out } = await mmcheck(['new-patch', join(here, 'mine'), '--function', name]);
    expect(code).toBe(0);
    expect(out).toContain(`it overrides ${name}()`);
    expect(readFileSync(join(here, 'mine.ts'), 'utf8')).toMatch(new RegExp(`${name}:\\s+\\(base\\) =>\\s+\\(s, `));
    expect(execFileSync(process.execPath, [tsc, '-p', here], { encoding: 'utf8' })).toBe('');
  });
  it('writes one of entries, which an editor type-checks and laws judge', async () => {
    const here = folder();
    const path = join(here, 'mine.ts');
    const { code, out } = await mmcheck(['new-patch', path, '--entries', 's390*', '--function', 'pte_pgprot']);
    expect(code).toBe(0);
    expect(out.replaceAll(/\s+/g, ' ')).toContain(`npx mmcheck laws --arch 's390*' --patch ${path}`);
    expect(execFileSync(process.execPath, [tsc, '-p', here], { encoding: 'utf8' })).toBe('');
    const judged = await mmcheck(['laws', '--arch', 's390', '--law', 'PG1', '--patch', path]);
    expect(judged.out).toMatch(/replaces +pte_pgprot\n +mends +nothing\n +breaks +nothing\n/);
  });
  it('refuses entries that there are not', async () => {
    const path = join(folder(), 'mine');
    expect((await mmcheck(['new-patch', path, '--entries', 's391'])).err).toContain('did you mean: s390');
    const { code, err } = await mmcheck(['new-patch', path, '--entries', 's390', '--function', 'pte_pgprt']);
    expect(code).toBe(2);
    expect(err).toContain('did you mean: pte_pgprot');
  });
  it('writes one that changes nothing', async () => {
    const path = join(folder(), 'mine.ts');
    await mmcheck(['new-patch', path]);
    const { code, out } = await mmcheck(['equiv', 'v7.1', `v7.1+${path}`, '--world', 'vfio-arm64', '--observe', 'all']);
    expect(code).toBe(3);
    expect(out).toMatch(/^vfio-arm64 +passed on /m);
  });
  it('leaves what is there alone', async () => {
    const path = join(folder(), 'mine.ts');
    writeFileSync(path, 'mine');
    const { code, err } = await mmcheck(['new-patch', path]);
    expect(code).toBe(2);
    expect(err.replaceAll(/\s+/g, ' ')).toContain('is there already');
    expect(readFileSync(path, 'utf8')).toBe('mine');
  });
  it('refuses a function that there is not', async () => {
    const { code, err } = await mmcheck(['new-patch', join(folder(), 'mine'), '--function', 'zap_huge_pdm']);
    expect(code).toBe(2);
    expect(err).toContain('did you mean: zap_huge_pmd');
  });
});
