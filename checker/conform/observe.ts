/**
 * What a user of the real machine would see of a state of the model: /proc/PID/status, maps, pagemap with PAGEMAP_SCAN,
 * kpagecount and kpageflags (fs/proc/task_mmu.c, fs/proc/page.c; v6.12 and v6.18 read side by side).
 */
import type { Sys } from '../../model/mm/kernel.ts';
import { folio_nr_pages, page_folio } from '../../model/mm/page_flags.ts';
import { Page, PageKind, Rss, rssBits } from '../../model/state/memmap.ts';
import {
  isSwapPte,
  Mm,
  NrPmds,
  NrPtes,
  Pmd,
  PmdKind,
  Prot,
  Pte,
  Pud,
  PudKind,
  Vma,
  VmaKind,
} from '../../model/state/mm_types.ts';
import { DEVICE_FRAMES } from '../../model/state/geometry.ts';
import { depositsOf, entriesOf } from './entries.ts';
import { isEven, offsetInFolio, type Placement, PTRS, rangeOf, touchedOf } from './placement.ts';
import { joined, type PageRun, type ProcessSeen, type VmaSeen } from './seen.ts';

/** What the observer may know: `frames` only with root. */
export interface Sight {
  readonly frames: boolean;
  /** And these only where kernel memory can be read. */
  readonly entries: boolean;
}

const PERMS: Readonly<Record<number, string>> = { [Prot.NONE]: '---', [Prot.R]: 'r--', [Prot.RW]: 'rw-' };

const rowsOf = (s: Sys, mm: number): readonly Vma[] =>
  Array.from({ length: s.geometry.vmas }, (_, i) => s.vma.at(mm * s.geometry.vmas + i))
    .filter((vma) => Vma.kind(vma) !== VmaKind.none)
    .toSorted((a, b) => Vma.start(a) - Vma.start(b));

const vmaSeen = (p: Placement, vma: Vma): VmaSeen => ({
  ...rangeOf(p, Vma.start(vma), Vma.end(vma)),
  perm: `${PERMS[Vma.prot(vma)]!}${Vma.shared(vma) === 1 || Vma.mayWrite(vma) === 0 ? 's' : 'p'}`,
});

/** How often a page is mapped: by PTEs, and with its folio by leaves (folio_precise_page_mapcount()). */
const mappingsOf = (s: Sys, pfn: number): number => {
  const row = s.memmap.largeRow[s.memmap.blockOf[pfn - DEVICE_FRAMES]!]!;
  return s.mapcount.at(pfn - DEVICE_FRAMES) + (row < 0 ? 0 : s.entireMapcount.at(row));
};

/** A page of memory that is mapped, at a page of a process. */
const runAt = (s: Sys, p: Placement, at: number, pfn: number, huge: boolean, { frames }: Sight): PageRun => {
  const run = touchedOf(p, at);
  const page = s.page.at(pfn - DEVICE_FRAMES);
  const kind = Page.kind(page);
  const zero = kind === PageKind.zero;
  const anon = kind === PageKind.anon;
  const mapcount = zero ? 0 : mappingsOf(s, pfn);
  const folio = page_folio(s, pfn);
  const pages = folio_nr_pages(s, folio);
  const flags = [huge ? 'H' : '', 'P', anon || zero ? '' : 'F', mapcount === 1 ? 'X' : '', zero ? 'Z' : ''].join('');
  if (!frames) return { ...run, flags };
  // Memory of a device is not online (pfn_to_online_page()): /proc says nothing of its pages.
  if (kind === PageKind.dax || kind === PageKind.fsdax) return { ...run, flags, mapcount: 0, kind: '' };
  const large = pages > 1;
  const seen: PageRun = {
    ...run,
    flags,
    mapcount,
    kind: [
      large ? 'T' : '',
      anon ? 'a' : '',
      zero ? 'z' : '',
      // Of a large folio not every kernel shows the flag of each page.
      anon && !large && Page.anonExclusive(page) === 1 ? 'E' : '',
    ].join(''),
  };
  return large ? { ...seen, folio, offset: offsetInFolio(p, pfn - folio, pages) } : seen;
};

