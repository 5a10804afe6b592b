/**
 * What the releases differ in, as far as modelled: one entry for each function that changed its behaviour, with the
 * value that each release has. The first value of each is that of v7.1, whose functions stand in model/mm; every other
 * value replaces them. v6.12.117 is what was
 * read of v6.12; v6.12 itself lacks the fixes of its stable series.
 */
import { ADVICE_DIFFERENCES } from './differences_advice.ts';
import { COLLAPSE_DIFFERENCES } from './differences_collapse.ts';
import { DAX_DIFFERENCES } from './differences_dax.ts';
import { DEVICE_DIFFERENCES } from './differences_devices.ts';
import { LOOKUP_DIFFERENCES } from './differences_lookups.ts';
import { MEMORY_DIFFERENCES } from './differences_memory.ts';
import { PAGE_CACHE_DIFFERENCES } from './differences_page_cache.ts';
import { PAT_DIFFERENCES } from './differences_pat.ts';
import { MLOCK_DIFFERENCES } from './differences_mlock.ts';
import { P2PDMA_DIFFERENCES } from './differences_p2pdma.ts';
import { WALK_DIFFERENCES } from './differences_walks.ts';
import { DEVICE_PRIVATE_DIFFERENCES } from './differences_device_private.ts';
import { SWAP_DIFFERENCES } from './differences_swap.ts';
import type { Difference, Release } from './releases.ts';

export const DIFFERENCES: readonly Difference[] = [
  ...DEVICE_DIFFERENCES,
  ...MEMORY_DIFFERENCES,
  ...ADVICE_DIFFERENCES,
  ...WALK_DIFFERENCES,
  ...DAX_DIFFERENCES,
  ...SWAP_DIFFERENCES,
  ...DEVICE_PRIVATE_DIFFERENCES,
  ...PAGE_CACHE_DIFFERENCES,
  ...LOOKUP_DIFFERENCES,
  ...PAT_DIFFERENCES,
  ...COLLAPSE_DIFFERENCES,
  ...MLOCK_DIFFERENCES,
  ...P2PDMA_DIFFERENCES,
];

/** The differences that a release has from v7.1, as settings of these toggles. */
export const settingsOf = (
  release: Release,
): readonly { readonly toggle: string; readonly value: string; readonly evidence: 'source' }[] =>
  DIFFERENCES.flatMap(({ name, at, values }) =>
    at[release] === values[0]!.value ? [] : [{ toggle: name, value: at[release], evidence: 'source' }],
  );
