/** What patches of real series change in the model. */
import { describe, expect, it } from 'vitest';
import { catalogue } from '../../checker/mm_catalogue.ts';
import { changesOfPatch } from '../../checker/patch_changes.ts';

const changes = (name: string, of: string, number: number) => {
  const series = catalogue.series.find((one) => one.name === name)!;
  const version = series.versions.find((one) => one.version === of)!;
  return changesOfPatch(catalogue, { series, version }, number).map(({ setting, before, functions }) => [
    `${setting.toggle}=${setting.value}`,
    before,
    functions,
  ]);
};

describe('a patch changes', () => {
  it('the functions that its values replace', () => {
    expect(changes('huge-remap-pfn-range', 'v3', 2)).toEqual([['split-pgprot=pfn-pte-filter', 'raw', ['pfn_pte']]]);
  });
  it('the functions that the values of its base replace, where it has those of v7.1', () => {
    expect(changes('huge-pfnmaps', 'v2', 7)).toEqual([
      ['fork-special-pmd=copies', 'skips', ['copy_as_special']],
      ['fork-pud-write=cow', 'all', ['copy_protects_pud']],
    ]);
  });
  it('what an earlier patch set, and nothing where that is the same', () => {
    expect(changes('huge-pfnmaps', 'v2', 18)).toEqual([['huge-pfnmap-archs=arm64', 'x86', expect.anything()]]);
    expect(changes('hgm', 'followup', 1)).toEqual([
      ['hgm-mapcount=M3-repaired', 'M3', expect.arrayContaining(['folio_mapped'])],
    ]);
    expect(changes('huge-remap-rfc', 'taken', 1).every(([, , functions]) => functions!.length === 0)).toBe(true);
  });
  it('nothing where it says so', () => {
    expect(changes('hgm', 'rfc2', 1)).toEqual([]);
  });
});
