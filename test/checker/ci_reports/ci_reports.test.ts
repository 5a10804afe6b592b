/** JUnit XML and SARIF of what commands find. */
import { existsSync, mkdtempSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { mmcheck } from '../command_line.ts';
import { patchOf } from '../own_file/files.ts';

const folder = mkdtempSync(join(tmpdir(), 'mmcheck-ci-'));

interface Sarif {
  readonly version: string;
  readonly runs: readonly {
    readonly tool: { readonly driver: { readonly name: string; readonly rules: readonly { readonly id: string }[] } };
    readonly results: readonly {
      readonly ruleId: string;
      readonly kind?: string;
      readonly message: { readonly text: string };
      readonly locations?: readonly {
        readonly physicalLocation: { readonly artifactLocation: { readonly uri: string } };
      }[];
    }[];
  }[];
}

const written = async (name: string, ...words: readonly string[]) => {
  const [junit, sarif] = [join(folder, name, 'junit.xml'), join(folder, name, 'found.sarif')];
  const { code } = await mmcheck([...words, '--junit', junit, '--sarif', sarif]);
  return { code, xml: readFileSync(junit, 'utf8'), sarif: JSON.parse(readFileSync(sarif, 'utf8')) as Sarif };
};

/** What failed; what is undecided is `open`. */
const failed = ({ runs }: Sarif) => runs[0]!.results.filter(({ kind }) => kind === undefined);

/** The counts of the one test suite there is. */
const counts = (xml: string): readonly string[] =>
  ['tests', 'failures', 'errors', 'skipped'].map(
    (name) => new RegExp(`<testsuite [^>]*${name}="(\\d+)"`).exec(xml)![1]!,
  );

describe('reports for a CI', () => {
  it('have a case for each property of check, and a result for each that is violated, with its trace', async () => {
    const { code, xml, sarif } = await written('check', 'check', '--world', 'vfio-dontfork', '--property', 'I-*');
    expect(code).toBe(1);
    expect(counts(xml)).toEqual(['22', '2', '0', '6']);
    expect(xml).toMatch(/<testcase [^>]*name="I-TRANS">\s*<failure message="I-TRANS is violated after 4 operations/);
    const [run] = sarif.runs;
    expect([sarif.version, run!.tool.driver.name]).toEqual(['2.1.0', 'mmcheck']);
    expect(run!.tool.driver.rules).toHaveLength(22);
    expect(run!.results.filter(({ kind }) => kind === 'open')).toHaveLength(6);
    expect(failed(sarif).map(({ ruleId }) => ruleId)).toEqual(['I-ALIGN', 'I-TRANS']);
    const [, trans] = failed(sarif);
    expect(trans!.message.text).toContain('   4  fork()');
    expect(trans!.locations![0]!.physicalLocation.artifactLocation.uri).toBe('mm/memory.c');
  });
  it('fail on what validate finds newly violated, and on nothing else', async () => {
    const { xml, sarif } = await written('validate', 'validate', 'vma-split-pud=splits', '--world', 'vfio-dontfork');
    expect(counts(xml)[1]).toBe('0');
    expect(failed(sarif)).toEqual([]);
  });
  it('fail where a patch of validate breaks off, or breaks something', async () => {
    const broken = patchOf('ci_throws.ts', "zap_huge_pmd: () => () => { throw new Error('no'); },");
    const thrown = await written('throws', 'validate', broken, '--world', 'vfio-arm64');
    expect([thrown.code, counts(thrown.xml).slice(0, 2)]).toEqual([2, ['1', '1']]);
    const bug = patchOf('ci_bug.ts', 'zap_huge_pmd: () => () => undefined,');
    const found = await written('breaks', 'validate', bug, '--world', 'vfio-arm64');
    expect([found.code, failed(found.sarif).map(({ ruleId }) => ruleId)]).toEqual([1, ['bad-pmd']]);
  });
  it('have a case for each bug', async () => {
    const { xml } = await written('bugs', 'bugs', '--bug', 'remap_leaf_*');
    expect(counts(xml).slice(0, 3)).toEqual(['2', '0', '0']);
    expect(xml).toContain('name="remap_leaf_of_high_frames"');
  });
  it('skip a bug whose fix has no occasion to fail, with the reason', async () => {
    const { code, xml, sarif } = await written('idle', 'bugs', '--bug', 'acrn_looks_up_first_page');
    expect([code, ...counts(xml)]).toEqual([3, '1', '0', '0', '1']);
    expect(xml).toContain('nothing that I-SCOPE speaks of comes up in acrn-map');
    expect([failed(sarif), sarif.runs[0]!.results[0]!.kind]).toEqual([[], 'open']);
  });
  it('have a case for each law at each level', async () => {
    const { code, xml, sarif } = await written('laws', 'laws', '--arch', 'x86_64', '--law', 'PG8');
    expect(code).toBe(1);
    expect(counts(xml).slice(0, 3)).toEqual(['2', '2', '0']);
    expect(sarif.runs[0]!.results.map(({ ruleId }) => ruleId)).toEqual(['PG8 pmd', 'PG8 pud']);
  });
  it('refuse a place that cannot be written to before anything is searched', async () => {
    const { code, err, out } = await mmcheck(['check', '--world', 'vfio-dontfork', '--junit', '/proc/none/junit.xml']);
    expect([code, out]).toEqual([2, '']);
    expect(err).toContain('/proc/none');
    expect(existsSync('/proc/none')).toBe(false);
  });
});
