/** `mmcheck replay FILE --shrink`, on traces that somebody wrote by hand. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { TraceFile } from '../../../checker/read_trace.ts';
import { mm } from '../command_line.ts';

const directory = mkdtempSync(join(tmpdir(), 'mmcheck-shrink-'));
const long = join(directory, 'long.json');
const harmless = join(directory, 'harmless.json');
afterAll(() => rmSync(directory, { recursive: true }));

beforeAll(async () => {
  await mm(['check', '--world', 'reserve', '--series', 'lazy-reserve@v1', '--trace-dir', directory]);
  const file = join(directory, 'v6.18-x86+lazy-reserve@v1+reserve+quick+reserveBalance.json');
  const trace = JSON.parse(readFileSync(file, 'utf8')) as TraceFile;
  const [map, zap] = trace.steps;
  const elsewhere = { ...map!, args: { at: 1 } };
  const write = (path: string, steps: TraceFile['steps']): void =>
    writeFileSync(path, JSON.stringify({ ...trace, steps }));
  // The first zap finds nothing, and is not possible.
  write(long, [zap!, elsewhere, map!, zap!, map!]);
  write(harmless, [elsewhere, map!]);
});

describe('replay --shrink', () => {
  it('prints the shortest and plainest way, and leaves out what is not possible', async () => {
    const { code, out, err } = await mm(['replay', long, '--shrink']);
    expect({ code, err }).toEqual({ code: 1, err: '' });
    expect(out).toMatchInlineSnapshot(`
      "Trace of reserveBalance, world reserve (quick)
        recorded on  v6.18-x86 + lazy-reserve@v1
        replayed on  v6.18-x86 + lazy-reserve@v1

         1  do_huge_pmd_anonymous_page(at=0)
             mm/huge_memory.c do_huge_pmd_anonymous_page()
             pmd[0]  none folio=0 -> huge folio=1
             mm      reserved=0   -> reserved=1
         2  zap_huge_pmd(at=0)
             mm/huge_memory.c zap_huge_pmd()
             pmd[0]  huge folio=1 -> none folio=0

        shrunk from 5 operations to 2 operations
        reserveBalance is broken after step 2
        property  Every huge PMD has its tables in reserve, and nothing else has.
        observed  0 owed, 1 held

      "
    `);
  });
  it('writes it to a file that replays', async () => {
    const short = join(directory, 'short.json');
    expect((await mm(['replay', long, '--shrink', '--out', short])).code).toBe(1);
    expect((JSON.parse(readFileSync(short, 'utf8')) as TraceFile).steps).toHaveLength(2);
    const { code, out } = await mm(['replay', short]);
    expect([code, out.includes('goes as it was recorded')]).toEqual([1, true]);
  });
  it('replays what breaks nothing, as without it', async () => {
    const { code, out } = await mm(['replay', harmless, '--shrink']);
    expect(code).toBe(0);
    expect(out).toContain('reserveBalance is not broken in these 2 steps');
    expect(await mm(['replay', long, '--shrink', '--kernel', 'v6.18-x86'])).toMatchObject({ code: 0 });
  });
  it('has one file for one trace that was shrunk', async () => {
    const out = join(directory, 'never.json');
    expect((await mm(['replay', long, '--out', out])).err).toContain('--out takes what --shrink makes');
    const several = await mm(['replay', long, '--shrink', '--out', out, '--series', 'lazy-reserve']);
    expect(several).toMatchObject({ code: 2, out: '' });
    expect(several.err).toContain('--out takes the trace of one kernel');
    expect((await mm(['replay', long, '--shrink', '--out', '/nowhere/x.json'])).err).toContain('cannot be written');
  });
});
