/** Every bug of which no patch brings it back. */
import type { NotSearchedFor } from './not_searched_for.ts';
import { DEVICE_MEMORY_NOT_SEARCHED_FOR } from './not_searched_for_device_memory.ts';
import { HUGETLB_NOT_SEARCHED_FOR } from './not_searched_for_hugetlb.ts';
import { MM_NOT_SEARCHED_FOR } from './not_searched_for_mm.ts';

export const NOT_SEARCHED_FOR: readonly NotSearchedFor[] = [
  ...MM_NOT_SEARCHED_FOR,
  ...DEVICE_MEMORY_NOT_SEARCHED_FOR,
  ...HUGETLB_NOT_SEARCHED_FOR,
];
