/** Every law, in the order of their numbers. */
import { CACHE_LAWS } from './cache_mode.ts';
import { INVALID_LAWS } from './invalidate.ts';
import { HUGETLB_LAWS } from './hugetlb.ts';
import { L1TF_LAWS } from './l1tf.ts';
import type { Law } from './law.ts';
import { MPROTECT_LAWS } from './mprotect.ts';
import { PGPROT_LAWS } from './pgprot.ts';
import { PROTNONE_LAWS } from './protnone.ts';
import { ROUND_TRIPS } from './round_trip.ts';
import { SETTER_LAWS } from './setters.ts';
import { SPLIT_LAWS } from './split.ts';
import { SWAP_LAWS } from './swap_entry.ts';
import { WALKER_LAWS } from './walkers.ts';

const byName = new Intl.Collator('en', { numeric: true }).compare;

export const LAWS: readonly Law[] = [
  ...ROUND_TRIPS,
  ...SPLIT_LAWS,
  ...CACHE_LAWS,
  ...INVALID_LAWS,
  ...MPROTECT_LAWS,
  ...SETTER_LAWS,
  ...PROTNONE_LAWS,
  ...WALKER_LAWS,
  ...L1TF_LAWS,
  ...PGPROT_LAWS,
  ...HUGETLB_LAWS,
  ...SWAP_LAWS,
].toSorted((a, b) => byName(a.name, b.name));
