/** All mutants, by subject. */
import { ANSWERS } from './answers.ts';
import { ALTERNATIVES } from './alternatives.ts';
import { DAX } from './dax.ts';
import { DEPOSITS } from './deposits.ts';
import { DEVICE_PRIVATE } from './device_private.ts';
import { EXACT_ENTRIES } from './exact_entries.ts';
import { FOLIO_SIZES } from './folio_sizes.ts';
import { FOLIOS } from './folios.ts';
import { GIVEN_BACK } from './given_back.ts';
import { HWPOISON } from './hwpoison.ts';
import { KEPT } from './kept.ts';
import { KNOWN } from './known.ts';
import { LEVELS } from './levels.ts';
import { MAPPINGS } from './mappings.ts';
import { MEMTYPES } from './memtypes.ts';
import { MBIND } from './mbind.ts';
import { MLOCK } from './mlock.ts';
import type { Mutant } from './mutant.ts';
import { OWNED } from './own.ts';
import { OWNERS } from './owners.ts';
import { LOOKS } from './readers.ts';
import { P2PDMA } from './p2pdma.ts';
import { PAGE_CACHE } from './page_cache.ts';
import { LOOKUPS } from './lookups.ts';
import { SOFT_DIRTY } from './soft_dirty.ts';
import { SWAP } from './swap.ts';
import { TRACKING } from './tracking.ts';
import { TRANSLATIONS } from './translations.ts';

export const MUTANTS: readonly Mutant[] = [
  ...DEPOSITS,
  ...TRANSLATIONS,
  ...MAPPINGS,
  ...TRACKING,
  ...LEVELS,
  ...FOLIOS,
  ...FOLIO_SIZES,
  ...OWNERS,
  ...KEPT,
  ...GIVEN_BACK,
  ...KNOWN,
  ...ALTERNATIVES,
  ...LOOKS,
  ...DAX,
  ...SWAP,
  ...PAGE_CACHE,
  ...LOOKUPS,
  ...MEMTYPES,
  ...MLOCK,
  ...HWPOISON,
  ...MBIND,
  ...SOFT_DIRTY,
  ...ANSWERS,
  ...OWNED,
  ...DEVICE_PRIVATE,
  ...P2PDMA,
  ...EXACT_ENTRIES,
];
