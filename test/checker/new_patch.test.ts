/** `mmcheck new-patch`: the file that it writes type-checks, changes nothing, and is never written over another one. */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { mmcheck } from './command_line.ts';

const folder = (): string => mkdtempSync(join(tmpdir(), 'mmcheck-new-'));
const tsc = fileURLToPath(new URL('../../node_modules/.bin/tsc', import.meta.url));

describe('mmcheck new-patch', () => {
  it.each(['zap_huge_pmd', 'hugetlb_fault'])('writes a patch of %s that an editor type-checks', async (name) => {
    const here = folder();
    const { code, out } = await mmcheck(['new-patch', join(here, 'mine'), '--function', name]);
    expect(code).toBe(0);
    expect(out).toContain(`it overrides ${name}()`);
    expect(readFileSync(join(here, 'mine.ts'), 'utf8')).toContain(`${name}:`);
    expect(execFileSync(process.execPath, [tsc, '-p', here], { encoding: 'utf8' })).toBe('');
  });
  it('writes one that changes nothing', async () => {
    const path = join(folder(), 'mine.ts');
    await mmcheck(['new-patch', path]);
    const { code, out } = await mmcheck(['equiv', 'v7.1', `v7.1+${path}`, '--world', 'vfio-arm64', '--observe', 'all']);
    expect(code).toBe(0);
    expect(out).toContain('are equivalent within these worlds');
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
