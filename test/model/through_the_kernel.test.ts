/**
 * Whatever calls a function of a kernel does so through `s.kernel`. A call of the function itself would go past every patch: a
 * toggle, a series or a file of somebody's own would be there, and do nothing.
 */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { API } from 'typescript/unstable/sync';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type Past, pastKernels } from './past_kernel.ts';

/** What is a function in its own right, and which of a kernel's questions it answers besides. */
const IN_ITS_OWN_RIGHT: Readonly<Record<string, string>> = {
  pfn_valid: 'access_refuses() of v7.3',
  PageAnonExclusive: 'wp_reuses_exclusive()',
  zap_page_range_single: 'what remap_pfn_range() unmaps by when it fails',
  vm_insert_page: 'dax_insert_page() of versions of a series',
  file_system_has_large_folios: 'file_thp_enabled() of v7.3',
  hugetlb_pmd_shared: 'copy_takes_for_shared() of kernels that share by a count of their own',
  vm_page_prot_writes: 'wp_resolve_is_writable()',
  follow_leaf: 'hugetlb_follow_page(); which frame a folio is that an operation is about, is asked of nobody',
  drop_vma_track: 'vm_area_free() of v6.15',
  untrack_pfn_range: 'remap_failed() of v6.15',
  ctx_release: 'vm_area_free() of v7.1',
  set_dirty: 'device_writes() of a what-if',
};

const ROOT = fileURLToPath(new URL('../../', import.meta.url));
const MODEL = join(ROOT, 'model');

/** Every form of a use; those that go past the kernel say so. */
const FORMS = `
import { TRACK_CTX } from '${MODEL}/mm/pfnmap_track_ctx.ts';
import * as huge_memory from '${MODEL}/mm/huge_memory.ts';
import { zap_huge_pmd } from '${MODEL}/mm/huge_memory.ts';
import { zap_huge_pud as zap_pud } from '${MODEL}/mm/huge_memory_pud.ts';
import type { Kernel, Patch, Sys } from '${MODEL}/mm/kernel.ts';
import { v7_1 } from '${MODEL}/releases/v7_1.ts';

type Zap = typeof zap_huge_pmd;
export function split_vma_of_mine(...args: Parameters<Kernel['split_vma']>): ReturnType<Kernel['split_vma']> {
  return args[0].kernel.split_vma(...args);
}
const with_flush: Zap = (...args) => zap_huge_pmd(...args);
const made: Pick<Kernel, 'zap_huge_pmd' | 'split_vma'> = { zap_huge_pmd: with_flush, split_vma: split_vma_of_mine };
const elsewhere = { zap_huge_pmd }; // past
const { zap_huge_pud } = v7_1; // past
const { copy_huge_pmd } = huge_memory; // past
export const patch: Patch = {
  zap_huge_pmd: (base) => (...args) => base(...args) || zap_huge_pmd(...args),
  zap_huge_pud: () => zap_pud,
  copy_huge_pmd: (base) => (s, ...rest) => base(s, ...rest) + zap_pud.length, // past
};
const each = (one: unknown): unknown => one;
export const all = (s: Sys, ...zapped: Parameters<Zap>): readonly unknown[] => [
  s.kernel.zap_huge_pmd(...zapped),
  patch.zap_huge_pmd?.(s.kernel.zap_huge_pmd),
  zap_huge_pmd(...zapped), // past
  zap_pud.length, // past
  huge_memory.zap_huge_pmd(...zapped), // past
  each(zap_huge_pmd), // past
  split_vma_of_mine, // past
  made.zap_huge_pmd(...zapped), // past
  v7_1.zap_huge_pmd(...zapped), // past
  v7_1.pfnmap_tracking.vm_area_free(s, 0, 0), // past
  TRACK_CTX.vm_area_free(s, 0, 0), // past
  elsewhere, zap_huge_pud, copy_huge_pmd,
];
`;

let past: readonly Past[] = [];
const directory = mkdtempSync(join(tmpdir(), 'through-'));
const forms = join(directory, 'forms.ts');
beforeAll(() => {
  const config = join(directory, 'tsconfig.json');
  writeFileSync(forms, FORMS);
  writeFileSync(config, JSON.stringify({ extends: join(ROOT, 'tsconfig.json'), include: [MODEL, forms] }));
  const api = new API({ cwd: ROOT });
  const [project] = api.updateSnapshot({ openProjects: [config] }).getProjects();
  past = pastKernels(project!, (file) => file === forms || !relative(MODEL, file).startsWith('..'));
  api.close();
});
afterAll(() => rmSync(directory, { recursive: true }));

it('goes past the kernel nowhere', () => {
  const found = past.filter(({ file, uses }) => file !== forms && !(uses in IN_ITS_OWN_RIGHT));
  expect(found.map(({ file, line, uses }) => `${relative(ROOT, file)}:${line} ${uses}`)).toEqual([]);
});

it('has functions in their own right that are used so', () => {
  expect(new Set(past.flatMap(({ file, uses }) => (file === forms ? [] : [uses])))).toEqual(
    new Set(Object.keys(IN_ITS_OWN_RIGHT)),
  );
});

it('is found in every form', () => {
  const lines = FORMS.split('\n');
  const marked = lines.flatMap((line, i) => (line.endsWith('// past') ? [i + 1] : []));
  const found = new Set(past.flatMap(({ file, line }) => (file === forms ? [line] : [])));
  expect([...found].toSorted((a, b) => a - b)).toEqual(marked);
});
