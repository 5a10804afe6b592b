/** PG35: a huge page of hugetlb, whose entry is made as a PTE. */
import type { LeafLevel } from '../../model/formats/pgtable.ts';
import { eq, type U64 } from '../../model/formats/u64.ts';
import { atLevel } from './at_level.ts';
import type { Law, Subject } from './law.ts';
import { at, HUGE } from './of_leaf.ts';

const needs: Law['needs'] = (level: LeafLevel) => ['pfn_pte', 'arch_make_huge_pte', ...at(level, ['pfn', 'leaf'])];

/** A condition of the entry of a huge page. */
const ofHugePte = (
  name: string,
  says: string,
  right: (subject: Subject) => (huge: U64, pte: U64, pfn: U64) => boolean,
): Law => ({
  name,
  says,
  cites:
    'v7.1 mm/hugetlb.c make_huge_pte(); include/asm-generic/hugetlb.h, arch/*/include/asm/hugetlb.h arch_make_huge_pte()',
  levels: HUGE,
  needs,
  over: 'protections',
  frames: 'few',
  hurts: ['hugetlb'],
  judge: (subject) => {
    const { t, shift } = subject;
    const [pfn_pte, arch_make_huge_pte] = [t.pfn_pte!, t.arch_make_huge_pte!];
    const holds = right(subject);
    return (pfn, prot) => {
      const pte = pfn_pte(pfn, prot);
      return holds(arch_make_huge_pte(pte, shift), pte, pfn);
    };
  },
  tell: ({ t, level, shift }, { pfn, prot }) => {
    const pte = t.pfn_pte!(pfn, prot);
    return [
      { says: 'p', word: prot, as: 'pgprot' },
      { says: 'pfn_pte(n, p)', word: pte, as: 'pte' },
      { says: `arch_make_huge_pte(it, ${shift})`, word: t.arch_make_huge_pte!(pte, shift), as: level },
    ];
  },
});

const pg35 = ofHugePte(
  'PG35',
  'arch_make_huge_pte(pfn_pte(n, p), shift) is a leaf of its level, legal, of frame n, with the rights of p',
  ({ t, level, mmu }) => {
    const { pfn: frame, ask } = atLevel(t, level);
    const [leaf, pte_huge] = [ask('leaf'), t.pte_huge ?? ask('leaf')];
    return (huge, pte, pfn) =>
      leaf(huge) &&
      pte_huge(huge) &&
      mmu.legal(level, huge) &&
      eq(frame(huge), pfn) &&
      mmu.rights(level, huge) === mmu.rights('pte', pte);
  },
);

const pg35mode = ofHugePte(
  'PG35-mode',
  'arch_make_huge_pte(pfn_pte(n, p), shift) selects the cache mode of p, should anybody want another one of a huge page than the plain one',
  ({ level, mmu }) =>
    (huge, pte) =>
      !mmu.valid(pte, 'pte') || mmu.mode(level, huge) === mmu.mode('pte', pte),
);

export const HUGETLB_LAWS: readonly Law[] = [pg35, pg35mode];
