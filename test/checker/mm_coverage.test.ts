/**
 * What no quick world ever runs on v7.1: "holds" says nothing of it. The list is short, and every line of it has a reason;
 * a function that is new in it is a question that no world asks.
 */
import { spawnSync } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { beforeAll, describe, expect, it } from '@effect/vitest';

const NEVER: Readonly<Record<string, string>> = {
  'mm/collapse_file.ts collapse_file_flushes_rest': 'another release: 6.12.117 (collapse-writes-rest)',
  'mm/collapse_file.ts file_system_has_large_folios': 'another release: v7.3 (file-thp)',
  'mm/folio_walk.ts do_pages_stat_by_follow_page': 'another release: until v6.11 (pages-stat)',
  'mm/folio_walk.ts status_of_leaf': 'another release: until v6.11 (pages-stat)',
  'mm/follow_entry.ts entry_of': 'another kernel: lookup-result=entry, an alternative that was not taken',
  'mm/follow_entry.ts read_again': 'another kernel: lookup-result=entry, an alternative that was not taken',
  'mm/follow_pfnmap.ts follow_pte_walk': 'other releases: until v6.11 (lookup-kvm and its likes)',
  'mm/huge_memory_pud.ts count_copied_pud': 'another kernel: fork-counts-pud, a what-if',
  'mm/huge_memory_pud.ts move_huge_pud':
    'another kernel: get_old_pud() clears a PUD leaf (mremap-pud=leaf, a what-if, lets it pass)',
  'mm/huge_memory_split.ts __split_huge_pfnmap_pmd': 'the series for remap_pfn_range(): v7.1 drops a special leaf',
  'mm/huge_memory_split.ts split_pfnmap_pte': 'the series for remap_pfn_range(), as well',
  'mm/kernel.ts patched': 'other kernels: v7.1 is the one that patches are put on',
  'mm/mapping_dirty_helpers.ts clean_record_pte': 'another kernel: dirty-scan, a what-if',
  'mm/mapping_dirty_helpers.ts clean_record_shared_mapping_range': 'another kernel: dirty-scan, a what-if',
  'mm/memory_failure.ts hwpoison_pud_entry': 'another kernel: hwpoison-pud, a what-if',
  'mm/memory_fault.ts set_accessed':
    'two threads that fault on a page at a time: one finds the PTE of the other; rfc-beside has leaves alone',
  'mm/memory_swap.ts skips_cache_of_own': 'other releases: until v6.18 (swapin-cache)',
  'mm/migrate_device.ts folio_migrate_mapping': 'another release: v7.3 (device-swapcache)',
  'mm/migrate_device.ts wants_cache_reference': 'other releases: until v6.15 (device-swapcache)',
  'mm/mincore.ts mincore_by_vma': 'another kernel: mincore-walk, since v7.3',
  'mm/mincore.ts mincore_pud_entry': 'another kernel: mincore-walk, since v7.3',
  'mm/mlock_folio.ts rmap_mlocks_small': 'other releases: until v6.17 (rmap-mlock)',
  'mm/page_writeback.ts page_vma_mkclean_one':
    'another release: v7.3 (file-thp), where a file that is mapped for writing is collapsed',
  'mm/remap_pfn_range.ts install_pmd_leaf': 'the series for remap_pfn_range(): v7.1 maps PTEs only',
  'mm/rmap.ts folio_dup_file_rmap_pmd': 'nothing: no release calls it',
  'mm/rmap.ts folio_estimated_shared': 'another release: v6.9 (sharers-by)',
  'mm/rmap.ts folio_likely_mapped_shared': 'other releases: until v6.14 (folio-owners)',
  'mm/symmetry_lookups.ts move_table_of_lookup':
    'another kernel: lookup-result=entry, an alternative that was not taken',
  'mm/world.ts inWords': 'reports of worlds of other machines than x86',
  'mm/world.ts nothingFails': 'nothing: every operation that asks brings its own answers',
};

interface Coverage {
  readonly never: readonly string[];
  readonly scripts: readonly string[];
}

describe('what the quick worlds run on v7.1', () => {
  let found: Coverage;
  beforeAll(() => {
    const script = fileURLToPath(new URL('./mm_coverage_run.ts', import.meta.url));
    const { stdout, stderr, status } = spawnSync(process.execPath, [script], { encoding: 'utf8' });
    expect({ stderr, status }).toEqual({ stderr: '', status: 0 });
    found = JSON.parse(stdout) as Coverage;
  }, 300_000);

  it('is every function of mm and of the drivers, but for those that are named', () => {
    expect(found.never).toEqual(Object.keys(NEVER).toSorted());
  });

  it('is of every file there', () => {
    const files = ['mm', 'drivers'].flatMap((folder) =>
      readdirSync(fileURLToPath(new URL(`../../model/${folder}`, import.meta.url))).map((file) => `${folder}/${file}`),
    );
    expect(found.scripts).toEqual(files.toSorted());
  });
});
