/** What laws of entries mean for users of x86-64: sequences of operations, with the words that are in the tables then. */
import { describe, expect, it } from '@effect/vitest';
import type { Setting } from '../../checker/catalogue.ts';
import { faultDriver, remapDriver } from '../../model/drivers/driver.ts';
import { bar, CACHE, HALF, NAIVE, onEach, told, version } from './arch_entries.ts';
import { ends, locks, looksUp, mmap, mprotect, munmap, perform, type Played, write } from './play.ts';

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
        "table 0 pte[0] 0x000fffff7fdff3b8 4K pfn 0x80200 inverted ro PWT PCD PAT PROTNONE A x SPECIAL not-present",
      ]
    `);
  });
});

/** The leaf of remap_pfn_range(), and the PTE of its first page after a split. */
const words = (mode: keyof typeof CACHE, settings: readonly Setting[]): readonly string[] => {
  const all = [...told([bar(mode)], settings), ...told([bar(mode), munmap(0, 1, 2)], settings)];
  return all.flatMap((line) => /0x[0-9a-f]{16}/.exec(line) ?? []);
};

const last = (plays: readonly Played[], settings: readonly Setting[]): string => told(plays, settings).at(-1)!;

describe('leaves and PTEs for frame 0x80200', () => {
  it.each([
    ['WB', '0x80000000802002a7', '0x80000000802002a7', '0x80000000802002a7', '0x8000000080200227'],
    ['WC', '0x80000000802002af', '0x80000000802002af', '0x80000000802002af', '0x800000008020022f'],
    ['UC', '0x80000000802002bf', '0x80000000802002bf', '0x80000000802002bf', '0x800000008020023f'],
    ['WP', '0x80000000802002af', '0x80000000802012af', '0x80000000802012af', '0x80000000802002af'],
    ['WT', '0x80000000802002bf', '0x80000000802012bf', '0x80000000802012bf', '0x80000000802002bf'],
  ] as const)(
    'that are %s: as in v7.1, by v4, after a naive split of that, after one of v4',
    (mode, today, v4, naive, right) => {
      expect(words(mode, NAIVE)[0]).toBe(today);
      expect(words(mode, version('v4'))).toEqual([v4, right]);
      expect(words(mode, HALF)).toEqual([v4, naive]);
    },
  );
  it('of PROT_NONE: with the frame number inverted', () => {
    const none = [bar('WB'), mprotect(0, 0, 2, 'NONE')];
    const split = [...none, munmap(0, 1, 2)];
    expect(last(none, version('v4'))).toContain('0x000fffff7fc003a0');
    expect(last(split, version('v4'))).toContain('0x000fffff7fdff320');
    expect(last(split, NAIVE)).toContain('0x000fffff7fdff3a0');
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
