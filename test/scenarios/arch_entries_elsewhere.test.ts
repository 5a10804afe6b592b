/** What laws of entries mean for users of arm64, powerpc and riscv: sequences of operations, with the words in the tables. */
import { describe, expect, it } from '@effect/vitest';
import { faultDriver } from '../../model/drivers/driver.ts';
import { bar, NAIVE, onEach, told, version } from './arch_entries.ts';
import { mmap, mprotect, munmap, read, write } from './play.ts';

describe('arm64', () => {
  it('the PTEs of a naive split have the type of a block, a reserved descriptor; each version sets it right', () => {
    expect(onEach([bar('UC'), munmap(0, 1, 2)], 'arm64_4k')).toMatchInlineSnapshot(`
      {
        "base-PTE leaves, naive split": [
          "I-FMT@2 I-PGPROT@2",
          "table 0 pte[0] 0x0168000080200fcd 4K pfn 0x80200 USR ro NX SHD AF NG not-page UXN DEVICE/nGnRnE DBM SPECIAL",
        ],
        "leaves as in v7.1, naive split": [
          "I-FMT@2 I-PGPROT@2",
          "table 0 pte[0] 0x0168000080200fcd 4K pfn 0x80200 USR ro NX SHD AF NG not-page UXN DEVICE/nGnRnE DBM SPECIAL",
        ],
        "v1": [
          "I-PGPROT@2",
          "table 0 pte[0] 0x0168000080200fcf 4K pfn 0x80200 USR ro NX SHD AF NG UXN DEVICE/nGnRnE DBM SPECIAL",
        ],
        "v2": [
          "I-PGPROT@2",
          "table 0 pte[0] 0x0168000080200fcf 4K pfn 0x80200 USR ro NX SHD AF NG UXN DEVICE/nGnRnE DBM SPECIAL",
        ],
        "v3": [
          "I-PGPROT@2",
          "table 0 pte[0] 0x0168000080200fcf 4K pfn 0x80200 USR ro NX SHD AF NG UXN DEVICE/nGnRnE DBM SPECIAL",
        ],
        "v4": [
          "ok",
          "table 0 pte[0] 0x0168000080200fcf 4K pfn 0x80200 USR ro NX SHD AF NG UXN DEVICE/nGnRnE DBM SPECIAL",
        ],
      }
    `);
  });
  it('mprotect() leaves that type, and every access faults', () => {
    expect(told([bar('WC'), munmap(0, 1, 2), mprotect(0, 0, 1, 'R')], NAIVE, 'v7.1', 'arm64_64k'))
      .toMatchInlineSnapshot(`
      [
        "I-FMT@2 I-PGPROT@2",
        "table 0 pte[0] 0x0160000820000fc9 64K pfn 0x82000 USR ro NX SHD AF NG not-page UXN MEM/NORMAL-NC SPECIAL",
      ]
    `);
  });
  it('the dirty bit survives: what the hardware noted becomes a software bit', () => {
    const plays = [mmap(faultDriver('BAR 2M', { at: 0, pages: 2 })), write(0, 0), mprotect(0, 0, 2, 'R')];
    expect(told(plays, [], 'v7.1', 'arm64_4k')).toMatchInlineSnapshot(`
      [
        "ok",
        "parent pmd[0] leaf 0x01e0000080000fcd 2M pfn 0x80000 USR ro NX SHD AF NG BLK UXN DEVICE/nGnRnE DIRTY SPECIAL",
      ]
    `);
  });
  it('a leaf of PROT_NONE, split: nothing that the hardware looks at', () => {
    expect(told([bar('WC'), mprotect(0, 0, 2, 'NONE'), munmap(0, 1, 2)], NAIVE, 'v7.1', 'arm64_4k'))
      .toMatchInlineSnapshot(`
      [
        "I-PGPROT@3",
        "table 0 pte[0] 0x0160000080200f88 4K pfn 0x80200 ro NX SHD AF PRESENT_INVALID not-page UXN MEM/NORMAL-NC SPECIAL not-present",
      ]
    `);
  });
});

