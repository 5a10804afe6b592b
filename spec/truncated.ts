/** I-TRUNC: of what a file has lost, nobody maps anything, not even a copy. */
import type { Move, Step } from '../checker/search/index.ts';
import { pagesOf } from '../model/state/geometry.ts';
import { type MmView, Vma, VmaKind } from '../model/state/mm_types.ts';
import { frameOfVma, isMapped, isThere, NONE, vmaAt } from './reading.ts';
import { pageName, translationName } from './wording.ts';

interface Part {
  readonly file: 'shmem' | 'file';
  readonly from: number;
}

/** Whether the VMA names, for this page, one that the file has lost. */
const isLost = (vma: Vma, page: number, { file, from }: Part): boolean =>
  Vma.kind(vma) === VmaKind[file] && frameOfVma(vma, page) >= from;

/** The first page, as mm * pages + page, that the file has lost and that is still mapped; or NONE. */
const mappedPage = (s: MmView, { args }: Move): number => {
  const pages = pagesOf(s.geometry);
  const part = args['part'] as Part;
  for (let mm = 0; mm < s.geometry.mms; mm++)
    for (let page = 0; page < pages; page++)
      if (isThere(s, mm, page) && isLost(vmaAt(s, mm, page), page, part)) return mm * pages + page;
  return NONE;
};

/** A hole that is punched leaves private copies (unmap_mapping_range() without even_cows); no operation punches one. */
export const truncated: Step<MmView> = {
  kind: 'step',
  name: 'I-TRUNC',
  says: 'After a truncation no VMA of the file maps a page from its new end on, private copies and migration entries included.',
  cites:
    'v7.1 mm/truncate.c truncate_pagecache(), mm/shmem.c shmem_setattr(), mm/memory.c unmap_mapping_range() (even_cows), ' +
    'zap_pte_range() (should_zap_folio()); mmap(2)',
  subject: (before, move, after) =>
    move.name === 'truncate' && (mappedPage(before, move) !== NONE || mappedPage(after, move) !== NONE),
  holds: (_before, move, after) => move.name !== 'truncate' || mappedPage(after, move) === NONE,
  explain: (_before, move, after) => {
    const at = mappedPage(after, move);
    const pages = pagesOf(after.geometry);
    const [mm, page] = [Math.floor(at / pages), at % pages];
    const { file, from } = move.args['part'] as Part;
    const what = isMapped(after, mm, page) ? translationName(after, mm, page) : 'a migration entry';
    return `the ${file} file ends before its page ${from}; ${pageName(after, at)}, page ${frameOfVma(vmaAt(after, mm, page), page)} of it, is still ${what}`;
  },
};
