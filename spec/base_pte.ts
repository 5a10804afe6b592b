/** I-PGPROT: what mm passes around as a pgprot_t is in base-PTE format. */
import type { Step } from '../checker/search/index.ts';
import type { LeafLevel } from '../model/formats/pgtable.ts';
import { eq, hexOf, isZero, type U64 } from '../model/formats/u64.ts';
import { Handed, HandedBy } from '../model/state/exact_entries.ts';
import type { MmView, Pgprot, Pmd, Pud } from '../model/state/mm_types.ts';
import { exactOf, mmuOf } from './exact.ts';
import type { Mmu } from './laws/mmu.ts';

interface Passed {
  readonly by: string;
  readonly prot: U64;
  readonly level: LeafLevel;
  readonly leaf: U64;
}

/** The pgprot_t that the step has read from a leaf and handed on. */
const passed = (s: MmView): Passed | undefined => {
  if (s.exact === undefined || s.handed.rows === 0) return undefined;
  const exact = exactOf(s);
  const e = s.handed.at(0);
  const by = Handed.by(e);
  if (by === HandedBy.nobody) return undefined;
  const ofPud = by === HandedBy.pud_pgprot;
  const leaf = s.handedLeaf.at(0);
  return {
    by: HandedBy.names[by]!,
    prot: exact.pgprot(Handed.prot(e) as Pgprot),
    level: ofPud ? 'pud' : 'pmd',
    leaf: ofPud ? exact.pud(leaf as Pud) : exact.pmd(leaf as Pmd),
  };
};

/** What is wrong with it as a PTE without a frame; '' if nothing is. */
const flaw = (mmu: Mmu, { prot, level, leaf }: Passed): string => {
  const [mode, is] = [mmu.mode(level, leaf), mmu.mode('pte', prot)];
  if (mode !== is) return `as a PTE it is ${mmu.modes[is]!}, and the leaf is ${mmu.modes[mode]!}`;
  if (!mmu.legal('pte', prot)) return 'it is no PTE that the hardware may meet';
  if (!eq(mmu.withMode('pte', prot, mode), prot))
    return `it has other cache bits than a PTE that is ${mmu.modes[mode]!}`;
  if (!isZero(mmu.frame('pte', prot))) return 'it has a bit of the frame number of a PTE';
  if (mmu.valid(prot) !== mmu.valid(leaf) || mmu.rights('pte', prot) !== mmu.rights(level, leaf))
    return 'it has not the rights of the leaf';
  return '';
};

export const basePte: Step<MmView> = {
  kind: 'step',
  name: 'I-PGPROT',
  says: 'The pgprot_t that a split, or follow_pfnmap_start(), reads from a leaf is in base-PTE format: as a PTE it is legal, has cache mode and rights of the leaf, and no bit of a frame number.',
  cites:
    'v4 cover letter and 1/7 of "mm: add huge pfnmap support for remap_pfn_range()"; v7.1 mm/memory.c follow_pfnmap_start(), ' +
    'generic_access_phys()',
  subject: (_before, _move, after) => passed(after) !== undefined,
  holds: (_before, _move, after) => {
    const one = passed(after);
    return one === undefined || flaw(mmuOf(after), one) === '';
  },
  explain: (_before, _move, after) => {
    const one = passed(after)!;
    const leaf = exactOf(after).show(one.level, one.leaf);
    return `${one.by}() of the leaf ${leaf} is ${hexOf(one.prot)}: ${flaw(mmuOf(after), one)}`;
  },
};
