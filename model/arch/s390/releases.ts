/** What the functions of entries of s390 were in v6.12: segments and regions had READ, WRITE and SOFT_DIRTY elsewhere, and no PRESENT. */
import type { PgtableChange } from '../../formats/architecture.ts';
import { type FunctionName, type Functions, without } from '../../formats/pgtable.ts';
import { S390_6_12_BUILD } from './bits.ts';
import { s390Pgtable } from './pgtable.ts';

const v6_12 = s390Pgtable(S390_6_12_BUILD);
const names = (Object.keys(v6_12({} as Functions)) as FunctionName[]).filter((name) => /^p[mu]d_|^pfn_pmd/.test(name));

/** CONFIG_ARCH_ENABLE_THP_MIGRATION came with PRESENT. */
const PMD_SWAP = names.filter((name) => name.startsWith('pmd_swp_'));

const OTHER_BITS: PgtableChange = {
  says: 'READ, WRITE and SOFT_DIRTY of segments and regions are bits 0, 1 and 14; what is not empty is present; PMDs are not swap entries',
  cites: 'v6.12.117 arch/s390/include/asm/pgtable.h _SEGMENT_ENTRY_*, _REGION3_ENTRY_*, pmd_present(), pud_leaf()',
  evidence: 'source',
  patch: {
    ...Object.fromEntries(names.map((name) => [name, (_base: unknown, t: Functions) => v6_12(t)[name]])),
    ...without('swp_pmd', ...PMD_SWAP),
  },
};

export const S390_RELEASES = { 'v6.12.117': [OTHER_BITS], 'v6.12': [OTHER_BITS] };
