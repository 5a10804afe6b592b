/** The marks of a swap entry beside its type and offset: pte_swp_exclusive(), pte_swp_mkexclusive(), pte_swp_clear_exclusive() and their likes. */
import type { Pgtable } from '../formats/pgtable.ts';
import { flag, isZero, type U64 } from '../formats/u64.ts';

/** By the bit of each; of a mark whose bit is 0 there are none. */
export const swapMarks = (marks: Readonly<Partial<Record<'exclusive' | 'soft_dirty' | 'uffd_wp', U64>>>): Pgtable =>
  Object.fromEntries(
    Object.entries(marks)
      .filter(([, mask]) => !isZero(mask))
      .flatMap(([name, mask]) => {
        const { is, set, unset } = flag(mask);
        return [
          [`pte_swp_${name}`, is],
          [`pte_swp_mk${name}`, set],
          [`pte_swp_clear_${name}`, unset],
        ];
      }),
  );
