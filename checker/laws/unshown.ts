/** Why no search shows what a law that fails does to a mapping. */
import type { LeafLevel } from '../../model/formats/pgtable.ts';
import { fits } from '../pattern.ts';
import type { Judgement } from './judge.ts';
import type { UnderTest } from './under_test.ts';

interface Unshown {
  /** Laws, and architectures, by patterns. */
  readonly laws: readonly string[];
  readonly arch: readonly string[];
  /** The levels that it is said of; each where it is absent. */
  readonly levels?: readonly LeafLevel[];
  readonly why: string;
}

const UNSHOWN: readonly Unshown[] = [
  { laws: ['*'], arch: ['loongarch64*', 's390'], why: 'no world carries the entries of this architecture' },
  { laws: ['PG3'], arch: ['x86_*'], why: 'nobody asks pmd_pfn() before pmd_mkhuge()' },
  {
    laws: ['PG5', 'PG6'],
    arch: ['x86_*', 'arm64_*'],
    why: 'every caller of pfn_pmd() and pfn_pud() makes a leaf of it by pmd_mkhuge() or pud_mkhuge()',
  },
  {
    laws: ['PG16'],
    arch: ['*'],
    why: 'it compares two orders of the same operations, and a search sees one of them; the bits are those of PG7 or PG14',
  },
  {
    laws: ['PG28'],
    arch: ['x86_*'],
    why: 'of PAGE_NONE pud_present() is false and pud_leaf() true: I-LEAF asks what pud_leaf() says, no property what pud_present() does',
  },
  {
    laws: ['PG12', 'PG12-absent'],
    arch: ['x86_*'],
    why: 'only CPA withdraws a leaf of the direct map, which is in no world',
  },
  { laws: ['PG35-mode'], arch: ['*'], why: 'hugetlb with another cache mode than the plain one is not modelled' },
  {
    laws: ['PG38'],
    arch: ['*'],
    why: 'it is about the order in which a driver calls pgprot_*(): those of the worlds call one of them',
  },
  {
    laws: ['PG15-driver'],
    arch: ['*'],
    why: 'the drivers of the worlds have their cache mode in vm_page_prot, and mprotect() takes it from there',
  },
  { laws: ['PG13-young'], arch: ['*'], why: 'no property asks whether an entry is young' },
  { laws: ['PG13'], arch: ['arm64_64k_pa52'], why: 'the frames of the worlds have no bit as high as 48' },
  {
    laws: ['PG11'],
    arch: ['ppc64_*', 'riscv64*'],
    why: 'the models have no state between pudp_invalidate() and what comes after it',
  },
  {
    laws: ['PG29'],
    arch: ['ppc64_*'],
    why: 'the walkers of the model know a leaf as one, and do not ask pmd_bad() of it',
  },
  { laws: ['PG22'], arch: ['riscv64*'], why: 'no world has memory that can only be executed' },
  {
    laws: ['PG7', 'PG7-any', 'PG8'],
    arch: ['x86_*', 'arm64_*', 'riscv64_thead'],
    levels: ['pud'],
    why: 'remap_pfn_range() maps a BAR of the worlds by PMDs',
  },
  { laws: ['PG18'], arch: ['riscv64_thead'], levels: ['pte'], why: 'it is PG1 of a PTE, and a split shows that' },
  { laws: ['PG40'], arch: ['riscv64*'], why: 'swap entries are not carried bit for bit' },
];

/** A sentence, for a law of which shown.ts has nothing on this architecture at this level. */
export const whyNotShown = ({ law, level }: Judgement, { architecture: { name } }: Pick<UnderTest, 'architecture'>) =>
  UNSHOWN.find(
    ({ laws, arch, levels = [level] }) =>
      levels.includes(level) && arch.some((one) => fits(one, name)) && laws.some((one) => fits(one, law.name)),
  )?.why;
