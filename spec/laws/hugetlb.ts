/** PG35: a huge page of hugetlb, whose entry is made as a PTE. */
import type { LeafLevel } from '../../model/formats/pgtable.ts';
import { eq, type U64 } from '../../model/formats/u64.ts';
import { atLevel } from './at_level.ts';
import type { Law, Subject } from './law.ts';
import { at, HUGE, makers } from './of_leaf.ts';

const needs: Law['needs'] = (level: LeafLevel) => [
  'pfn_pte',
  'arch_make_huge_pte',
  ...makers(level),
  ...at(level, ['pfn', 'leaf']),
];

/** A condition of the entry of a huge page. */
const ofHugePte = (
  name: string,
  says: string,
  right: (subject: Subject) => (huge: U64, pte: U64, pfn: U64, prot: U64) => boolean,
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
      return holds(arch_make_huge_pte(pte, shift), pte, pfn, prot);
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
  'arch_make_huge_pte(pfn_pte(n, p), shift) is pte_huge(), a leaf as L_mkhuge(pfn_L(n, p)) is, of frame n, with the rights of p',
  ({ t, level, mmu }) => {
    const { pfn: frame, ask, leaf } = atLevel(t, level);
    const isLeaf = ask('leaf');
    const pte_huge = t.pte_huge ?? ((): boolean => true);
    const sameFrame = (huge: U64, thp: U64, pfn: U64): boolean =>
      mmu.valid(huge, level) ? eq(mmu.frame(level, huge), pfn) : eq(frame(huge), frame(thp));
    return (huge, pte, pfn, prot) => {
      const thp = leaf(pfn, prot);
      return (
        isLeaf(huge) === isLeaf(thp) &&
        pte_huge(huge) &&
        sameFrame(huge, thp, pfn) &&
        mmu.rights(level, huge) === mmu.rights('pte', pte)
      );
    };
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