describe('powerpc', () => {
  it('radix: the bit that tells a leaf goes with the protection, and does no harm', () => {
    expect(told([bar('UC'), munmap(0, 1, 2)], NAIVE, 'v7.1', 'ppc64_radix_64k')).toMatchInlineSnapshot(`
      [
        "I-PGPROT@2",
        "table 0 pte[0] 0xc000000800200526 64K pfn 0x80020 user r w pte valid accessed non-idempotent special",
      ]
    `);
    expect(told([bar('UC'), munmap(0, 1, 2)], version('v4'), 'v7.1', 'ppc64_radix_64k')).toMatchInlineSnapshot(`
      [
        "ok",
        "table 0 pte[0] 0xc000000800200526 64K pfn 0x80020 user r w pte valid accessed non-idempotent special",
      ]
    `);
  });
  it('hash, 64K: THP_HUGE of the leaf is 4K_PFN of its PTEs', () => {
    expect(told([bar('UC'), munmap(0, 1, 2)], NAIVE, 'v7.1', 'ppc64_hash_64k')).toMatchInlineSnapshot(`
      [
        "I-FMT@2 I-PGPROT@2",
        "table 0 pte[0] 0xc000000801002526 64K pfn 0x80100 user r w pte valid accessed non-idempotent 4K_pfn special",
      ]
    `);
    expect(told([bar('UC'), munmap(0, 1, 2)], version('v4'), 'v7.1', 'ppc64_hash_64k')).toMatchInlineSnapshot(`
      [
        "ok",
        "table 0 pte[0] 0xc000000801000526 64K pfn 0x80100 user r w pte valid accessed non-idempotent special",
      ]
    `);
  });
  it('PROT_NONE is valid, and allows nothing', () => {
    expect(told([bar('WC'), mprotect(0, 0, 2, 'NONE')], version('v4'), 'v7.1', 'ppc64_radix_4k'))
      .toMatchInlineSnapshot(`
      [
        "ok",
        "parent pmd[0] leaf 0xc000000080200530 2M pfn 0x80200 user pte valid accessed tolerant special (by remap)",
      ]
    `);
  });
});

describe('riscv64', () => {
  it('of T-Head: NC changes at a split in every version, for pte_pgprot() xors with the type of ordinary memory', () => {
    expect(onEach([bar('WC'), munmap(0, 1, 2)], 'riscv64_thead')).toMatchInlineSnapshot(`
      {
        "base-PTE leaves, naive split": [
          "I-CACHE@2 I-PGPROT@2",
          "table 0 pte[0] 0x4000000020080157 4K pfn 0x80200 MT=8 A U W R SPECIAL",
        ],
        "leaves as in v7.1, naive split": [
          "I-CACHE@2 I-PGPROT@2",
          "table 0 pte[0] 0x4000000020080157 4K pfn 0x80200 MT=8 A U W R SPECIAL",
        ],
        "v1": [
          "I-CACHE@2 I-PGPROT@2",
          "table 0 pte[0] 0x4000000020080157 4K pfn 0x80200 MT=8 A U W R SPECIAL",
        ],
        "v2": [
          "I-CACHE@2 I-PGPROT@2",
          "table 0 pte[0] 0x4000000020080157 4K pfn 0x80200 MT=8 A U W R SPECIAL",
        ],
        "v3": [
          "I-CACHE@2 I-PGPROT@2",
          "table 0 pte[0] 0x4000000020080157 4K pfn 0x80200 MT=8 A U W R SPECIAL",
        ],
        "v4": [
          "I-CACHE@2 I-PGPROT@2",
          "table 0 pte[0] 0x4000000020080157 4K pfn 0x80200 MT=8 A U W R SPECIAL",
        ],
      }
    `);
  });
  it('with Svpbmt nothing changes', () => {
    expect(told([bar('WC'), munmap(0, 1, 2)], version('v4'), 'v7.1', 'riscv64_svpbmt')).toMatchInlineSnapshot(`
      [
        "ok",
        "table 0 pte[0] 0x2000000020080157 4K pfn 0x80200 MT(NC) A U W R SPECIAL",
      ]
    `);
  });
  it('a PUD leaf of PROT_NONE is none to pud_leaf(), which asks pud_present()', () => {
    const plays = [mmap(faultDriver('BAR 1G', { at: 0, pages: 4 })), read(0, 0), mprotect(0, 0, 4, 'NONE')];
    expect(told(plays, [], 'v7.1', 'riscv64')).toMatchInlineSnapshot(`
      [
        "I-LEAF@3",
        "parent pud[0] leaf 0x0000000020000162 1G pfn 0x80000 A PROT_NONE R SPECIAL not-present",
      ]
    `);
    expect(told(plays, [], 'v7.1', 'ppc64_radix_4k')).toMatchInlineSnapshot(`
      [
        "ok",
        "parent pud[0] leaf 0xc000000080000520 1G pfn 0x80000 user pte valid accessed non-idempotent special",
      ]
    `);
  });
  it('of T-Head: a PUD leaf of ordinary memory has no type, which is not cached, until mprotect() brings it in', () => {
    const cached = [mmap(faultDriver('memory 1G', { at: 0, pages: 4, cache: 0 })), read(0, 0)];
    expect(told(cached, [], 'v7.1', 'riscv64_thead')).toMatchInlineSnapshot(`
      [
        "I-CACHE@2",
        "parent pud[0] leaf 0x0000000020000157 1G pfn 0x80000 A U W R SPECIAL",
      ]
    `);
    expect(told([...cached, mprotect(0, 0, 4, 'R')], [], 'v7.1', 'riscv64_thead')).toMatchInlineSnapshot(`
      [
        "I-CACHE@2",
        "parent pud[0] leaf 0x7000000020000153 1G pfn 0x80000 MT(PMA) A U R SPECIAL",
      ]
    `);
  });
});