/** Whether a page is in swap: pagemap shows that, and no more. */
const isSwappedAt = (s: Sys, mm: number, at: number): boolean => {
  const { ptrsPerPte, ptrsPerPmd, puds } = s.geometry;
  const e = s.pmd.at(mm * puds * ptrsPerPmd + Math.floor(at / ptrsPerPte));
  return Pmd.kind(e) === PmdKind.table && isSwapPte(s.pte.at(Pmd.pfn(e) * ptrsPerPte + (at % ptrsPerPte)));
};

/** The page that `at` maps, and by what; undefined: nothing that pagemap shows. VM_PFNMAP it leaves out. */
const mappedAt = (s: Sys, mm: number, vma: Vma, at: number): { pfn: number; huge: boolean } | undefined => {
  const { ptrsPerPte, ptrsPerPmd, puds } = s.geometry;
  if (Vma.pfnmap(vma) === 1) return undefined;
  const slot = Math.floor(at / ptrsPerPte);
  const pud = s.pud.at(mm * puds + Math.floor(slot / ptrsPerPmd));
  if (Pud.kind(pud) === PudKind.leaf) return { pfn: Pud.pfn(pud) + (at % (ptrsPerPmd * ptrsPerPte)), huge: true };
  const e = s.pmd.at(mm * puds * ptrsPerPmd + slot);
  if (Pmd.kind(e) === PmdKind.leaf) return { pfn: Pmd.pfn(e) + (at % ptrsPerPte), huge: true };
  if (Pmd.kind(e) !== PmdKind.table) return undefined;
  const pte = s.pte.at(Pmd.pfn(e) * ptrsPerPte + (at % ptrsPerPte));
  return Pte.present(pte) === 1 ? { pfn: Pte.pfn(pte), huge: false } : undefined;
};

const hasStructPage = (pfn: number): boolean => pfn >= DEVICE_FRAMES;

/** RssFile, RssAnon, RssShmem; only pages of one size can be counted by the model's counters. */
const rssSeen = (s: Sys, p: Placement, mm: number): Pick<ProcessSeen, 'rss'> => {
  if (s.rss.rows === 0 || !isEven(p)) return {};
  const { length } = Rss.names;
  const { valueOf } = rssBits(s.geometry);
  const of = (counter: number): number => (valueOf(s.rss.at(mm * length + counter)) * PTRS) / s.geometry.ptrsPerPte;
  return { rss: [of(Rss.MM_FILEPAGES), of(Rss.MM_ANONPAGES), of(Rss.MM_SHMEMPAGES)] };
};

/** One live process. */
export const observe = (s: Sys, p: Placement, mm: number, sight: Sight): ProcessSeen => {
  const vmas = rowsOf(s, mm);
  const pages: PageRun[] = [];
  for (const vma of vmas)
    for (let at = Vma.start(vma); at < Vma.end(vma); at++) {
      const mapped = mappedAt(s, mm, vma, at);
      if (mapped !== undefined && hasStructPage(mapped.pfn))
        pages.push(runAt(s, p, at, mapped.pfn, mapped.huge, sight));
      else if (isSwappedAt(s, mm, at)) pages.push({ ...touchedOf(p, at), flags: 'S' });
    }
  const e = s.mm.at(mm);
  return {
    pt: NrPtes.valueOf(Mm.nrPtes(e)) + NrPmds.valueOf(Mm.nrPmds(e)),
    ...rssSeen(s, p, mm),
    vmas: vmas.map((vma) => vmaSeen(p, vma)),
    pages: joined(pages),
    ...(sight.entries ? { entries: entriesOf(s, p, mm), deposits: depositsOf(s, mm) } : {}),
  };
};
