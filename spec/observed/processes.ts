/** A process, its VMAs and its counters, as /proc/PID has them: status, maps, smaps (VmFlags), numa_maps. */
import { pagesOf } from '../../model/state/geometry.ts';
import { Rss, rssBits } from '../../model/state/memmap.ts';
import { VmaTrack } from '../../model/state/memtypes.ts';
import { Mm, type MmView, NrPmds, NrPtes, Vma, VmaAttributes, VmaKind } from '../../model/state/mm_types.ts';
import { party } from '../../model/state/party.ts';
import { NO_VMA } from '../reading.ts';
import { counted, type Observable, range } from './observable.ts';

/**
 * What fs/proc/task_mmu.c show_map_vma() and show_smap_vma_flags() tell of a VMA. Without a file vm_pgoff is not shown. Never shown
 * are anon_vma, the vm_ops, and vm_page_prot, which entries have.
 */
const shownOf = (vma: Vma): Vma => {
  if (Vma.kind(vma) === VmaKind.none) return NO_VMA;
  const flags = Vma.mkAnonVma(Vma.mkCache(vma, 0), 0);
  const shown = Vma.mkFault(Vma.mkHugeFault(Vma.mkPfnMkwrite(flags, 0), 0), 0);
  return Vma.kind(vma) === VmaKind.anon ? Vma.mkPgoff(shown, 0) : shown;
};

/** mm_pgtables_bytes(): tables of all levels together. */
const vmPte = (s: MmView, mm: number): number => {
  const e = s.mm.at(mm);
  return NrPtes.valueOf(Mm.nrPtes(e)) + NrPmds.valueOf(Mm.nrPmds(e));
};

/** What is left in them when the mm is freed, check_mm() prints. */
const countersOf = (s: MmView, mm: number): readonly Observable<MmView>[] => {
  const show = (code: number): string => `${rssBits(s.geometry).valueOf(code)}`;
  const rss = s.rss.rows === 0 ? [] : Rss.names;
  return [
    counted<MmView>(`${party(mm)} VmPTE`, (v) => vmPte(v, mm)),
    ...rss.map((name, i) => counted<MmView>(`${party(mm)} ${name}`, (v) => v.rss.at(mm * Rss.names.length + i), show)),
    ...(s.swapents.rows === 0 ? [] : [counted<MmView>(`${party(mm)} MM_SWAPENTS`, (v) => v.swapents.at(mm), show)]),
  ];
};

const vmasOf = (s: MmView, mm: number): readonly Observable<MmView>[] =>
  range(s.geometry.vmas).map((i) => ({
    aspect: 'mapping',
    where: `${party(mm)} vma ${i}`,
    read: (v) => shownOf(v.vma.at(mm * s.geometry.vmas + i)),
    // The last word would be vm_page_prot, of which nothing is left.
    show: (code) => Vma.show(code).replace(/ WB$/, ''),
  }));

/** By page: the policy, in numa_maps, and what VmFlags say of locks and of userfaultfd. */
const attributesOf = (s: MmView, mm: number): readonly Observable<MmView>[] =>
  range(s.vmaAttributes.rows / s.geometry.mms).map((page) => ({
    aspect: 'mapping',
    where: `${party(mm)} vma at page ${page}`,
    read: (v) => v.vmaAttributes.at(mm * pagesOf(s.geometry) + page),
    show: (code) => VmaAttributes.show(code),
  }));

/** VM_PAT (until v6.15), by vm_start: VM_ARCH_1, which VmFlags have as "ar". */
const patOf = (s: MmView, mm: number): readonly Observable<MmView>[] =>
  range(s.vmaTrack.rows / s.geometry.mms).map((page) => ({
    aspect: 'mapping',
    where: `${party(mm)} vma at page ${page}`,
    read: (v) => VmaTrack.pat(v.vmaTrack.at(mm * pagesOf(s.geometry) + page)),
    show: (code) => (code === 1 ? 'VM_PAT' : '!VM_PAT'),
  }));

export const seenOfProcess = (s: MmView, mm: number): readonly Observable<MmView>[] => [
  {
    aspect: 'mapping',
    where: party(mm),
    read: (v) => Mm.alive(v.mm.at(mm)),
    show: (code) => (code === 1 ? 'alive' : 'dead'),
  },
  ...countersOf(s, mm),
  ...vmasOf(s, mm),
  ...attributesOf(s, mm),
  ...patOf(s, mm),
];
