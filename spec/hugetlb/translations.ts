/** H-TLB and H-GUEST: who remembers translations forgets them in time: what H17, which is about locks, is for. */
import type { Always } from '../../checker/search/index.ts';
import { pagesOf } from '../../model/state/hugetlb/geometry.ts';
import { HugePte, type HugetlbView, Translation } from '../../model/state/hugetlb/hugetlb_types.ts';
import { RFC2 } from './cites.ts';
import { entryAt, isLeaf, mappedAt, NONE, sizeAt } from './entries.ts';
import { entryName, party } from './wording.ts';

interface Remembered {
  readonly rows: number;
  readonly at: (row: number) => Translation;
}

/** Whether the page tables say what is remembered: the same frame, the right to write if it is there, and a leaf of that size. */
const isTrue = (s: HugetlbView, mm: number, page: number, one: Translation): boolean => {
  if (mappedAt(s, mm, page) !== Translation.pfn(one) || sizeAt(s, mm, page) !== Translation.size(one)) return false;
  const e = entryAt(s, mm, page);
  return HugePte.protnone(e) === 0 && (Translation.write(one) === 0 || HugePte.write(e) === 1);
};

/** The first row that is remembered and is not true, or NONE. */
const wrongRow = (s: HugetlbView, rows: Remembered, pages: number): number => {
  for (let row = 0; row < rows.rows; row++) {
    const one = rows.at(row);
    if (Translation.valid(one) === 1 && !isTrue(s, Math.trunc(row / pages), row % pages, one)) return row;
  }
  return NONE;
};
const anyRemembered = (rows: Remembered): boolean => {
  for (let row = 0; row < rows.rows; row++) if (Translation.valid(rows.at(row)) === 1) return true;
  return false;
};

const remembered = (
  said: Pick<Always<HugetlbView>, 'name' | 'says'> & { readonly cites: string },
  rowsOf: (s: HugetlbView) => Remembered,
  who: (mm: number) => string,
): Always<HugetlbView> => ({
  kind: 'always',
  ...said,
  subject: (s) => anyRemembered(rowsOf(s)),
  holds: (s) => wrongRow(s, rowsOf(s), pagesOf(s.geometry)) === NONE,
  explain: (s) => {
    const pages = pagesOf(s.geometry);
    const row = wrongRow(s, rowsOf(s), pages);
    const [mm, page] = [Math.trunc(row / pages), row % pages];
    const leaf = isLeaf(entryAt(s, mm, page)) ? '' : ', and no leaf is there';
    return `${who(mm)} remembers ${Translation.show(rowsOf(s).at(row))} for page ${page}; ${entryName(s, mm, page)}${leaf}`;
  },
});

export const tlb = remembered(
  {
    name: 'H-TLB',
    says: 'What a CPU remembers of a page is what the page tables say: the frame, the right to write, and the size of the leaf.',
    cites: `v7.1 mm/hugetlb.c hugetlb_change_protection(), move_hugetlb_page_tables(), huge_pmd_unshare_flush(); ${RFC2}, 36/47`,
  },
  (s) => s.tlb,
  (mm) => `a CPU of the ${party(mm)}`,
);

export const secondStage = remembered(
  {
    name: 'H-GUEST',
    says: 'What a guest has in its page tables is what the page tables of the host say: mmu notifiers tell of every change, of all that a shared PMD table maps.',
    cites:
      'v7.1 include/linux/mmu_notifier.h, mm/hugetlb.c adjust_range_if_pmd_sharing_possible(), virt/kvm/kvm_main.c kvm_mmu_notifier_invalidate_range_start()',
  },
  (s) => s.guest,
  () => 'the guest',
);
