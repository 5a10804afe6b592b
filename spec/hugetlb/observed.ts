/** What user space can find out by itself of hugetlb; as spec/observed.ts. */
import { pagesOf } from '../../model/state/hugetlb/geometry.ts';
import {
  HugePte,
  type HugetlbView,
  Result,
  Reserved,
  UffdEvent,
  Usage,
  Vma,
} from '../../model/state/hugetlb/hugetlb_types.ts';
import type { Observable } from '../observed.ts';
import { cachedAt, entryAt, filePage, folioOf, frameAt, isHwpoison, isLeaf, isVma, vmaAt } from './entries.ts';
import { party } from './wording.ts';

type Seen = Observable<HugetlbView>;
const plain = (code: number): string => `${code}`;
const range = (n: number): readonly number[] => Array.from({ length: n }, (_, i) => i);

const NOTHING = 0;
const BROKEN = 1;
const OWN = 2;
const ELSEWHERE = 3;
/** From here on: page `code - OF_FILE` of the file. */
const OF_FILE = 4;
const CLASS = ['nothing', 'broken memory', 'a page of its own', 'a page that its file does not have'];
const pageAt = (s: HugetlbView, mm: number, page: number): number => {
  const e = entryAt(s, mm, page);
  if (isHwpoison(e)) return BROKEN;
  if (!isLeaf(e)) return NOTHING;
  const vma = vmaAt(s, mm, page);
  if (!isVma(vma)) return ELSEWHERE;
  const frame = frameAt(s, mm, page);
  if (cachedAt(s, vma, page) === folioOf(s, frame)) {
    const { hugepage } = s.geometry;
    return OF_FILE + Math.trunc(filePage(vma, page) / hugepage) * hugepage + (frame % hugepage);
  }
  return Vma.shared(vma) === 1 ? ELSEWHERE : OWN;
};
const rightAt = (s: HugetlbView, mm: number, page: number): number => {
  const e = entryAt(s, mm, page);
  if (!isLeaf(e)) return 0;
  return HugePte.protnone(e) === 1 ? 1 : 2 + HugePte.write(e);
};
const RIGHTS = ['nothing', 'no access', 'reading', 'reading and writing'];

const results: readonly Seen[] = [
  {
    aspect: 'result',
    where: 'returns',
    read: (s) => s.result.at(0),
    show: (code) => Result.names[code] ?? plain(code),
  },
  { aspect: 'result', where: 'pages done', read: (s) => s.done.at(0), show: plain },
  {
    aspect: 'result',
    where: 'userfaultfd is told of',
    read: (s) => s.event.at(0),
    show: (code) => UffdEvent.show(code),
  },
  { aspect: 'result', where: 'Shared_Hugetlb', read: (s) => s.smapsShared.at(0), show: plain },
  { aspect: 'result', where: 'Private_Hugetlb', read: (s) => s.smapsPrivate.at(0), show: plain },
  { aspect: 'result', where: 'pages in core', read: (s) => s.inCore.at(0), show: (mask) => mask.toString(2) },
  { aspect: 'counter', where: 'HugePages_Rsvd', read: (s) => Reserved.valueOf(s.resv.at(0)), show: plain },
];

const perProcess = (s: HugetlbView, mm: number): readonly Seen[] => [
  { aspect: 'mapping', where: party(mm), read: (v) => v.mm.at(mm), show: (code) => (code === 1 ? 'alive' : 'dead') },
  {
    aspect: 'counter',
    where: `${party(mm)} HugetlbPages`,
    read: (v) => (v.usage.rows === 0 ? 0 : Usage.valueOf(v.usage.at(mm))),
    show: plain,
  },
  ...range(s.geometry.vmas).map((i): Seen => ({
    aspect: 'mapping',
    where: `${party(mm)} vma ${i}`,
    read: (v) => v.vma.at(mm * s.geometry.vmas + i),
    show: (code) => Vma.show(code),
  })),
  ...range(pagesOf(s.geometry)).flatMap((page): readonly Seen[] => [
    {
      aspect: 'translation',
      where: `${party(mm)} page ${page}`,
      read: (v) => pageAt(v, mm, page),
      show: (code) => CLASS[code] ?? `page ${code - OF_FILE} of its file`,
    },
    {
      aspect: 'permission',
      where: `${party(mm)} page ${page}`,
      read: (v) => rightAt(v, mm, page),
      show: (code) => RIGHTS[code] ?? plain(code),
    },
  ]),
];

export const hugetlbObservedByUser = (s: HugetlbView): readonly Seen[] => [
  ...results,
  ...range(s.geometry.mms).flatMap((mm) => perProcess(s, mm)),
];
