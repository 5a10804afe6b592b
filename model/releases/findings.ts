/**
 * What the releases are known to violate: bugs with an upstream record, and what was found here by reading or by a search:
 * candidates, that nobody has confirmed, and what a kernel did when it was asked to (checker/conform/findings). A test
 * holds them against a search of every world on every release.
 */
import type { Finding } from './finding.ts';
import { DAX_FINDINGS } from './findings_dax.ts';
import { DEVICE_FINDINGS } from './findings_devices.ts';
import { LOOKUP_FINDINGS } from './findings_lookups.ts';
import { MEMORY_FINDINGS } from './findings_memory.ts';
import { PAT_FINDINGS } from './findings_pat.ts';
import { ENTRY_FINDINGS } from './findings_entries.ts';
import { DEVICE_PRIVATE_FINDINGS } from './findings_device_private.ts';
import { HWPOISON_FINDINGS } from './findings_hwpoison.ts';
import { P2PDMA_FINDINGS } from './findings_p2pdma.ts';
import { MLOCK_FINDINGS } from './findings_mlock.ts';
import { WALK_FINDINGS } from './findings_walks.ts';

/** Of two that explain the same, the first is named. */
export const FINDINGS: readonly Finding[] = [
  ...DEVICE_FINDINGS,
  ...MEMORY_FINDINGS,
  ...WALK_FINDINGS,
  ...DAX_FINDINGS,
  ...LOOKUP_FINDINGS,
  ...PAT_FINDINGS,
  ...MLOCK_FINDINGS,
  ...HWPOISON_FINDINGS,
  ...DEVICE_PRIVATE_FINDINGS,
  ...P2PDMA_FINDINGS,
  ...ENTRY_FINDINGS,
];
