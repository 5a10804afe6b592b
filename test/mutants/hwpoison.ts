/** Mutants of memory_failure(): who may still have what is broken, and what else is taken. */
import { anonMemory } from '../../model/drivers/driver.ts';
import { pfn_to_page } from '../../model/mm/page_flags.ts';
import { folio_get } from '../../model/mm/page_ref.ts';
import { add_mm_counter } from '../../model/mm/vmstat.ts';
import { blocks } from '../../model/state/geometry.ts';
import { Hwpoison, Rss } from '../../model/state/memmap.ts';
import { type Mutant, SLOT0 } from './mutant.ts';

const broken = {
  on: 'v7.1',
  geometry: { memory: blocks('anon', 1, 2), poison: 1 },
  alphabet: { drivers: [anonMemory('anon page', { at: 0, pages: 1 })], poisons: [0], fork: false },
} as const;
const huge = {
  ...broken,
  geometry: { memory: [...blocks('anon', 2, 1), ...blocks('anon', 1, 2)], poison: 1, pins: 1 },
  alphabet: { drivers: [anonMemory('anon 2M', { at: 0, pages: 2 })], writes: [0], poisons: [1], fork: false },
} as const;

export const HWPOISON: readonly Mutant[] = [
  {
    ...broken,
    property: 'I-POISON',
    says: 'memory_failure() unmaps nothing',
    patch: {
      memory_failure_anon: () => (s, pfn) => {
        folio_get(s, pfn);
        s.hwpoison.put(pfn_to_page(pfn), Hwpoison.isolated);
        return true;
      },
    },
    length: 2,
  },
  {
    ...broken,
    property: 'I-RSS',
    says: 'a hwpoison entry stays in MM_ANONPAGES',
    patch: {
      set_hwpoison_pte: (base) => (s, mm, page, row) => {
        base(s, mm, page, row);
        add_mm_counter(s, mm, Rss.MM_ANONPAGES, 1);
      },
    },
    length: 2,
  },
  {
    ...huge,
    property: 'I-KEPT',
    says: 'memory_failure() takes the page beside the broken one as well',
    patch: { memory_failure_anon: (base) => (s, pfn) => base(s, pfn) && base(s, pfn - 1) },
    length: 3,
  },
  {
    ...huge,
    property: 'I-POISON',
    says: 'nobody looks whether a block that is given out has a broken page',
    patch: { allocates_poison: () => () => true },
    alphabet: { ...huge.alphabet, pins: [0], pinsFor: ['write'], munmaps: [SLOT0] },
    length: 7,
  },
];
