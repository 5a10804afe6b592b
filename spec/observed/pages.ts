/** What a process finds out page by page: by its accesses, and in /proc/PID/pagemap. */
import { pagesOf } from '../../model/state/geometry.ts';
import { isUffdMarker, isUffdWp, type MmView, Pmd, PmdKind, Pte, Vma, VmaKind } from '../../model/state/mm_types.ts';
import { party } from '../../model/state/party.ts';
import { CACHE_MODES } from '../../model/state/pgtable_types.ts';
import { rowOf } from '../folios.ts';
import { cacheMode } from '../pat.ts';
import { byPudLeaf, cacheAt, isMapped, NONE, pmdAt, protnoneAt, pteAt, vmaAt, writeAt } from '../reading.ts';
import { contentAt, contentName } from './contents.ts';
import { isMappedOnce } from './mapcounts.ts';
import { type Observable, plain, range, RIGHTS } from './observable.ts';

/** Which accesses are served without a fault: mm_account_fault() counts the others, and getrusage() tells. */
const rightAt = (s: MmView, mm: number, page: number): number => {
  if (!isMapped(s, mm, page)) return 0;
  return protnoneAt(s, mm, page) === 1 ? 1 : 2 + writeAt(s, mm, page);
};

/** The mode in which accesses go, which their speed tells: the hardware has some of them under two indices. */
const modeAt = (s: MmView, mm: number, page: number): number => {
  if (!isMapped(s, mm, page)) return NONE;
  const index = cacheAt(s, mm, page);
  if (s.machine.arch === 'x86') return cacheMode(index);
  // pgprot_writecombine() and pgprot_noncached(), by either index.
  return s.exact === undefined ? Math.min(index, 2) : index;
};
const modeName =
  ({ machine, exact }: MmView) =>
  (code: number): string => {
    if (code === NONE) return 'nothing';
    return machine.arch === 'x86' || exact === undefined ? CACHE_MODES[code]! : `cache bits ${code}`;
  };

/** Bits of an entry of pagemap, and of what PAGEMAP_SCAN tells. */
const PRESENT = 1;
const AWAY = 2;
const ONCE = 4;
const HUGE = 8;
const WP = 16;
const BITS = ['present', 'swapped', 'exclusively mapped', 'huge', 'uffd-wp'];
const once = (s: MmView, frame: number): number => {
  const row = rowOf(frame);
  return row >= 0 && row < s.memmap.frames && isMappedOnce(s, row) ? ONCE : 0;
};

/**
 * What fs/proc/task_mmu.c pagemap_pmd_range() and pagemap_scan_pmd_entry() give, v7.1. VM_PFNMAP is a hole to both
 * (walk_page_test(), pagemap_scan_test_walk()), and their walks split PUD leaves, which leaves a hole.
 */
const pagemapAt = (s: MmView, mm: number, page: number): number => {
  const vma = vmaAt(s, mm, page);
  if (Vma.kind(vma) === VmaKind.none || Vma.pfnmap(vma) === 1 || byPudLeaf(s, mm, page)) return 0;
  const pmd = pmdAt(s, mm, page);
  const kind = Pmd.kind(pmd);
  // pagemap_pmd_range_thp() asks of the first page, whichever it tells of.
  if (kind === PmdKind.leaf) return PRESENT | HUGE | once(s, Pmd.pfn(pmd));
  if (kind === PmdKind.migration) return AWAY | HUGE;
  const pte = pteAt(s, mm, page);
  if (Pte.present(pte) === 1) {
    const mapped = Pte.special(pte) === 1 ? 0 : once(s, Pte.pfn(pte));
    return PRESENT | mapped | (isUffdWp(pte) ? WP : 0);
  }
  if (isUffdMarker(pte)) return AWAY | WP;
  return pte === 0 ? 0 : AWAY;
};
const pagemapName = (code: number): string =>
  code === 0 ? 'nothing' : BITS.filter((_, bit) => ((code >> bit) & 1) === 1).join(', ');

/** All pages of a process. */
export const seenOfPages = (s: MmView, mm: number): readonly Observable<MmView>[] =>
  range(pagesOf(s.geometry)).flatMap((page): readonly Observable<MmView>[] => {
    const where = `${party(mm)} page ${page}`;
    return [
      { aspect: 'translation', where, read: (v) => contentAt(v, mm, page), show: contentName(s) },
      { aspect: 'permission', where, read: (v) => rightAt(v, mm, page), show: (code) => RIGHTS[code] ?? plain(code) },
      { aspect: 'translation', where: `${where} is cached as`, read: (v) => modeAt(v, mm, page), show: modeName(s) },
      { aspect: 'mapping', where: `${where} in pagemap`, read: (v) => pagemapAt(v, mm, page), show: pagemapName },
    ];
  });
