/** The marks of a swap entry beside its type and offset: pte_swp_soft_dirty(), pte_swp_mksoft_dirty(), pte_swp_clear_soft_dirty() and their likes. */
import type { Pgtable } from '../formats/pgtable.ts';
import { flag, isZero, type U64 } from '../formats/u64.ts';

/** By the bit of each; of a mark whose bit is 0 there are none. */
export const swapMarks = (
  level: 'pte' | 'pmd',
  marks: Readonly<Partial<Record<'exclusive' | 'soft_dirty' | 'uffd_wp', U64>>>,
): Pgtable =>
  Object.fromEntries(
    Object.entries(marks)
      .filter(([, mask]) => !isZero(mask))
      .flatMap(([name, mask]) => {
        const { is, set, unset } = flag(mask);
        return [
          [`${level}_swp_${name}`, is],
          [`${level}_swp_mk${name}`, set],
          [`${level}_swp_clear_${name}`, unset],
        ];
      }),
  );
