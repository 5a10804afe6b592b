/** I-PGPROT: what mm passes around as a pgprot_t is in base-PTE format. */
import type { Step } from '../checker/search/index.ts';
import type { LeafLevel } from '../model/formats/pgtable.ts';
import { eq, hexOf, type U64 } from '../model/formats/u64.ts';
import { Handed, HandedBy } from '../model/state/exact_entries.ts';
import type { MmView, Pgprot, Pmd, Pud } from '../model/state/mm_types.ts';
import { exactOf, mmuOf } from './exact.ts';
import type { Mmu } from './laws/mmu.ts';

interface Passed {
  readonly by: string;
  readonly prot: Pgprot;
  readonly word: U64;
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
  const prot = Handed.prot(e) as Pgprot;
  const code = s.handedLeaf.at(0);
  const from = { by: HandedBy.names[by]!, prot, word: exact.pgprot(prot) };
  if (by === HandedBy.pud_pgprot) return { ...from, level: 'pud', leaf: exact.pud(code as Pud) };
  return { ...from, level: 'pmd', leaf: exact.pmd(code as Pmd) };
};

/** Whether a PTE of the protection allows what the leaf allows. */
const sameRights = (mmu: Mmu, { word, level, leaf }: Passed): boolean => {
  const { rightsOfProt = (prot: U64): number => mmu.rights('pte', prot) } = mmu;
  return rightsOfProt(word) === mmu.rights(level, leaf);
};

/** What is wrong with it as the protection of a PTE; '' if nothing is. */
const flaw = (s: MmView, one: Passed): string => {
  const { prot, word, level, leaf } = one;
  const mmu = mmuOf(s);
  const { asked = (bits: U64): number => mmu.mode('pte', bits) } = mmu;
  const [mode, is] = [mmu.mode(level, leaf), asked(word)];
  if (mode !== is) return `as a PTE it is ${mmu.modes[is]!}, and the leaf is ${mmu.modes[mode]!}`;
  const more = exactOf(s).deviation(prot);
  if (more !== '') return `it has what no protection of a PTE has: ${more}`;
  if (mmu.asked === undefined && !eq(mmu.withMode('pte', word, mode), word))
    return `it has other cache bits than a PTE that is ${mmu.modes[mode]!}`;
  if (!sameRights(mmu, one)) return 'it has not the rights of the leaf';
  return '';
};

export const basePte: Step<MmView> = {
  kind: 'step',
  name: 'I-PGPROT',
  says: 'The pgprot_t that a split, or follow_pfnmap_start(), reads from a leaf is in base-PTE format: with cache mode and rights of the leaf, in the bits of a PTE, and nothing that only a leaf, or a frame number, has.',
  cites:
    'v4 cover letter and 1/7 of "mm: add huge pfnmap support for remap_pfn_range()"; v7.1 mm/memory.c follow_pfnmap_start(), ' +
    'generic_access_phys()',
  subject: (_before, _move, after) => passed(after) !== undefined,
  holds: (_before, _move, after) => {
    const one = passed(after);
    return one === undefined || flaw(after, one) === '';
  },
  explain: (_before, _move, after) => {
    const one = passed(after)!;
    const leaf = exactOf(after).show(one.level, one.leaf);
    return `${one.by}() of the leaf ${leaf} is ${hexOf(one.word)}: ${flaw(after, one)}`;
  },
};
