/** Every bug of which no patch brings it back. */
import { DEVICE_MEMORY_NOT_EXPRESSIBLE, type NotExpressible } from './not_expressible.ts';
import { HUGETLB_NOT_EXPRESSIBLE } from './not_expressible_hugetlb.ts';
import { MM_NOT_EXPRESSIBLE } from './not_expressible_mm.ts';

export const NOT_EXPRESSIBLE: readonly NotExpressible[] = [
  ...MM_NOT_EXPRESSIBLE,
  ...DEVICE_MEMORY_NOT_EXPRESSIBLE,
  ...HUGETLB_NOT_EXPRESSIBLE,
];
