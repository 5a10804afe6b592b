/** Properties of entries bit for bit, on states by hand. */
import { describe, expect, it } from '@effect/vitest';
import { CARRIED_X86_64 } from '../../model/arch/x86/carried.ts';
import { Handed, HandedBy } from '../../model/state/exact_entries.ts';
import { Page } from '../../model/state/memmap.ts';
import { type MmView, Pgprot, Pmd, PmdKind, Prot } from '../../model/state/mm_types.ts';
import { accessDirty } from '../../spec/access_dirty.ts';
import { basePte } from '../../spec/base_pte.ts';
import { exactCache } from '../../spec/cache.ts';
import { fmt } from '../../spec/fmt.ts';
import { leaf as leafIsOne } from '../../spec/leaf.ts';
import { CARRIED } from '../../model/arch/carried_all.ts';
import { exactPerm } from '../../spec/perm.ts';
import {
  device,
  exactState,
  FILE,
  leaf,
  memory,
  mmState,
  type Piece,
  pte,
  pudLeaf,
  shmem,
  stepVerdict,
  table,
  verdict,
} from '../support/mm_state.ts';

const state = exactState(CARRIED_X86_64);
const UC = 3;

/** The leaf in slot 0 has bits that its fields do not call for. */
const deviates: Piece = ({ pmd }) => pmd.put(0, Pmd.mkDeviation(pmd.at(0), 1));
/** A protection that has been read from a leaf of these fields, and handed on. */
const hands =
  (prot: Parameters<typeof Pgprot.of>[0], of: Parameters<typeof Pmd.of>[0]): Piece =>
  ({ handed, handedLeaf }) => {
    handed.put(0, Handed.of({ by: HandedBy.pmd_pgprot, prot: Pgprot.of({ write: 1, young: 1, special: 1, ...prot }) }));
    handedLeaf.put(0, Pmd.of({ kind: PmdKind.leaf, write: 1, young: 1, special: 1, ...of }));
  };

const passing = (prot: Parameters<typeof Pgprot.of>[0], of: Parameters<typeof Pmd.of>[0], on = state): string =>
  stepVerdict(basePte, on(), 'munmap', on(hands(prot, of)));
const changed = (before: MmView, after: MmView, name = 'mprotect'): string =>
  stepVerdict(accessDirty, before, name, after, { mm: 0, range: { from: 0, to: 2 } });
const ptes = (...dirty: readonly [number, number]): Piece =>
  table({ page: 0 }, memory(FILE, { dirty: dirty[0] }), memory(FILE + 1, { dirty: dirty[1] }));
const folio: Piece = ({ page }) => {
  for (const row of [0, 1]) page.put(row, Page.mkDirty(page.at(row), 1));
};

describe('I-FMT', () => {
  it('holds of leaves and PTEs as they are made', () => {
    expect(verdict(fmt, state(device({ pages: [0, 2] }), leaf({ cache: UC })))).toBe('holds');
    expect(verdict(fmt, state(device({ pages: [0, 2] }), table({ page: 0 }, pte(0), pte(1))))).toBe('holds');
  });
  it('fails of a leaf with a reserved bit', () => {
    expect(verdict(fmt, state(device({ pages: [0, 2] }), leaf({}), deviates))).toMatchInlineSnapshot(
      `"parent page 0 is mapped by the leaf in pmd[0], which is 0x8000000080002287 2M pfn 0x80000 USR RW PSE NX SPECIAL bits 13; the hardware takes that for something else"`,
    );
  });
  it('has no subject where entries are abstract', () => {
    expect(verdict(fmt, mmState(device({ pages: [0, 2] }), leaf({})))).toBe('no subject');
  });
});

