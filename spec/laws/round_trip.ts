/** PG1 to PG6, PG18, PG19: what a constructor is given, the accessors give back. */
import type { FunctionName, LeafLevel } from '../../model/formats/pgtable.ts';
import { eq } from '../../model/formats/u64.ts';
import { atLevel } from './at_level.ts';
import type { Law, Stage, Subject } from './law.ts';
import type { U64 } from '../../model/formats/u64.ts';

const PTE: readonly LeafLevel[] = ['pte'];
const HUGE: readonly LeafLevel[] = ['pmd', 'pud'];
const PGTABLE = 'v7.1 arch/*/include/asm/pgtable.h';
const CONTRACT = 'v4 of "mm: add huge pfnmap support for remap_pfn_range()", cover letter: the contract of pgprot_t';

const protStage = (prot: U64): Stage => ({ says: 'p', word: prot, as: 'pgprot' });
export const leafStages = ({ t, level }: Subject, pfn: U64, prot: U64): readonly Stage[] => {
  const { make, leaf } = atLevel(t, level);
  const made: Stage = { says: `pfn_${level}(n, p)`, word: make(pfn, prot), as: level };
  if (level === 'pte' || t[`${level}_mkhuge`] === undefined) return [protStage(prot), made];
  return [protStage(prot), made, { says: `${level}_mkhuge() of it`, word: leaf(pfn, prot), as: level }];
};
const makers = (level: LeafLevel): readonly FunctionName[] =>
  level === 'pte' ? ['pfn_pte'] : [`pfn_${level}`, `${level}_mkhuge`];

/**
 * Whoever makes entries of the protection, as a split does, PMDs of that of a PUD, or reads the cache mode out of it, as
 * ioremap_prot() does, gets what the right one says.
 */
const sameEntries = (
  says: string,
  rightOf: (t: Subject['t']) => (pfn: U64, prot: U64) => U64,
): NonNullable<Law['harmless']> => ({
  says: `does no harm: the entries of lower levels that are made of what comes back are those that are made of ${says}, and so is the cache mode that is read out of it`,
  judge: ({ t, level, mmu }) => {
    const { leaf, pgprot } = atLevel(t, level);
    const right = rightOf(t);
    const { pfn_pte, pfn_pmd } = t;
    return (pfn, prot) => {
      const [back, expected] = [pgprot(leaf(pfn, prot)), right(pfn, prot)];
      return (
        eq(pfn_pte!(pfn, back), pfn_pte!(pfn, expected)) &&
        (level !== 'pud' || pfn_pmd === undefined || eq(pfn_pmd(pfn, back), pfn_pmd(pfn, expected))) &&
        mmu.mode('pte', back) === mmu.mode('pte', expected)
      );
    };
  },
});

/** L_pgprot() of the leaf that was made with p. */
const pgprotComesBack = (
  name: string,
  says: string,
  levels: readonly LeafLevel[],
  cites: string,
  hurts: Law['hurts'],
) =>
  ({
    name,
    says,
    cites,
    levels,
    needs: (level) => [...makers(level), `${level}_pgprot`],
    over: 'protections',
    hurts,
    harmless: sameEntries('p', () => (_pfn, prot) => prot),
    judge: ({ t, level }) => {
      const { leaf, pgprot } = atLevel(t, level);
      return (pfn, prot) => eq(pgprot(leaf(pfn, prot)), prot);
    },
    tell: (subject, { pfn, prot }) => {
      const { leaf, pgprot } = atLevel(subject.t, subject.level);
      const back: Stage = { says: `${subject.level}_pgprot() of it`, word: pgprot(leaf(pfn, prot)), as: 'pgprot' };
      return [...leafStages(subject, pfn, prot), back];
    },
  }) satisfies Law;

const pfnComesBack = (name: string, levels: readonly LeafLevel[]): Law => ({
  name,
  says: 'L_pfn(pfn_L(n, p)) is n',
  cites: PGTABLE,
  levels,
  needs: (level) => [`pfn_${level}`, `${level}_pfn`],
  over: 'protections',
  hurts: ['every walker'],
  judge: ({ t, level }) => {
    const { make, pfn: frame } = atLevel(t, level);
    return (pfn, prot) => eq(frame(make(pfn, prot)), pfn);
  },
  tell: ({ t, level }, { pfn, prot }) => {
    const { make, pfn: frame } = atLevel(t, level);
    const made = make(pfn, prot);
    return [
      protStage(prot),
      { says: `pfn_${level}(n, p)`, word: made, as: level },
      { says: `${level}_pfn() of it`, word: frame(made), as: 'frame' },
    ];
  },
});

