/** PG26, PG27, PG42: what mprotect() makes of rights: none of them, those of before, those of the new protection. */
import { eq, type U64 } from '../../model/formats/u64.ts';
import { atLevel, present } from './at_level.ts';
import type { Law, Stage } from './law.ts';
import { ACCESS, type Mmu, WRITE } from './mmu.ts';
import { ofModify } from './mprotect.ts';
import { ALL, at } from './of_leaf.ts';

const CITES = 'v7.1 mm/mprotect.c change_pte_range(), mm/huge_memory.c change_huge_pmd(); do_numa_page()';

/** The kernel's tests of an entry that no access may use. */
const PROTNONE = ['protnone', 'present', 'leaf'];

const pg26 = ofModify(
  {
    name: 'PG26',
    says: 'L_modify(e, PAGE_NONE) leaves no right to the hardware; L_protnone() and L_present() are true of it, and L_leaf() of a leaf',
    cites: CITES,
    levels: ALL,
    hurts: ['mprotect', 'every walker'],
  },
  (level) => at(level, ['protnone']),
  ({ t, level, mmu }) => {
    const tests = present(t, level, level === 'pte' ? PROTNONE.slice(0, 2) : PROTNONE).map(atLevel(t, level).ask);
    return (_old, after) => (mmu.rights(level, after) & ACCESS) === 0 && tests.every((test) => test(after));
  },
  true,
);

/** Hardware may write to an entry, or the kernel lets it as soon as the page is dirty. */
const rightsBut = (mmu: Mmu, level: 'pte' | 'pmd' | 'pud', e: U64): number => mmu.rights(level, e) & ~WRITE;

const pg42 = ofModify(
  {
    name: 'PG42',
    says: 'L_modify(e, p) has the rights and the protection key of p: L_write() and what the hardware allows are those of a leaf made with p',
    cites: CITES,
    levels: ALL,
    hurts: ['mprotect'],
  },
  (level) => at(level, ['write']),
  ({ t, level, mmu }) => {
    const { leaf, ask } = atLevel(t, level);
    const write = ask('write');
    return (_old, after, next, pfn) => {
      const fresh = leaf(pfn, next);
      return (
        write(after) === write(fresh) &&
        rightsBut(mmu, level, after) === rightsBut(mmu, level, fresh) &&
        ((mmu.rights(level, after) & WRITE) === 0 || write(after)) &&
        (mmu.key === undefined || mmu.key(after) === mmu.key(fresh))
      );
    };
  },
);

const pg27base = ofModify(
  {
    name: 'PG27',
    says: 'L_modify() to PAGE_NONE and back to the protection of before gives the frame, the rights and the cache mode of before',
    cites: CITES,
    levels: ALL,
    hurts: ['mprotect'],
  },
  (level) => at(level, ['pfn', 'write']),
  ({ t, level, mmu }) => {
    const { leaf, pfn: frame, modify, ask } = atLevel(t, level);
    const pgprot_modify = t.pgprot_modify!;
    const write = ask('write');
    return (old, none, next, pfn, vmProt) => {
      const back = modify(none, pgprot_modify(next, vmProt));
      const [was, is] = [mmu.rights(level, old), mmu.rights(level, back)];
      return (
        eq(frame(back), frame(old)) &&
        eq(frame(back), frame(leaf(pfn, vmProt))) &&
        ((was ^ is) & ~WRITE) === 0 &&
        ((is & WRITE) === 0 || write(back)) &&
        mmu.mode(level, back) === mmu.mode(level, old)
      );
    };
  },
  true,
);

const pg27: Law = {
  ...pg27base,
  tell: (subject, one) => {
    const { t, level } = subject;
    const stages = pg27base.tell(subject, one);
    const [next, none] = stages.slice(-2) as [Stage, Stage];
    const back = atLevel(t, level).modify(none.word, t.pgprot_modify!(next.word, one.vmProt));
    return [...stages, { says: `${level}_modify() back`, word: back, as: level }];
  },
};

export const PROTNONE_LAWS: readonly Law[] = [pg26, pg27, pg42];
