/** PG13 to PG16: what mprotect() changes of an entry, and what it must leave. */
import type { LeafLevel } from '../../model/formats/pgtable.ts';
import { eq, type U64, ZERO } from '../../model/formats/u64.ts';
import { atLevel, present, splitPte } from './at_level.ts';
import type { Case, Law, Stage, Subject } from './law.ts';
import { ACCESS } from './mmu.ts';
import { leafStages } from './round_trip.ts';

const ALL: readonly LeafLevel[] = ['pte', 'pmd', 'pud'];
const HUGE: readonly LeafLevel[] = ['pmd', 'pud'];
const CHANGE = 'v7.1 mm/mprotect.c change_pte_range(), mm/huge_memory.c change_huge_pmd(), change_huge_pud()';

/** vm_page_prot after mprotect(), where it was `old`: vma_set_page_prot(), vm_pgprot_modify(). */
const nextProt =
  ({ t }: Subject) =>
  (old: U64, newprot: U64): U64 =>
    t.pgprot_modify!(old, newprot);

const makers = (level: LeafLevel) =>
  level === 'pte' ? (['pfn_pte'] as const) : ([`pfn_${level}`, `${level}_mkhuge`] as const);

const stages = (subject: Subject, { pfn, prot, vmProt, newprot }: Case): readonly Stage[] => {
  const { t, level } = subject;
  const { leaf, modify } = atLevel(t, level);
  const next = nextProt(subject)(vmProt, newprot);
  return [
    ...leafStages(subject, pfn, prot),
    { says: 'p of mprotect()', word: next, as: 'pgprot' },
    { says: `${level}_modify() of it`, word: modify(leaf(pfn, prot), next), as: level },
  ];
};

/** Whether a protection gives no access; of many frames in a row the same one is asked. */
const noAccessBy = ({ t, level, mmu }: Subject): ((prot: U64) => boolean) => {
  const { leaf } = atLevel(t, level);
  let last: U64 | undefined;
  let is = false;
  return (prot) => {
    if (prot !== last) is = (mmu.rights(level, leaf(ZERO, prot)) & ACCESS) === 0;
    last = prot;
    return is;
  };
};

/** A law about the entry before and after L_modify() with the next vm_page_prot; `toNone`: where that gives no access. */
export const ofModify = (
  law: Pick<Law, 'name' | 'says' | 'hurts' | 'levels'> & Partial<Pick<Law, 'cites'>>,
  needs: Law['needs'],
  right: (subject: Subject) => (old: U64, after: U64, next: U64, pfn: U64, vmProt: U64) => boolean,
  toNone = false,
): Law => ({
  cites: CHANGE,
  ...law,
  needs: (level) => [...makers(level), `${level}_modify`, 'pgprot_modify', ...needs(level)],
  over: 'pairs',
  judge: (subject) => {
    const { leaf, modify } = atLevel(subject.t, subject.level);
    const next = nextProt(subject);
    const holds = right(subject);
    const isNone = noAccessBy(subject);
    return (pfn, prot, vmProt, newprot) => {
      if (toNone && !isNone(newprot)) return true;
      const e = leaf(pfn, prot);
      const changed = next(vmProt, newprot);
      return holds(e, modify(e, changed), changed, pfn, vmProt);
    };
  },
  tell: stages,
});

/** What a change of protection leaves as it is; of an architecture without one of them, the others. */
const KEPT = ['special', 'soft_dirty', 'uffd_wp'] as const;

const pg13 = ofModify(
  {
    name: 'PG13',
    says: 'L_modify() keeps the frame, special, soft-dirty, uffd-wp, and that a leaf is one, which the hardware may meet at its level',
    hurts: ['mprotect'],
    levels: ALL,
  },
  (level) => [`${level}_pfn`],
  ({ t, level, mmu }) => {
    const { pfn, ask } = atLevel(t, level);
    const kept = present(t, level, level === 'pte' ? KEPT : [...KEPT, 'leaf']).map(ask);
    return (old, after) => {
      if (!eq(pfn(after), pfn(old)) || (!mmu.legal(level, after) && mmu.legal(level, old))) return false;
      for (const one of kept) if (one(old) !== one(after)) return false;
      return true;
    };
  },
);

