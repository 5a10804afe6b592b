/**
 * What user space can find out by itself: what its calls return, its VMAs and counters in /proc, and what each page of it
 * translates to, with which right: of a file its page, of anonymous memory only that it is some, for memory has no content here. Not
 * flags that only the kernel reads.
 */
import { DEVICE_FRAMES, FRAME_MAX, pagesOf } from '../model/state/geometry.ts';
import { Rss } from '../model/state/memmap.ts';
import { Mm, type MmView, Result, Vma } from '../model/state/mm_types.ts';
import { party } from '../model/state/party.ts';
import { dataAt } from './anon_data.ts';
import {
  frameAt,
  frameOfVma,
  isAnonFrame,
  isDeviceFrame,
  isMapped,
  isZeroFrame,
  NONE,
  protnoneAt,
  vmaAt,
  writeAt,
} from './reading.ts';
import { frameNamed } from './translate.ts';

/** One thing that can be observed: of two states that are alike, it reads the same number. */
export interface Observable<V> {
  readonly aspect: 'result' | 'mapping' | 'translation' | 'permission' | 'counter';
  readonly where: string;
  readonly read: (s: V) => number;
  readonly show: (code: number) => string;
}

const plain = (code: number): string => `${code}`;
const range = (n: number): readonly number[] => Array.from({ length: n }, (_, i) => i);

/** Codes of what a page is mapped to: frames of the device stand for themselves, pages of a file follow behind all frames. */
const NOTHING = -1;
const ZEROES = -2;
const ANON = -3;
const OTHER = -4;
const AWAY = -5;
const MEMORY = -6;
const CLASS: Readonly<Record<number, string>> = {
  [NOTHING]: 'nothing',
  [ZEROES]: 'zeroes',
  [ANON]: 'anonymous memory',
  [OTHER]: 'memory that its mapping does not name',
  [AWAY]: 'nothing yet: its memory is in swap, or under way',
  [MEMORY]: 'memory of the machine',
};
const OF_FILE = FRAME_MAX + 1;
const classOf = (s: MmView, mm: number, page: number): number => {
  const frame = frameAt(s, mm, page);
  if (frame === NONE) return dataAt(s, mm, page) === NONE ? NOTHING : AWAY;
  if (isDeviceFrame(frame)) return frame;
  if (isZeroFrame(s, frame)) return ZEROES;
  if (isAnonFrame(s, frame)) return ANON;
  const vma = vmaAt(s, mm, page);
  return frameNamed(s, vma, page) === frame ? OF_FILE + frameOfVma(vma, page) : OTHER;
};
const classText = (code: number): string => {
  if (code >= OF_FILE) return `page ${code - OF_FILE} of its file`;
  return CLASS[code] ?? `device frame ${code}`;
};

const RIGHTS = ['nothing', 'no access', 'reading', 'reading and writing'];
const rightAt = (s: MmView, mm: number, page: number): number => {
  if (!isMapped(s, mm, page)) return 0;
  return protnoneAt(s, mm, page) === 1 ? 1 : 2 + writeAt(s, mm, page);
};

/** A scratch row that has a frame + 1. */
const reached = (code: number): number => {
  if (code === 0) return NOTHING;
  return code - 1 < DEVICE_FRAMES ? code - 1 : MEMORY;
};

const results: readonly Observable<MmView>[] = [
  {
    aspect: 'result',
    where: 'returns',
    read: (s) => s.result.at(0),
    show: (code) => Result.names[code] ?? plain(code),
  },
  { aspect: 'result', where: 'finds', read: (s) => reached(s.reached.at(0)), show: classText },
  { aspect: 'result', where: 'accesses the device by', read: (s) => s.copied.at(0), show: plain },
  { aspect: 'result', where: 'pages in core', read: (s) => s.inCore.at(0), show: (mask) => mask.toString(2) },
  { aspect: 'result', where: 'resident pages', read: (s) => s.resident.at(0), show: plain },
];

const perProcess = (s: MmView, mm: number): readonly Observable<MmView>[] => [
  {
    aspect: 'mapping',
    where: party(mm),
    read: (v) => Mm.alive(v.mm.at(mm)),
    show: (code) => (code === 1 ? 'alive' : 'dead'),
  },
  { aspect: 'counter', where: `${party(mm)} VmPTE`, read: (v) => Mm.nrPtes(v.mm.at(mm)), show: plain },
  ...Rss.names.map((name, i): Observable<MmView> => ({
    aspect: 'counter',
    where: `${party(mm)} ${name}`,
    read: (v) => (v.rss.rows === 0 ? 0 : v.rss.at(mm * Rss.names.length + i)),
    show: plain,
  })),
  {
    aspect: 'counter',
    where: `${party(mm)} MM_SWAPENTS`,
    read: (v) => (v.swapents.rows === 0 ? 0 : v.swapents.at(mm)),
    show: plain,
  },
  ...range(s.geometry.vmas).map((i): Observable<MmView> => ({
    aspect: 'mapping',
    where: `${party(mm)} vma ${i}`,
    read: (v) => v.vma.at(mm * s.geometry.vmas + i),
    show: (code) => Vma.show(code),
  })),
  ...range(pagesOf(s.geometry)).flatMap((page): readonly Observable<MmView>[] => [
    {
      aspect: 'translation',
      where: `${party(mm)} page ${page}`,
      read: (v) => classOf(v, mm, page),
      show: classText,
    },
    {
      aspect: 'permission',
      where: `${party(mm)} page ${page}`,
      read: (v) => rightAt(v, mm, page),
      show: (code) => RIGHTS[code] ?? plain(code),
    },
  ]),
];

/** All of it, for states of this shape; VMAs stand in the order of their addresses. */
export const observedByUser = (s: MmView): readonly Observable<MmView>[] => [
  ...results,
  ...range(s.geometry.mms).flatMap((mm) => perProcess(s, mm)),
];
