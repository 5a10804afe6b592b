/** Look-ups of frames as operations of the search: anything that needs none of their locks may happen between them. */
import { action, NEVER } from '../../checker/search/index.ts';
import type { Sys } from '../mm/kernel.ts';
import { begin, lock, unmap_dma, use } from '../mm/lookup.ts';
import { LOOKUP_MM } from '../mm/ptl.ts';
import { WAITS } from '../mm/vm_fault.ts';
import { Dma, Lookup, LookupStage, LookupUser, lookupUserName } from '../state/lookups.ts';
import type { Alphabet, LookingUp } from './alphabet.ts';
import { is_alive, type Op, pagesOf, returning } from './op.ts';
import { OPERATIONS } from './operations.ts';

const stage = (s: Sys): number => Lookup.stage(s.lookup.at(0));
const returns = (s: Sys, result: number): typeof NEVER | undefined => {
  if (result === WAITS) return NEVER;
  returning(s, result);
  return undefined;
};

export const follow_pfnmap_start = ({ lookups }: Alphabet, most: number): Op =>
  action<Sys, Sys, { at: LookingUp }>({
    ...OPERATIONS.follow_pfnmap_start,
    args: { at: most > 0 ? lookups : [] },
    show: ({ at: { by, page, pages = 1, access } }) =>
      `${lookupUserName(LookupUser.names.indexOf(by))}, ${pagesOf({ from: page, to: page + pages })}, to ${access}`,
    when: (s) => stage(s) === LookupStage.none && is_alive(s, LOOKUP_MM),
    guard: () => true,
    effect: (s, { at: { by, page, pages = 1, access } }, choose) => {
      s.choose = choose;
      return returns(s, begin(s, LookupUser.names.indexOf(by), page, pages, access === 'write'));
    },
  });

/** A step of the look-up in flight, whoever's it is. */
const step = (
  of: (typeof OPERATIONS)[keyof typeof OPERATIONS],
  at: number,
  goOn: (s: Sys) => number,
  { lookups }: Alphabet,
): Op =>
  action<Sys, Sys, { lookup: 0 }>({
    ...of,
    args: { lookup: lookups.length > 0 ? [0] : [] },
    show: () => '',
    when: (s) => s.lookup.rows > 0 && stage(s) === at,
    guard: () => true,
    effect: (s, _args, choose) => {
      s.choose = choose;
      return returns(s, goOn(s));
    },
  });

export const follow_pfnmap_lock = (alphabet: Alphabet): Op =>
  step(OPERATIONS.follow_pfnmap_lock, LookupStage.walked, lock, alphabet);
export const follow_pfnmap_end = (alphabet: Alphabet): Op =>
  step(OPERATIONS.follow_pfnmap_end, LookupStage.locked, (s) => s.kernel.lookup_end(s), alphabet);
export const use_of_lookup = (alphabet: Alphabet): Op =>
  step(OPERATIONS.use_of_lookup, LookupStage.ended, use, alphabet);

export const unmap_dma_range = ({ lookups }: Alphabet, most: number): Op =>
  action<Sys, Sys, { mapping: number }>({
    ...OPERATIONS.VFIO_IOMMU_UNMAP_DMA,
    args: { mapping: lookups.length > 0 ? Array.from({ length: most }, (_, i) => i) : [] },
    show: ({ mapping }) => `device mapping ${mapping}`,
    guard: (s, { mapping }) => Dma.pages(s.dma.at(mapping)) > 0,
    effect: (s, { mapping }) => unmap_dma(s, mapping),
  });