/** Where vm_get_page_prot() gives the accessed bit with every protection, and *_modify() takes it from there, an old page becomes young. */
const pg13young = ofModify(
  { name: 'PG13-young', says: 'L_young(L_modify(e, p)) is L_young(e)', hurts: ['mprotect'], levels: ALL },
  (level) => [`${level}_young`],
  ({ t, level }) => {
    const young = atLevel(t, level).ask('young');
    return (old, after) => young(old) === young(after);
  },
);

const pg14 = ofModify(
  { name: 'PG14', says: 'L_dirty(L_modify(e, p)) is L_dirty(e)', hurts: ['mprotect'], levels: ALL },
  (level) => [`${level}_dirty`],
  ({ t, level }) => {
    const dirty = atLevel(t, level).ask('dirty');
    return (old, after) => dirty(old) === dirty(after);
  },
);

const pg15 = ofModify(
  {
    name: 'PG15',
    says: 'L_modify() keeps the cache mode, where the VMA has it in vm_page_prot',
    hurts: ['mprotect'],
    levels: ALL,
  },
  () => [],
  ({ level, mmu }) =>
    (old, after) =>
      mmu.mode(level, old) === mmu.mode(level, after),
);

/** The driver gave remap_pfn_range() another cache mode than vm_page_prot has, which the architecture takes from there. */
const pg15driver: Law = {
  ...pg15,
  name: 'PG15-driver',
  says: 'L_modify() keeps the cache mode, also where a driver passed it to remap_pfn_range() and not to vm_page_prot',
  judge: (subject) => {
    const { t, level, mmu } = subject;
    const { leaf, modify } = atLevel(t, level);
    return (pfn, prot, _vmProt, newprot) => {
      const e = leaf(pfn, prot);
      return mmu.mode(level, e) === mmu.mode(level, modify(e, newprot));
    };
  },
  tell: (subject, { pfn, prot, newprot }) => {
    const { leaf, modify } = atLevel(subject.t, subject.level);
    const after = modify(leaf(pfn, prot), newprot);
    return [
      ...leafStages(subject, pfn, prot),
      { says: 'p of mprotect()', word: newprot, as: 'pgprot' },
      { says: `${subject.level}_modify() of it`, word: after, as: subject.level },
    ];
  },
};

const pg16: Law = {
  name: 'PG16',
  says: 'A leaf whose protection is changed and that is split then gives the PTEs of one that is split first: pfn_pte(k, L_pgprot(L_modify(leaf, p))) is pte_modify(pfn_pte(k, L_pgprot(leaf)), p)',
  cites: `${CHANGE}, __split_huge_pmd_locked()`,
  levels: HUGE,
  needs: (level) => [...makers(level), 'pfn_pte', 'pte_modify', 'pgprot_modify', `${level}_modify`, `${level}_pgprot`],
  over: 'pairs',
  hurts: ['split', 'mprotect'],
  judge: (subject) => {
    const { t, level } = subject;
    const { leaf, modify } = atLevel(t, level);
    const split = splitPte(t, level);
    const next = nextProt(subject);
    const pte_modify = t.pte_modify!;
    return (pfn, prot, vmProt, newprot) => {
      const e = leaf(pfn, prot);
      const changed = next(vmProt, newprot);
      return eq(split(pfn, modify(e, changed)), pte_modify(split(pfn, e), changed));
    };
  },
  tell: (subject, one) => {
    const { pfn, prot, vmProt, newprot } = one;
    const { t, level } = subject;
    const { leaf, modify } = atLevel(t, level);
    const split = splitPte(t, level);
    const changed = nextProt(subject)(vmProt, newprot);
    const e = leaf(pfn, prot);
    return [
      ...stages(subject, one),
      { says: 'split, PTE 0', word: split(pfn, modify(e, changed)), as: 'pte' },
      { says: 'split first, PTE 0', word: t.pte_modify!(split(pfn, e), changed), as: 'pte' },
    ];
  },
};

export const MPROTECT_LAWS: readonly Law[] = [pg13, pg13young, pg14, pg15, pg15driver, pg16];
