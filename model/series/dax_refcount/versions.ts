/**
 * The versions of "fs/dax: Fix FS DAX page reference counts", patch by patch, as toggles on v6.12. The bases were v6.10-rc5 (v1) to
 * v6.14-rc; what is modelled of them is as in v6.12.
 */
import type { SeriesVersion } from '../patch.ts';
import { DAX_SINCE_V3 } from './since_v3.ts';
import { DAX_UNTIL_V2 } from './until_v2.ts';

export const DAX_REFCOUNT_VERSIONS: readonly SeriesVersion[] = [...DAX_UNTIL_V2, ...DAX_SINCE_V3];
