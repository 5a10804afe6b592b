/**
 * Entries of hugetlb, at every level alike: a huge_pte is a PUD, a PMD or a PTE, and code of hugetlb does not ask which.
 * Mirrors arch/x86/include/asm/pgtable_types.h, include/linux/swapops.h and include/linux/hugetlb.h (v6.1 and later) as far
 * as modelled, and struct hugetlb_pte of "hugetlb: introduce HugeTLB high-granularity mapping".
 */
import { entry, flag, oneOf, shownAs, upTo, type Word } from '../../../checker/search/index.ts';
import { FRAME_MAX } from './geometry.ts';
import { Result } from './result.ts';

export const HugePteKind = oneOf('none', 'marker', 'leaf', 'table', 'migration', 'hwpoison');

/**
 * `pfn`: the first frame of a leaf, the frame of a migration or hwpoison entry, or the number of a table. `wp`: uffd-wp, of a
 * leaf, a migration entry, or a marker. `poisoned`: a marker of UFFDIO_POISON. `cont`: one of several that are contiguous.
 * A migration entry is writable, or readable and `exclusive`, or readable. `counted`: of the hstate's entry that is a table, the folio
 * that it counts as one mapping of, + 1, by a rule of mapcounts that keeps that here.
 */
const hugePte = entry('hugePte')({
  kind: HugePteKind,
  pfn: upTo(FRAME_MAX),
  write: flag,
  young: flag,
  dirty: flag,
  wp: flag,
  protnone: flag,
  cont: flag,
  exclusive: flag,
  poisoned: flag,
  counted: upTo(FRAME_MAX),
});
export type HugePte = Word<'hugePte'>;

const words = (...all: readonly string[]): string => all.filter((word) => word !== '').join(' ');
const ifSet = (code: number, text: string): string => (code === 1 ? text : '');

const leafInWords = (e: HugePte): string => {
  const access = hugePte.write(e) === 1 ? 'RW' : 'RO';
  return words(
    `leaf pfn ${hugePte.pfn(e)}`,
    hugePte.protnone(e) === 1 ? 'NONE' : access,
    ifSet(hugePte.young(e), 'young'),
    ifSet(hugePte.dirty(e), 'dirty'),
    ifSet(hugePte.cont(e), 'contiguous'),
    ifSet(hugePte.wp(e), 'uffd-wp'),
  );
};
const migrationInWords = (e: HugePte): string => {
  const readable = hugePte.exclusive(e) === 1 ? 'readable exclusive' : 'readable';
  const access = hugePte.write(e) === 1 ? 'writable' : readable;
  return words(`${access} migration entry pfn ${hugePte.pfn(e)}`, ifSet(hugePte.wp(e), 'uffd-wp'));
};

export const HugePte = shownAs(hugePte, (e) => {
  switch (HugePteKind.names[hugePte.kind(e)] ?? 'none') {
    case 'marker':
      return words(ifSet(hugePte.wp(e), 'uffd-wp'), ifSet(hugePte.poisoned(e), 'poison'), 'marker');
    case 'leaf':
      return leafInWords(e);
    case 'table':
      return `table ${hugePte.pfn(e)}${hugePte.counted(e) === 0 ? '' : ` counted for folio ${hugePte.counted(e) - 1}`}`;
    case 'migration':
      return migrationInWords(e);
    case 'hwpoison':
      return `hwpoison entry pfn ${hugePte.pfn(e)}`;
    case 'none':
      return 'none';
  }
});

export const Level = oneOf('pte', 'pmd', 'pud');

/**
 * struct hugetlb_pte: which entry, at which level, and how many pages it maps; and the error with which the walk ended that
 * found it. A word, so that a walk allocates nothing.
 */
export const HugetlbPte = entry('hugetlbPte')({ level: Level, row: upTo(255), size: upTo(31), error: Result });
export type HugetlbPte = Word<'hugetlbPte'>;
