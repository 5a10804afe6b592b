/**
 * What laws of entries mean for users: sequences of operations on entries bit for bit, on the versions of "mm: add huge
 * pfnmap support for remap_pfn_range()" and on variants of it that nobody has posted.
 */
import { describe, expect, it } from '@effect/vitest';
import type { Setting } from '../../checker/catalogue.ts';
import { catalogue } from '../../checker/mm_catalogue.ts';
import { faultDriver, remapDriver } from '../../model/drivers/driver.ts';
import { ends, locks, looksUp, mmap, mprotect, munmap, perform, type Played, write } from './play.ts';

const series = catalogue.series.find(({ name }) => name === 'huge-remap-pfn-range')!;
const version = (name: string): readonly Setting[] => series.versions.find((one) => one.version === name)!.sets;

/** v4 with some toggles otherwise. */
const v4With = (...others: readonly (readonly [toggle: string, value: string])[]): readonly Setting[] => [
  ...version('v4').filter(({ toggle }) => others.every(([name]) => name !== toggle)),
  ...others.map(([toggle, value]): Setting => ({ toggle, value, evidence: 'asked' })),
];
/** Entries as in v7.1: PTEs of a split are made of pmd_pgprot() as it is. */
const NAIVE = v4With(['pfn-pmd-format', 'raw'], ['split-pgprot', 'raw'], ['pud-pgprot', 'raw']);
/** Only pfn_pmd() and pfn_pud() take a base-PTE protection. */
const HALF = v4With(['split-pgprot', 'raw'], ['pud-pgprot', 'raw']);

const KERNELS = {
  v1: version('v1'),
  v2: version('v2'),
  v3: version('v3'),
  v4: version('v4'),
  'leaves as in v7.1, naive split': NAIVE,
  'base-PTE leaves, naive split': HALF,
} as const;

const CACHE = { WB: 0, WC: 1, UC: 3, WP: 5, WT: 7 } as const;
const bar = (mode: keyof typeof CACHE): Played =>
  mmap(remapDriver(`2M ${mode}`, { at: 0, pages: 2, pfn: 2, cache: CACHE[mode] }));

/** The properties of entries that are broken, and the entries that map something at the end. */
const told = (
  plays: readonly Played[],
  settings: readonly Setting[],
  kernel = 'v7.1',
  exact = 'x86_64',
): readonly string[] => {
  const { outcome, state } = perform(plays, { settings, kernel, exact, geometry: { memory: [] } });
  const own = outcome.split(' ').filter((word) => /^(ok|I-(CACHE|PERM|FMT|PGPROT|AD|TRANS|SPECIAL))/.test(word));
  return [own.join(' '), ...state.filter((line) => /0x/.test(line) && !/vma/.test(line))];
};
const onEach = (plays: readonly Played[], exact = 'x86_64') =>
  Object.fromEntries(Object.entries(KERNELS).map(([name, settings]) => [name, told(plays, settings, 'v7.1', exact)]));

