/** What happens to files on DAX but for faults, as operations of the search. A truncation that waits goes on later. */
import { action } from '../../checker/search/index.ts';
import { dax_layout_wakes as wakes, mapping_mapped } from '../fs/dax_layout.ts';
import { extent_at } from '../fs/extents.ts';
import type { Sys } from '../mm/kernel.ts';
import { Cut, CutKind, DaxEntry, DaxKind, Extent, ExtentKind } from '../state/dax.ts';
import type { Alphabet, DaxCut } from './alphabet.ts';
import { type Op, pagesOf } from './op.ts';
import { OPERATIONS } from './operations.ts';

const is_waiting = (s: Sys): boolean => s.cut.rows > 0 && Cut.waits(s.cut.at(0)) === 1;

/** Whether anything of these pages is there to be cut off: a block, or an entry. */
const has_any = (s: Sys, file: number, from: number, to: number): boolean => {
  for (let index = from; index < to; index++) {
    if (Extent.kind(extent_at(s, file, index)) !== ExtentKind.hole) return true;
    if (DaxEntry.kind(s.daxEntry.at(file * s.geometry.daxFilePages + index)) !== DaxKind.none) return true;
  }
  return false;
};

export const dax_truncate = ({ daxCuts }: Alphabet): Op =>
  action<Sys, Sys, { cut: DaxCut }>({
    ...OPERATIONS.dax_truncate,
    args: { cut: daxCuts },
    show: ({ cut }) => `${cut.how}, ${pagesOf(cut)} of file ${cut.file}`,
    when: (s) => !is_waiting(s),
    guard: (s, { cut: { file, from, to } }) => has_any(s, file, from, to),
    effect: (s, { cut: { how, file, from, to } }) => s.kernel.dax_break_layout(s, CutKind[how], file, from, to),
  });

export const dax_evict_inode = ({ daxEvicts }: Alphabet): Op =>
  action<Sys, Sys, { file: number }>({
    ...OPERATIONS.dax_evict_inode,
    args: { file: daxEvicts },
    show: ({ file }) => `file ${file}`,
    when: (s) => !is_waiting(s),
    guard: (s, { file }) => !mapping_mapped(s, file) && has_any(s, file, 0, s.geometry.daxFilePages),
    effect: (s, { file }) => s.kernel.dax_break_layout(s, CutKind.evict, file, 0, s.geometry.daxFilePages),
  });

export const dax_layout_wakes: Op = action<Sys, Sys>({
  ...OPERATIONS.dax_layout_wakes,
  args: {},
  show: () => '',
  when: is_waiting,
  guard: (s) => s.kernel.dax_page_is_idle(s, Cut.pfn(s.cut.at(0))),
  effect: (s) => wakes(s),
});
