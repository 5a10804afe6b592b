/**
 * "hugetlb: introduce HugeTLB high-granularity mapping", James Houghton, 2022 and 2023, and what came after it: never merged.
 * Each version patch by patch, as toggles on v6.1, which is the release nearest to the base of RFC v2.
 */
import type { SeriesVersion } from '../../series/patch.ts';
import { FOLLOWUP, HWPOISON } from './hgm/on_v2.ts';
import { RFC1 } from './hgm/rfc1.ts';
import { RFC2 } from './hgm/rfc2.ts';
import { V1 } from './hgm/v1.ts';
import { V2 } from './hgm/v2.ts';

export const HGM_VERSIONS: readonly SeriesVersion[] = [RFC1, RFC2, V1, V2, FOLLOWUP, HWPOISON];
