import { describe, expect, it } from '@effect/vitest';
import fc from 'fast-check';
import {
  clear_huge,
  pfn_pmd,
  pfn_pmd_base_pte,
  pfn_pte,
  pmd_modify,
  pmd_pgprot,
  pmd_pgprot_base_pte,
  pte_modify,
  vm_page_prot,
} from '../../../model/arch/x86.ts';
import { Pgprot, Pmd, PmdKind, Prot, Pte, Vma, VmaKind } from '../../../model/state/mm_types.ts';

// PAT<<2 | PCD<<1 | PWT, the full PAT table.
const MODES = { WB: 0, WC: 1, 'UC-': 2, UC: 3, WP: 5, WT: 7 } as const;
type Mode = keyof typeof MODES;
const nameOf = (cache: number): string =>
  Object.entries(MODES).find(([, code]) => code === cache)?.[0] ?? `PAT ${cache}`;
const device = (mode: Mode, prot: number = Prot.RW): Vma =>
  Vma.of({ kind: VmaKind.device, end: 2, shared: 1, mayWrite: 1, prot, cache: MODES[mode] });
const modes = Object.keys(MODES) as Mode[];

const anyPgprot = fc
  .record({
    write: fc.nat(1),
    young: fc.nat(1),
    dirty: fc.nat(1),
    special: fc.nat(1),
    protnone: fc.nat(1),
    pwtPcd: fc.nat(3),
    bit7: fc.nat(1),
  })
  .map((fields) => Pgprot.of(fields));
const evenFrame = fc.nat(7).map((n) => 2 * n);

describe('cache modes of a PMD leaf made from a base-PTE pgprot', () => {
  it('lose PAT to PSE as long as pfn_pmd() takes bits as they are', () => {
    const built = modes.map((mode) => `${mode} -> ${nameOf(Pmd.cache(pfn_pmd(0, vm_page_prot(device(mode)))))}`);
    expect(built).toEqual(['WB -> WB', 'WC -> WC', 'UC- -> UC-', 'UC -> UC', 'WP -> WC', 'WT -> UC']);
  });

  it('are all kept by the base-PTE contract', () => {
    for (const mode of modes) expect(nameOf(Pmd.cache(pfn_pmd_base_pte(0, vm_page_prot(device(mode)))))).toBe(mode);
  });
});

/** What each cache mode of a correct leaf becomes in the first PTE of a split. */
const split = (convert: (prot: Pgprot) => Pgprot): readonly string[] =>
  modes.map((mode) => {
    const prot = convert(pmd_pgprot(pfn_pmd_base_pte(4, vm_page_prot(device(mode)))));
    const pte = pfn_pte(4, prot);
    return `${mode} -> ${nameOf(Pte.cache(pte))}${Pte.pfn(pte) === 4 ? '' : ` frame ${Pte.pfn(pte)}`}`;
  });
/** What p?d_modify() must leave alone. */
const keptBy = (e: Pmd) => [Pmd.pfn(e), Pmd.cache(e), Pmd.special(e), Pmd.young(e)];

describe('the first PTE of a split of a correct leaf', () => {
  it('takes PSE for PAT, and PAT for the lowest frame bit, when the flags are raw', () => {
    expect(split((prot) => prot)).toEqual([
      'WB -> PAT 4', // which is WB, too
      'WC -> WP',
      'UC- -> PAT 6', // UC-
      'UC -> WT',
      'WP -> WP frame 5',
      'WT -> WT frame 5',
    ]);
  });

  it('loses PAT and keeps the wrong frame with pte_clrhuge()', () => {
    expect(split(clear_huge)).toEqual([
      'WB -> WB',
      'WC -> WC',
      'UC- -> UC-',
      'UC -> UC',
      'WP -> WC frame 5',
      'WT -> UC frame 5',
    ]);
  });
});

describe('laws', () => {
  it('pmd_pgprot(pfn_pmd(n, p)) = p and the frame is n, in base-PTE format (PG3, PG4)', () => {
    fc.assert(
      fc.property(evenFrame, anyPgprot, (n, p) => {
        const e = pfn_pmd_base_pte(n, p);
        expect(pmd_pgprot_base_pte(e)).toBe(p);
        expect(Pmd.pfn(e)).toBe(n);
        expect(Pmd.kind(e)).toBe(PmdKind.leaf);
      }),
    );
  });

  it('pfn_pte(k, pmd_pgprot(e)) has frame, cache mode and permissions of the leaf (PG7, PG17)', () => {
    fc.assert(
      fc.property(evenFrame, anyPgprot, (n, p) => {
        const e = pfn_pmd_base_pte(n, p);
        const pte = pfn_pte(n + 1, pmd_pgprot_base_pte(e));
        expect([Pte.pfn(pte), Pte.cache(pte), Pte.special(pte)]).toEqual([n + 1, Pmd.cache(e), Pmd.special(e)]);
        expect([Pte.write(pte), Pte.protnone(pte)]).toEqual([Pmd.write(e), Pmd.protnone(e)]);
      }),
    );
  });

  it('p?d_modify keeps frame, cache, special and accessed; a PMD loses hardware dirty, a PTE does not (PG13, PG14)', () => {
    fc.assert(
      fc.property(evenFrame, anyPgprot, anyPgprot, (n, p, next) => {
        const e = pfn_pmd_base_pte(n, p);
        const changed = pmd_modify(e, next);
        expect(keptBy(changed)).toEqual(keptBy(e));
        expect([Pmd.write(changed), Pmd.protnone(changed)]).toEqual([Pgprot.write(next), Pgprot.protnone(next)]);
        expect(Pmd.dirty(changed)).toBe(Pmd.write(e) === 1 ? 0 : Pmd.dirty(e));
        expect(Pte.dirty(pte_modify(pfn_pte(n, p), next))).toBe(Pgprot.dirty(p));
      }),
    );
  });

  it('a private mapping has no write in vm_page_prot, a PROT_NONE one is PROTNONE', () => {
    expect(Pgprot.write(vm_page_prot(device('WB')))).toBe(1);
    expect(Pgprot.write(vm_page_prot(Vma.mkShared(device('WB'), 0)))).toBe(0);
    expect(Pgprot.protnone(vm_page_prot(device('WB', Prot.NONE)))).toBe(1);
  });
});