const pg3leaf: Law = {
  name: 'PG3-leaf',
  says: 'L_pfn(L_mkhuge(pfn_L(n, p))) is n, and where the hardware translates by it, it maps from frame n on',
  cites: PGTABLE,
  levels: HUGE,
  needs: (level) => [...makers(level), `${level}_pfn`],
  over: 'protections',
  hurts: ['every walker'],
  judge: ({ t, level, mmu }) => {
    const { leaf, pfn: frame } = atLevel(t, level);
    return (pfn, prot) => {
      const e = leaf(pfn, prot);
      return eq(frame(e), pfn) && (!mmu.valid(e, level) || eq(mmu.frame(level, e), pfn));
    };
  },
  tell: (subject, { pfn, prot }) => {
    const { leaf, pfn: frame } = atLevel(subject.t, subject.level);
    const back: Stage = { says: `${subject.level}_pfn() of it`, word: frame(leaf(pfn, prot)), as: 'frame' };
    return [...leafStages(subject, pfn, prot), back];
  },
};

/** A condition of an entry just made. */
const ofMade = (
  name: string,
  says: string,
  needs: Law['needs'],
  hurts: Law['hurts'],
  holds: (subject: Subject) => (made: U64, prot: U64) => boolean,
): Law => ({
  name,
  says,
  cites: CONTRACT,
  levels: HUGE,
  needs,
  over: 'protections',
  hurts,
  judge: (subject) => {
    const { make } = atLevel(subject.t, subject.level);
    const right = holds(subject);
    return (pfn, prot) => right(make(pfn, prot), prot);
  },
  tell: (subject, { pfn, prot }) => leafStages(subject, pfn, prot),
});

/** On some architecture both can have a bit more than p; but a caller must not be told the level by it. */
const pg19: Law = {
  ...pgprotComesBack(
    'PG19',
    'follow_pfnmap_start() gives the same of a page whether a PTE or a leaf maps it: L_pgprot(leaf) is pte_pgprot(pfn_pte()) with the same p',
    HUGE,
    'v7.1 mm/memory.c follow_pfnmap_start(), pfnmap_args_setup()',
    ['follow_pfnmap', 'access_phys'],
  ),
  needs: (level) => [...makers(level), `${level}_pgprot`, 'pfn_pte', 'pte_pgprot'],
  harmless: sameEntries(
    'what a PTE gives',
    ({ pfn_pte, pte_pgprot }) =>
      (pfn, prot) =>
        pte_pgprot!(pfn_pte!(pfn, prot)),
  ),
  judge: ({ t, level }) => {
    const { leaf, pgprot } = atLevel(t, level);
    const [pfn_pte, pte_pgprot] = [t.pfn_pte!, t.pte_pgprot!];
    return (pfn, prot) => eq(pgprot(leaf(pfn, prot)), pte_pgprot(pfn_pte(pfn, prot)));
  },
};

export const ROUND_TRIPS: readonly Law[] = [
  pgprotComesBack('PG1', 'pte_pgprot(pfn_pte(n, p)) is p', PTE, PGTABLE, ['follow_pfnmap', 'split']),
  pfnComesBack('PG2', PTE),
  pfnComesBack('PG3', HUGE),
  pg3leaf,
  pgprotComesBack('PG4', 'L_pgprot(L_mkhuge(pfn_L(n, p))) is p', HUGE, CONTRACT, [
    'split',
    'follow_pfnmap',
    'CPA',
    'split_kernel_leaf_mapping',
  ]),
  ofMade(
    'PG5',
    'pfn_L(n, p) is a leaf before any L_mkhuge(): L_leaf() says so, and the hardware may meet it at that level',
    (level) => [`pfn_${level}`, `${level as 'pmd'}_leaf`],
    ['insert', 'vmalloc', 'hibernate'],
    ({ t, level, mmu }) => {
      const isLeaf = atLevel(t, level).ask('leaf');
      return (made) => isLeaf(made) && mmu.legal(level, made);
    },
  ),
  ofMade('PG6', 'L_mkhuge(pfn_L(n, p)) is pfn_L(n, p)', makers, ['insert', 'CPA'], ({ t, level }) => {
    const { mkhuge } = atLevel(t, level);
    return (made) => eq(mkhuge(made), made);
  }),
  ofMade('PG6-again', 'L_mkhuge(L_mkhuge(e)) is L_mkhuge(e)', makers, ['insert', 'CPA'], ({ t, level }) => {
    const { mkhuge } = atLevel(t, level);
    return (made) => eq(mkhuge(mkhuge(made)), mkhuge(made));
  }),
  pgprotComesBack(
    'PG18',
    'follow_pfnmap_start() gives p, at whatever level it is mapped: L_pgprot() of the leaf is in base-PTE format',
    ['pte', 'pmd', 'pud'],
    'v7.1 mm/memory.c follow_pfnmap_start(), pfnmap_args_setup()',
    ['follow_pfnmap', 'access_phys'],
  ),
  pg19,
];
