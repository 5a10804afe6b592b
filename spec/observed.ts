/**
 * What user space can find out by itself, without privileges: what its calls return, what it finds where it reads, and what files
 * under /proc and /sys tell it. README.md beside the parts of it (observed/) says of every word of the state where it is seen.
 */
import { type MmView, Result } from '../model/state/mm_types.ts';
import { contentName, reachedIn } from './observed/contents.ts';
import { machineCounters } from './observed/counters.ts';
import { seenOfFiles } from './observed/files.ts';
import { seenOfHolders } from './observed/holders.ts';
import { type Observable, plain, range } from './observed/observable.ts';
import { seenOfPages } from './observed/pages.ts';
import { seenOfProcess } from './observed/processes.ts';
import { seenInSmaps } from './observed/smaps.ts';

const resultsOf = (s: MmView): readonly Observable<MmView>[] => [
  {
    aspect: 'result',
    where: 'returns',
    read: (v) => v.result.at(0),
    show: (code) => Result.names[code] ?? plain(code),
  },
  { aspect: 'result', where: 'finds', read: (v) => reachedIn(v, v.reached.at(0)), show: contentName(s) },
  { aspect: 'result', where: 'pages in core', read: (v) => v.inCore.at(0), show: (mask) => mask.toString(2) },
  { aspect: 'result', where: 'resident pages', read: (v) => v.resident.at(0), show: plain },
];

/** All of it, for states of this shape; VMAs stand in the order of their addresses. What is told first tells most. */
export const observedByUser = (s: MmView): readonly Observable<MmView>[] => {
  const mms = range(s.geometry.mms);
  return [
    ...resultsOf(s),
    ...mms.flatMap((mm) => [...seenOfProcess(s, mm), ...seenOfPages(s, mm)]),
    ...seenOfHolders(s),
    ...seenOfFiles(s),
    ...machineCounters(s),
    ...(s.memmap.frames === 0 ? [] : mms.flatMap((mm) => seenInSmaps(s, mm))),
  ];
};