describe('a BAR that is split by mprotect() of one page', () => {
  it('UC: becomes WT where PSE is taken for PAT', () => {
    expect(onEach([bar('UC'), mprotect(0, 0, 1, 'R')])).toMatchInlineSnapshot(`
      {
        "base-PTE leaves, naive split": [
          "I-CACHE@2 I-PGPROT@2",
          "table 0 pte[0] 0x80000000802002bd 4K pfn 0x80200 USR ro PWT PCD PAT A NX SPECIAL",
          "table 0 pte[1] 0x80000000802012bf 4K pfn 0x80201 USR RW PWT PCD PAT A NX SPECIAL",
        ],
        "leaves as in v7.1, naive split": [
          "I-CACHE@2 I-PGPROT@2",
          "table 0 pte[0] 0x80000000802002bd 4K pfn 0x80200 USR ro PWT PCD PAT A NX SPECIAL",
          "table 0 pte[1] 0x80000000802012bf 4K pfn 0x80201 USR RW PWT PCD PAT A NX SPECIAL",
        ],
        "v1": [
          "I-PGPROT@2",
          "table 0 pte[0] 0x800000008020023d 4K pfn 0x80200 USR ro PWT PCD A NX SPECIAL",
          "table 0 pte[1] 0x800000008020123f 4K pfn 0x80201 USR RW PWT PCD A NX SPECIAL",
        ],
        "v2": [
          "I-PGPROT@2",
          "table 0 pte[0] 0x800000008020023d 4K pfn 0x80200 USR ro PWT PCD A NX SPECIAL",
          "table 0 pte[1] 0x800000008020123f 4K pfn 0x80201 USR RW PWT PCD A NX SPECIAL",
        ],
        "v3": [
          "I-PGPROT@2",
          "table 0 pte[0] 0x800000008020023d 4K pfn 0x80200 USR ro PWT PCD A NX SPECIAL",
          "table 0 pte[1] 0x800000008020123f 4K pfn 0x80201 USR RW PWT PCD A NX SPECIAL",
        ],
        "v4": [
          "ok",
          "table 0 pte[0] 0x800000008020023d 4K pfn 0x80200 USR ro PWT PCD A NX SPECIAL",
          "table 0 pte[1] 0x800000008020123f 4K pfn 0x80201 USR RW PWT PCD A NX SPECIAL",
        ],
      }
    `);
  });

  it('WC: becomes WP', () => {
    expect(onEach([bar('WC'), mprotect(0, 0, 1, 'R')])).toMatchInlineSnapshot(`
      {
        "base-PTE leaves, naive split": [
          "I-CACHE@2 I-PGPROT@2",
          "table 0 pte[0] 0x80000000802002ad 4K pfn 0x80200 USR ro PWT PAT A NX SPECIAL",
          "table 0 pte[1] 0x80000000802012af 4K pfn 0x80201 USR RW PWT PAT A NX SPECIAL",
        ],
        "leaves as in v7.1, naive split": [
          "I-CACHE@2 I-PGPROT@2",
          "table 0 pte[0] 0x80000000802002ad 4K pfn 0x80200 USR ro PWT PAT A NX SPECIAL",
          "table 0 pte[1] 0x80000000802012af 4K pfn 0x80201 USR RW PWT PAT A NX SPECIAL",
        ],
        "v1": [
          "I-PGPROT@2",
          "table 0 pte[0] 0x800000008020022d 4K pfn 0x80200 USR ro PWT A NX SPECIAL",
          "table 0 pte[1] 0x800000008020122f 4K pfn 0x80201 USR RW PWT A NX SPECIAL",
        ],
        "v2": [
          "I-PGPROT@2",
          "table 0 pte[0] 0x800000008020022d 4K pfn 0x80200 USR ro PWT A NX SPECIAL",
          "table 0 pte[1] 0x800000008020122f 4K pfn 0x80201 USR RW PWT A NX SPECIAL",
        ],
        "v3": [
          "I-PGPROT@2",
          "table 0 pte[0] 0x800000008020022d 4K pfn 0x80200 USR ro PWT A NX SPECIAL",
          "table 0 pte[1] 0x800000008020122f 4K pfn 0x80201 USR RW PWT A NX SPECIAL",
        ],
        "v4": [
          "ok",
          "table 0 pte[0] 0x800000008020022d 4K pfn 0x80200 USR ro PWT A NX SPECIAL",
          "table 0 pte[1] 0x800000008020122f 4K pfn 0x80201 USR RW PWT A NX SPECIAL",
        ],
      }
    `);
  });

  it('WT: is UC from the beginning, or maps the next frame, or keeps mode and frame', () => {
    expect(onEach([bar('WT'), munmap(0, 1, 2)])).toMatchInlineSnapshot(`
      {
        "base-PTE leaves, naive split": [
          "I-TRANS@2 I-PGPROT@2",
          "table 0 pte[0] 0x80000000802012bf 4K pfn 0x80201 USR RW PWT PCD PAT A NX SPECIAL",
        ],
        "leaves as in v7.1, naive split": [
          "I-CACHE@1 I-PGPROT@2",
          "table 0 pte[0] 0x80000000802002bf 4K pfn 0x80200 USR RW PWT PCD PAT A NX SPECIAL",
        ],
        "v1": [
          "I-CACHE@1 I-PGPROT@2",
          "table 0 pte[0] 0x800000008020023f 4K pfn 0x80200 USR RW PWT PCD A NX SPECIAL",
        ],
        "v2": [
          "I-CACHE@1 I-PGPROT@2",
          "table 0 pte[0] 0x800000008020023f 4K pfn 0x80200 USR RW PWT PCD A NX SPECIAL",
        ],
        "v3": [
          "I-CACHE@1 I-PGPROT@2",
          "table 0 pte[0] 0x800000008020023f 4K pfn 0x80200 USR RW PWT PCD A NX SPECIAL",
        ],
        "v4": [
          "ok",
          "table 0 pte[0] 0x80000000802002bf 4K pfn 0x80200 USR RW PWT PCD PAT A NX SPECIAL",
        ],
      }
    `);
  });

  it('WT of PROT_NONE: the frame number is inverted, and the stray bit does no harm', () => {
    expect(told([bar('WT'), mprotect(0, 0, 2, 'NONE'), munmap(0, 1, 2)], HALF)).toMatchInlineSnapshot(`
      [
        "I-PGPROT@3",
        "table 0 pte[0] 0x000fffff7fdff3b8 4K pfn 0xfffff7fdff not-present ro PWT PCD PAT GLB A x SPECIAL",
      ]
    `);
  });
});

