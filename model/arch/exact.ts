/**
 * A kernel whose functions of entries are those of an architecture, bit for bit. Each is computed once for its small
 * arguments and remembered, so that a search looks numbers up. Left alone are the flags that mm sets one by one
 * (pte_mkwrite(), pte_mkdirty() ...): on words that the state can carry they do what the fields say, which
 * test/model/arch/carried.test.ts asks of every one of them.
 */
import { ModelBug } from '../../checker/search/index.ts';
import type { Functions } from '../formats/pgtable.ts';
import { type U64, ZERO } from '../formats/u64.ts';
import type { Kernel, Sys } from '../mm/kernel.ts';
import { pmd_offset, pmd_trans_huge, pud_of, pud_offset, pud_trans_huge, slot_of } from '../mm/pgtable.ts';
import { LOOKUP_MM } from '../mm/ptl.ts';
import { Handed, HandedBy } from '../state/exact_entries.ts';
import { Found, Level } from '../state/lookups.ts';
import { hasPudLeaves } from '../state/machine.ts';
import { Pgprot, Pmd, Prot, type Pte, type Pud, Vma } from '../state/mm_types.ts';
import type { Codec } from './carried.ts';
import { remembered, rememberedPairs } from './remembered.ts';

const PROTS = ['NONE', 'R', 'RW'] as const;

/** vm_get_page_prot() with what the driver asks for; the right to write as vma_set_page_prot() leaves it. */
const pageProt = ({ carried, toPgprot }: Codec, t: Functions): Kernel['vm_page_prot'] => {
  const make = rememberedPairs((prot: number, cache: number) =>
    toPgprot(carried.asks(t, carried.prots[PROTS[prot]!], cache)),
  );
  return (vma) => {
    const prot = Vma.prot(vma);
    const notify = Vma.pfnMkwrite(vma) === 1 || Vma.softClean(vma) === 1;
    const readOnly = prot === Prot.RW && (Vma.shared(vma) === 0 || notify);
    return make(readOnly ? Prot.R : prot, Vma.cache(vma));
  };
};

/** include/linux/pgtable.h: pmd_pgprot() and pud_pgprot() of who has none. */
const generic = (own: ((e: U64) => U64) | undefined): ((e: U64) => U64) => own ?? (() => ZERO);

/** What is kept beside a leaf that no function of the architecture sees. */
const ghostOf = (e: Pmd, made: Pmd): Pmd => Pmd.mkByRemap(made, Pmd.byRemap(e));

const pudsOf = (codec: Codec, t: Functions) => {
  if (!hasPudLeaves(codec.carried.machine) || t.pud_modify === undefined || t.pfn_pud === undefined) return {};
  const pud_pgprot = remembered((e: Pud) => codec.toPgprot(generic(t.pud_pgprot)(codec.pud(e))));
  return {
    pfn_pud: rememberedPairs((prot: Pgprot, pfn: number) =>
      codec.toPud(t.pud_mkhuge(t.pfn_pud(codec.realPfn(pfn), codec.pgprot(prot)))),
    ),
    pud_modify: rememberedPairs((e: Pud, prot: Pgprot) => codec.toPud(t.pud_modify(codec.pud(e), codec.pgprot(prot)))),
    pud_pgprot,
  };
};

/** The PTE of a split where a series has a function of its own for it (pte_clrhuge()). */
const splitPte = (codec: Codec, t: Functions): ((leaf: Pmd, pfn: number) => Pte) | undefined => {
  const split = t.split_pfnmap_pte as Functions['split_pfnmap_pte'] | undefined;
  if (split === undefined) return undefined;
  return rememberedPairs((leaf: Pmd, pfn: number): Pte => codec.toPte(split(codec.realPfn(pfn), codec.pmd(leaf))));
};

/** Notes for the spec what pmd_pgprot() gives of a leaf, to a split or to who looks a frame up. */
const handsOn = (s: Sys, leaf: Pmd): void => {
  s.handed.put(0, Handed.of({ by: HandedBy.pmd_pgprot, prot: s.kernel.pmd_pgprot(leaf) }));
  s.handedLeaf.put(0, leaf);
};

/** `t`: the functions of the release, with what series and toggles change. */
export const exactly = (kernel: Kernel, codec: Codec, t: Functions): Kernel => {
  const pte = rememberedPairs((prot: Pgprot, pfn: number) =>
    codec.toPte(t.pfn_pte(codec.realPfn(pfn), codec.pgprot(prot))),
  );
  const pmd = rememberedPairs((prot: Pgprot, pfn: number) => {
    // With the hash MMU and pages of 4K: hash__pmd_mkhuge().
    if (t.pfn_pmd === undefined) throw new ModelBug('no-PMD-leaves', 'pfn_pmd() is BUG()');
    return codec.toPmd(t.pmd_mkhuge(t.pfn_pmd(codec.realPfn(pfn), codec.pgprot(prot))));
  });
  const pmd_pgprot = remembered((e: Pmd) => codec.toPgprot(generic(t.pmd_pgprot)(codec.pmd(e))));
  const split = splitPte(codec, t);
  const { pfn_pud, pud_modify, pud_pgprot } = pudsOf(codec, t);
  return {
    ...kernel,
    vm_page_prot: pageProt(codec, t),
    pfn_pte: (pfn, prot) => pte(prot, pfn),
    pfn_pmd: (pfn, prot) => pmd(prot, pfn),
    pmd_pgprot,
    pte_modify: rememberedPairs((e, prot) => codec.toPte(t.pte_modify(codec.pte(e), codec.pgprot(prot)))),
    pmd_modify: rememberedPairs((e, prot) => ghostOf(e, codec.toPmd(t.pmd_modify(codec.pmd(e), codec.pgprot(prot))))),
    split_pfnmap_pte: (s, pfn, leaf) => {
      handsOn(s, leaf);
      return split?.(leaf, pfn) ?? kernel.split_pfnmap_pte(s, pfn, leaf);
    },
    follow_pfnmap_lock: (s, page, walked) => {
      const found = kernel.follow_pfnmap_lock(s, page, walked);
      const pmd_entry = s.pmd.at(pmd_offset(s.geometry, LOOKUP_MM, slot_of(s.geometry, page)));
      const pud_entry = s.pud.at(pud_offset(s.geometry, LOOKUP_MM, pud_of(s.geometry, page)));
      if (Found.level(found) === Level.PMD && pmd_trans_huge(pmd_entry)) handsOn(s, pmd_entry);
      if (Found.level(found) === Level.PUD && pud_trans_huge(pud_entry) && pud_pgprot !== undefined) {
        s.handed.put(0, Handed.of({ by: HandedBy.pud_pgprot, prot: pud_pgprot(pud_entry) }));
        s.handedLeaf.put(0, pud_entry);
      }
      return found;
    },
    ...(pfn_pud === undefined || pud_modify === undefined || pud_pgprot === undefined
      ? {}
      : {
          pfn_pud: (pfn: number, prot: Pgprot): Pud => pfn_pud(prot, pfn),
          pud_modify,
          pud_pgprot_cache: (e: Pud): number => cacheOf(pud_pgprot(e)),
        }),
  };
};
const cacheOf = (prot: Pgprot): number => Pgprot.pwtPcd(prot) | (Pgprot.bit7(prot) << 2);
