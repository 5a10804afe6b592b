/** PG8 to PG10, PG15: the cache mode that was asked for is the one that the hardware selects. */
import type { LeafLevel } from '../../model/formats/pgtable.ts';
import { and, bit, clear, eq, has, or, shl, shr, type U64 } from '../../model/formats/u64.ts';
import { atLevel } from './at_level.ts';
import type { Law, Subject } from './law.ts';
import { leafStages } from './round_trip.ts';

const HUGE: readonly LeafLevel[] = ['pmd', 'pud'];
const TYPES = 'v7.1 arch/x86/include/asm/pgtable_types.h protval_4k_2_large(), protval_large_2_4k()';

/** PAT of a PTE, and of a leaf. */
const PAT = bit(7);
const PAT_LARGE = bit(12);

const pg8: Law = {
  name: 'PG8',
  says: 'L_mkhuge(pfn_L(n, p)) selects the cache mode that p selects as a PTE',
  cites:
    'v7.1 mm/huge_memory.c insert_pmd(), vmf_insert_pfn_pmd(); arch/x86/mm/pat/memtype.c pfnmap_setup_cachemode_pfn()',
  levels: HUGE,
  needs: (level) => [`pfn_${level}`, `${level}_mkhuge`],
  over: 'protections',
  hurts: ['insert', 'hugetlb'],
  judge: ({ t, level, mmu }) => {
    const { leaf } = atLevel(t, level);
    const asked = mmu.asked ?? ((prot: U64) => mmu.mode('pte', prot));
    return (pfn, prot) => mmu.mode(level, leaf(pfn, prot)) === asked(prot);
  },
  tell: (subject, { pfn, prot }) => leafStages(subject, pfn, prot),
};

const pg8rights: Law = {
  ...pg8,
  name: 'PG8-rights',
  says: 'L_mkhuge(pfn_L(n, p)) allows what pfn_pte(n, p) allows',
  needs: (level) => [`pfn_${level}`, `${level}_mkhuge`, 'pfn_pte'],
  judge: ({ t, level, mmu }) => {
    const { leaf } = atLevel(t, level);
    const pfn_pte = t.pfn_pte!;
    return (pfn, prot) => mmu.rights(level, leaf(pfn, prot)) === mmu.rights('pte', pfn_pte(pfn, prot));
  },
  tell: (subject, { pfn, prot }) => [
    ...leafStages(subject, pfn, prot),
    { says: 'pfn_pte(n, p)', word: subject.t.pfn_pte!(pfn, prot), as: 'pte' },
  ],
};

/** Of the two conversions of x86, by themselves. */
const conversion = (name: string, says: string, right: (t: Subject['t']) => (v: U64) => boolean): Law => ({
  name,
  says,
  cites: TYPES,
  levels: ['pmd'],
  needs: () => ['pgprot_4k_2_large', 'pgprot_large_2_4k'],
  over: 'protections',
  hurts: ['CPA', 'vmalloc'],
  judge: ({ t }) => {
    const holds = right(t);
    // As a PTE has it, and as a leaf has it: with a frame bit, or PSE, in the way.
    return (_pfn, prot) => holds(prot) && holds(or(prot, PAT_LARGE));
  },
  tell: ({ t }, { prot }) => [
    { says: 'p', word: prot, as: 'pgprot' },
    { says: 'pgprot_4k_2_large(p)', word: t.pgprot_4k_2_large!(prot), as: 'pmd' },
    { says: 'pgprot_large_2_4k() of it', word: t.pgprot_large_2_4k!(t.pgprot_4k_2_large!(prot)), as: 'pgprot' },
  ],
});

const pg9 = conversion(
  'PG9',
  'pgprot_large_2_4k(pgprot_4k_2_large(v)) is v without bit 12, and the other way round v without bit 7',
  ({ pgprot_4k_2_large, pgprot_large_2_4k }) =>
    (v) =>
      eq(pgprot_large_2_4k!(pgprot_4k_2_large!(v)), clear(v, PAT_LARGE)) &&
      eq(pgprot_4k_2_large!(pgprot_large_2_4k!(v)), clear(v, PAT)),
);
const pg10 = conversion(
  'PG10',
  'Of these two PAT moves between bits 7 and 12, and nothing else moves',
  ({ pgprot_4k_2_large, pgprot_large_2_4k }) => {
    const rest = or(PAT, PAT_LARGE);
    return (v) =>
      eq(pgprot_4k_2_large!(v), or(clear(v, rest), shl(and(v, PAT), 5))) &&
      eq(pgprot_large_2_4k!(v), or(clear(v, rest), shr(and(v, PAT_LARGE), 5))) &&
      has(pgprot_4k_2_large!(PAT), PAT_LARGE);
  },
);

export const CACHE_LAWS: readonly Law[] = [pg8, pg8rights, pg9, pg10];