describe('I-LEAF', () => {
  const riscv = exactState(CARRIED.find(({ architecture }) => architecture.name === 'riscv64')!);
  it('holds of leaves, at either level', () => {
    expect(verdict(leafIsOne, riscv(device({ pages: [0, 4] }), pudLeaf({})))).toBe('holds');
    expect(verdict(leafIsOne, riscv(device({ pages: [0, 2] }), leaf({ protnone: 1, write: 0 })))).toBe('holds');
  });
  it('fails of a PUD leaf of PROT_NONE on riscv', () => {
    const none = pudLeaf({ protnone: 1, write: 0 });
    expect(verdict(leafIsOne, riscv(device({ pages: [0, 4], prot: Prot.NONE }), none))).toMatchInlineSnapshot(
      `"parent pud[0] maps memory, 0x0000000020000122 1G pfn 0x80000 PROT_NONE R SPECIAL not-present, and pud_leaf() says that it does not"`,
    );
    expect(verdict(leafIsOne, state(device({ pages: [0, 4], prot: Prot.NONE }), none))).toBe('holds');
  });
  it('has no subject without leaves, and where entries are abstract', () => {
    expect(verdict(leafIsOne, state(device({ pages: [0, 2] }), table({ page: 0 }, pte(0))))).toBe('no subject');
    expect(verdict(leafIsOne, mmState(device({ pages: [0, 2] }), leaf({})))).toBe('no subject');
  });
});

describe('I-PGPROT', () => {
  it('holds of flags as a PTE has them', () => {
    expect(passing({ pwtPcd: UC }, { cache: UC })).toBe('holds');
    expect(passing({ pwtPcd: 3, bit7: 1 }, { cache: 7 })).toBe('holds');
    expect(passing({ protnone: 1, write: 0 }, { protnone: 1, write: 0 })).toBe('holds');
  });
  it('asks for the rights by the hardware, which with the hash MMU finds no protection valid by itself', () => {
    const hash = exactState(CARRIED.find(({ architecture }) => architecture.name === 'ppc64_hash_64k')!);
    expect(passing({}, {}, hash)).toBe('holds');
    expect(passing({ write: 0 }, { write: 0 }, hash)).toBe('holds');
    expect(passing({ write: 0 }, {}, hash)).toContain('it has not the rights of the leaf');
    expect(passing({}, { protnone: 1, write: 0 })).toContain('it has not the rights of the leaf');
    expect(passing({ protnone: 1, write: 0 }, { write: 0 })).toContain('it has not the rights of the leaf');
  });
  it('fails of another mode, of a second place of the same mode, of a bit of the frame, of other rights', () => {
    expect(passing({ pwtPcd: UC, bit7: 1 }, { cache: UC })).toMatchInlineSnapshot(
      `"pmd_pgprot() of the leaf 0x80000000800002bf 2M pfn 0x80000 USR RW PWT PCD PSE A NX SPECIAL is 0x80000000000002bf: as a PTE it is WT, and the leaf is UC"`,
    );
    expect(passing({ bit7: 1 }, {})).toMatchInlineSnapshot(
      `"pmd_pgprot() of the leaf 0x80000000800002a7 2M pfn 0x80000 USR RW PSE A NX SPECIAL is 0x80000000000002a7: it has other cache bits than a PTE that is WB"`,
    );
    expect(passing({ pwtPcd: 3, bit7: 1, deviation: 1 }, { cache: 7 })).toMatchInlineSnapshot(
      `"pmd_pgprot() of the leaf 0x80000000800012bf 2M pfn 0x80000 USR RW PWT PCD PSE PAT A NX SPECIAL is 0x80000000000012bf: it has what no protection of a PTE has: PAT of a leaf, at bit 12"`,
    );
    expect(passing({ write: 0 }, {})).toMatchInlineSnapshot(
      `"pmd_pgprot() of the leaf 0x80000000800002a7 2M pfn 0x80000 USR RW PSE A NX SPECIAL is 0x8000000000000225: it has not the rights of the leaf"`,
    );
  });
  it('has no subject where nothing was handed on, and where entries are abstract', () => {
    expect(stepVerdict(basePte, state(), 'munmap', state())).toBe('no subject');
    expect(stepVerdict(basePte, mmState(), 'munmap', mmState())).toBe('no subject');
  });
});

