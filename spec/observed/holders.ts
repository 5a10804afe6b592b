/**
 * Who reaches memory without page tables of a process: pins (io_uring reads and writes by them), a guest, a device. What each finds
 * there is compared, not which frame it is.
 */
import { Dma, Found, Level, Spte } from '../../model/state/lookups.ts';
import { type MmView, Pin } from '../../model/state/mm_types.ts';
import { levelPages } from '../second_stage.ts';
import { contentName, contentOf, NOTHING } from './contents.ts';
import { counted, type Observable, range, RIGHTS } from './observable.ts';

const pinned = (s: MmView, row: number): number => {
  const pin = s.pin.at(row);
  return Pin.taken(pin) === 1 ? contentOf(s, Pin.pfn(pin)) : NOTHING;
};

/** The row of the second-stage entry that maps a guest page, or -1. */
const spteRow = (s: MmView, page: number): number => {
  for (let row = page; row >= 0; row--) {
    const level = Spte.level(s.spte.at(row));
    if (level !== Level.none && page < row + levelPages(s, level)) return row;
  }
  return -1;
};
const guestContent = (s: MmView, page: number): number => {
  const row = spteRow(s, page);
  return row < 0 ? NOTHING : contentOf(s, Spte.pfn(s.spte.at(row)) + page - row);
};
const guestRight = (s: MmView, page: number): number => {
  const row = spteRow(s, page);
  return row < 0 ? 0 : 2 + Spte.write(s.spte.at(row));
};
/** pages_4k, pages_2m and pages_1g of KVM_GET_STATS_FD: arch/x86/kvm/x86.c kvm_vm_stats_desc[], kvm_update_page_stats(). */
const pagesAt = (s: MmView, level: number): number => {
  let n = 0;
  for (let row = 0; row < s.spte.rows; row++) if (Spte.level(s.spte.at(row)) === level) n++;
  return n;
};

/** What a device finds at page `i` of what it was given. */
const deviceContent = (s: MmView, row: number, i: number): number => {
  const e = s.dma.at(row);
  return i < Dma.pages(e) ? contentOf(s, Dma.pfn(e) + i) : NOTHING;
};
const deviceRight = (s: MmView, row: number): number => {
  const e = s.dma.at(row);
  return Dma.pages(e) === 0 ? 0 : 2 + Dma.write(e);
};
/** Pages that a mapping of an IOMMU may have: the field has three bits. */
const DMA_PAGES = 7;

/** What a user of a look-up has read or written the device by. */
const accessed = (s: MmView): number => {
  const e = s.copied.at(0);
  return Found.level(e) === Level.none ? NOTHING : contentOf(s, Found.pfn(e));
};

const rightName = (code: number): string => RIGHTS[code]!;

const seenOfGuest = (s: MmView): readonly Observable<MmView>[] => [
  ...range(s.spte.rows).flatMap((page): readonly Observable<MmView>[] => {
    const where = `guest page ${page}`;
    return [
      { aspect: 'translation', where, read: (v) => guestContent(v, page), show: contentName(s) },
      { aspect: 'permission', where, read: (v) => guestRight(v, page), show: rightName },
    ];
  }),
  ...(s.spte.rows === 0 ? [] : [Level.PTE, Level.PMD, Level.PUD]).map((level) =>
    counted<MmView>(`guest pages by a ${Level.names[level]!}`, (v) => pagesAt(v, level)),
  ),
];

const seenOfDevice = (s: MmView): readonly Observable<MmView>[] => [
  ...range(s.dma.rows * DMA_PAGES).map((at): Observable<MmView> => {
    const row = Math.trunc(at / DMA_PAGES);
    const i = at % DMA_PAGES;
    const where = `device mapping ${row} page ${i}`;
    return { aspect: 'translation', where, read: (v) => deviceContent(v, row, i), show: contentName(s) };
  }),
  ...range(s.dma.rows).map((row): Observable<MmView> => ({
    aspect: 'permission',
    where: `device mapping ${row}`,
    read: (v) => deviceRight(v, row),
    show: rightName,
  })),
  ...range(s.notedDirty.rows).map((frame): Observable<MmView> => ({
    aspect: 'mapping',
    where: `frame ${frame} of the device`,
    read: (v) => v.notedDirty.at(frame),
    show: (code) => (code === 1 ? 'is to be sent to it' : 'is not sent to it'),
  })),
  {
    aspect: 'mapping',
    where: 'memory of the device',
    read: (v) => v.memoryDisabled.at(0),
    show: (code) => (code === 1 ? 'off' : 'on'),
  },
];

export const seenOfHolders = (s: MmView): readonly Observable<MmView>[] => [
  { aspect: 'result', where: 'accesses the device by', read: accessed, show: contentName(s) },
  ...range(s.pin.rows).map((row): Observable<MmView> => ({
    aspect: 'translation',
    where: `pin ${row}`,
    read: (v) => pinned(v, row),
    show: contentName(s),
  })),
  ...seenOfGuest(s),
  ...seenOfDevice(s),
];