describe('a page of 4 KiB that is WT', () => {
  it('loses it where pfn_pte() filters bit 7 of every protection', () => {
    const page = mmap(remapDriver('a page WT', { at: 0, pages: 1, cache: CACHE.WT }));
    expect(told([page], version('v3'))).toMatchInlineSnapshot(`
      [
        "I-CACHE@1",
        "table 0 pte[0] 0x800000008000023f 4K pfn 0x80000 USR RW PWT PCD A NX SPECIAL",
      ]
    `);
    expect(told([page], version('v2'))).toMatchInlineSnapshot(`
      [
        "ok",
        "table 0 pte[0] 0x80000000800002bf 4K pfn 0x80000 USR RW PWT PCD PAT A NX SPECIAL",
      ]
    `);
  });
});

describe('the bit that says special', () => {
  it('goes with the protection of the leaf, in every version', () => {
    const all = onEach([bar('WB'), munmap(0, 0, 1)]);
    expect(Object.values(all).map((lines) => lines.filter((line) => line.includes('SPECIAL')).length)).toEqual([
      1, 1, 1, 1, 1, 1,
    ]);
  });

  it('is lost where a split makes PTEs by vm_page_prot, as it does of anonymous memory', () => {
    const { outcome, state } = perform([bar('WB'), mprotect(0, 0, 1, 'R')], {
      settings: version('v4'),
      exact: 'x86_64',
      geometry: { memory: [] },
      patch: { split_pfnmap_pte: () => (s, pfn) => s.kernel.pfn_pte(pfn, s.kernel.vm_page_prot(s.vma.at(0))) },
    });
    expect([outcome, ...state.filter((line) => line.includes('pte['))]).toMatchInlineSnapshot(`
      [
        "I-SPECIAL@2",
        "table 0 pte[0] 0x8000000080200025 4K pfn 0x80200 USR ro A NX",
        "table 0 pte[1] 0x8000000080201027 4K pfn 0x80201 USR RW A NX",
      ]
    `);
  });
});

describe('what a write has noted', () => {
  const plays = [mmap(faultDriver('BAR 2M', { at: 0, pages: 2 })), write(0, 0), mprotect(0, 0, 2, 'R')];
  it('is dropped by pmd_modify() of v7.1, and kept since v7.3', () => {
    expect(told(plays, [])).toMatchInlineSnapshot(`
      [
        "I-AD@3",
        "parent pmd[0] leaf 0x80000000800002b5 2M pfn 0x80000 USR ro PCD PSE A NX SPECIAL",
      ]
    `);
    expect(told(plays, [], 'v7.3')).toMatchInlineSnapshot(`
      [
        "ok",
        "parent pmd[0] leaf 0x84000000800002b5 2M pfn 0x80000 USR ro PCD PSE A NX SPECIAL SAVED_DIRTY",
      ]
    `);
  });
  it('is kept where mprotect() splits first', () => {
    const split = [bar('WB'), write(0, 0), mprotect(0, 0, 1, 'R')];
    expect(told(split, version('v4'))).toMatchInlineSnapshot(`
      [
        "ok",
        "table 0 pte[0] 0x8400000080200225 4K pfn 0x80200 USR ro A NX SPECIAL SAVED_DIRTY",
        "table 0 pte[1] 0x8000000080201267 4K pfn 0x80201 USR RW A D NX SPECIAL",
      ]
    `);
  });
  it('PG16: the order of mprotect() and a split matters for that bit alone', () => {
    const first = [bar('UC'), write(0, 0), mprotect(0, 0, 2, 'R'), munmap(0, 1, 2)];
    const then = [bar('UC'), write(0, 0), munmap(0, 1, 2), mprotect(0, 0, 1, 'R')];
    expect([told(first, version('v4')), told(then, version('v4'))]).toMatchInlineSnapshot(`
      [
        [
          "I-AD@3",
          "table 0 pte[0] 0x800000008020023d 4K pfn 0x80200 USR ro PWT PCD A NX SPECIAL",
        ],
        [
          "ok",
          "table 0 pte[0] 0x840000008020023d 4K pfn 0x80200 USR ro PWT PCD A NX SPECIAL SAVED_DIRTY",
        ],
      ]
    `);
  });
});

describe('the protection that follow_pfnmap_start() returns', () => {
  const plays = [mmap(faultDriver('BAR 2M UC', { at: 0, pages: 2, cache: 3 })), write(0, 0)];
  const looked = [...plays, looksUp('access', 0, 'read'), locks, ends];
  const at = (settings: readonly Setting[]): string =>
    perform(looked, { settings, exact: 'x86_64', geometry: { memory: [], lookups: 1 } }).outcome;
  it('is that of a leaf in v7.1, so that ioremap_prot() makes UC into WT', () => {
    expect(at([])).toMatchInlineSnapshot(`"I-IOPROT@4 I-PGPROT@4"`);
  });
  it('is in base-PTE format in v4', () => {
    expect(at(version('v4'))).toMatchInlineSnapshot(`"ok"`);
  });
});

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
        "table 0 pte[0] 0x0160000080200f88 4K pfn 0x80200 F ro NX SHD AF NG not-page UXN MEM/NORMAL-NC SPECIAL",
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
});
