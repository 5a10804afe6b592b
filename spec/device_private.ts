/** I-PRIVATE: memory that only a device reaches is what device-private entries stand for, and nothing else is. */
import type { Always } from '../checker/search/index.ts';
import { DEVICE_FRAMES, pagesOf } from '../model/state/geometry.ts';
import { type MmView, Pin, Prot, Pte, Vma, VmaKind } from '../model/state/mm_types.ts';
import { folioName, isFree, rowOf } from './folios.ts';
import { frameAt, NONE, privateAt, pteAt, useOf, vmaAt } from './reading.ts';
import { entryName, pageName, vmaName } from './wording.ts';

const isOfDevice = (s: MmView, frame: number): boolean => frame !== NONE && useOf(s, frame) === 'private';

/** Whether the entry of a page is right: the CPU has no way to such memory, and an entry for it names a page in use. */
const isRightAt = (s: MmView, mm: number, page: number): boolean => {
  if (isOfDevice(s, frameAt(s, mm, page))) return false;
  const frame = privateAt(s, mm, page);
  if (frame === NONE) return true;
  const vma = vmaAt(s, mm, page);
  const mayWrite = Vma.prot(vma) === Prot.RW || Pte.write(pteAt(s, mm, page)) === 0;
  return isOfDevice(s, frame) && !isFree(s, rowOf(frame)) && Vma.kind(vma) === VmaKind.anon && mayWrite;
};

/** The first page, as mm * pages + page, whose entry is wrong; or NONE. */
const wrongPage = (s: MmView): number => {
  const pages = pagesOf(s.geometry);
  for (let mm = 0; mm < s.geometry.mms; mm++)
    for (let page = 0; page < pages; page++) if (!isRightAt(s, mm, page)) return mm * pages + page;
  return NONE;
};

/** The first page in use that nobody refers to, or NONE: its driver should have had it back. */
const lostRow = (s: MmView): number => {
  for (let row = 0; row < s.memmap.frames; row++)
    if (isOfDevice(s, row + DEVICE_FRAMES) && !isFree(s, row) && s.refcount.at(row) === 0) return row;
  return NONE;
};

/** The first pin of such a page, or NONE. */
const wrongPin = (s: MmView): number => {
  for (let row = 0; row < s.pin.rows; row++) {
    const pin = s.pin.at(row);
    if (Pin.taken(pin) === 1 && isOfDevice(s, Pin.pfn(pin))) return row;
  }
  return NONE;
};

const isRight = (s: MmView): boolean => wrongPage(s) === NONE && wrongPin(s) === NONE && lostRow(s) === NONE;

/** Whether a page of the device is in use. */
const anyPrivate = (s: MmView): boolean => {
  for (let row = 0; row < s.memmap.frames; row++)
    if (isOfDevice(s, row + DEVICE_FRAMES) && !isFree(s, row)) return true;
  return false;
};

const explainPage = (s: MmView): string => {
  const row = lostRow(s);
  if (row !== NONE) return `${folioName(s, row)} has no reference, and is not free`;
  return `page ${Pin.pfn(s.pin.at(wrongPin(s)))} is pinned, and only a device reaches it`;
};

export const devicePrivate: Always<MmView> = {
  kind: 'always',
  name: 'I-PRIVATE',
  says: 'A device-private entry names a page of device memory that is in use, stands in anonymous memory, and lets the device write only where the VMA does. No other entry maps such a page, nobody has pinned one, and one without a reference is free.',
  cites:
    'v7.1 mm/migrate.c remove_migration_pte() (is_device_private_page()), mm/migrate_device.c migrate_vma_insert_page(), mm/memory.c ' +
    'zap_nonpresent_ptes() (WARN_ON_ONCE(!folio_test_anon())), include/linux/rmap.h __folio_try_dup_anon_rmap() (cannot get pinned); Documentation/mm/hmm.rst',
  subject: (s) => anyPrivate(s) || !isRight(s),
  holds: isRight,
  explain: (s) => {
    const at = wrongPage(s);
    if (at === NONE) return explainPage(s);
    const pages = pagesOf(s.geometry);
    const [mm, page] = [Math.floor(at / pages), at % pages];
    const frame = privateAt(s, mm, page) === NONE ? frameAt(s, mm, page) : privateAt(s, mm, page);
    const name = useOf(s, frame) === undefined ? `frame ${frame}` : folioName(s, rowOf(frame));
    return `${pageName(s, at)} in ${vmaName(vmaAt(s, mm, page))}: ${entryName(s, mm, page)} is of ${name}`;
  },
};