describe('I-AD', () => {
  const bar = device({ pages: [0, 2] });
  const dirtyLeaf = state(bar, leaf({ dirty: 1 }));
  it('holds where the leaf stays dirty, and where every PTE behind it is', () => {
    expect(changed(dirtyLeaf, dirtyLeaf)).toBe('holds');
    expect(changed(dirtyLeaf, state(bar, table({ page: 0 }, pte(0, { dirty: 1 }), pte(1, { dirty: 1 }))))).toBe(
      'holds',
    );
  });
  it('fails where the leaf is clean, and of a device where one PTE is', () => {
    expect(changed(dirtyLeaf, state(bar, leaf({})))).toMatchInlineSnapshot(
      `"parent page 0 maps frame 0, and was dirty; after mprotect it is frame 0, writable, not dirty: 0x80000000800002c7 2M pfn 0x80000 USR RW PSE D NX SPECIAL before, and 0x8000000080000287 2M pfn 0x80000 USR RW PSE NX SPECIAL now"`,
    );
    expect(changed(dirtyLeaf, state(bar, table({ page: 0 }, pte(0, { dirty: 1 }), pte(1))))).toMatchInlineSnapshot(
      `"parent page 1 maps frame 1, and was dirty; after mprotect it is frame 1, writable, not dirty: 0x80000000800002c7 2M pfn 0x80000 USR RW PSE D NX SPECIAL before, and 0x8000000080001207 4K pfn 0x80001 USR RW NX SPECIAL now"`,
    );
  });
  it('follows mremap(), and does not ask what is mapped no more', () => {
    const moved = state(device({ pages: [2, 4], pgoff: 0 }), leaf({ slot: 1 }));
    const move = { mm: 0, move: { from: 0, to: 2, pages: 2 } };
    expect(stepVerdict(accessDirty, dirtyLeaf, 'mremap', moved, move)).toContain('not dirty');
    expect(changed(dirtyLeaf, state(), 'munmap')).toBe('holds');
  });
  it('has no subject in operations that may clean, and where entries are abstract', () => {
    expect(changed(dirtyLeaf, state(bar, leaf({})), 'vmw_bo_dirty_scan')).toBe('no subject');
    expect(changed(mmState(bar, leaf({ dirty: 1 })), mmState(bar, leaf({})))).toBe('no subject');
  });
  it('asks memory for one PTE of the leaf, or the folio', () => {
    const file = shmem({ pages: [0, 2] });
    const before = state(file, leaf({ pfn: FILE, special: 0, byRemap: 0, dirty: 1 }));
    expect(changed(before, state(file, ptes(0, 1)))).toBe('holds');
    expect(changed(before, state(file, ptes(0, 0)))).toContain('parent page 0 maps');
    expect(changed(before, state(file, ptes(0, 0), folio))).toBe('holds');
  });
});

describe('I-CACHE and I-PERM of entries bit for bit', () => {
  it('hold by what the hardware makes of them', () => {
    const uc = state(device({ pages: [0, 2], cache: UC }), leaf({ cache: UC }));
    expect([verdict(exactCache, uc), verdict(exactPerm, uc)]).toEqual(['holds', 'holds']);
    const none = state(device({ pages: [0, 2], prot: Prot.NONE }), leaf({ protnone: 1, write: 0 }));
    expect(verdict(exactPerm, none)).toBe('holds');
  });
  it('fail with the word', () => {
    const wt = state(
      device({ pages: [0, 2], cache: UC }),
      table({ page: 0 }, pte(0, { cache: 7 }), pte(1, { cache: UC })),
    );
    expect(verdict(exactCache, wt)).toMatchInlineSnapshot(
      `"parent page 0 is WT, pte[0] of table 0, 0x800000008000029f 4K pfn 0x80000 USR RW PWT PCD PAT NX SPECIAL, but the shared pfnmap VMA of pages 0..1 (RW) asks for UC"`,
    );
    expect(verdict(exactPerm, state(device({ pages: [0, 2], prot: Prot.R }), leaf({})))).toMatchInlineSnapshot(
      `"parent page 0 is mapped by 0x8000000080000287 2M pfn 0x80000 USR RW PSE NX SPECIAL (the leaf in pmd[0]), and lies in the shared pfnmap VMA of pages 0..1 (R)"`,
    );
    expect(
      verdict(exactPerm, state(device({ pages: [0, 2], prot: Prot.NONE }), leaf({ write: 0 }))),
    ).toMatchInlineSnapshot(
      `"parent page 0 is mapped by 0x8000000080000285 2M pfn 0x80000 USR ro PSE NX SPECIAL (the leaf in pmd[0]), and lies in the shared pfnmap VMA of pages 0..1 (NONE)"`,
    );
  });
});
