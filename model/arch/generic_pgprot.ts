/** pgprot_t of architectures without a function of their own: include/linux/pgtable.h, v7.1 (the same in v6.12 to v7.3). */
import type { Functions, Pgtable } from '../formats/pgtable.ts';
import { eq } from '../formats/u64.ts';

/** A cache mode is known again by this: its modifier changes nothing in the old protection. All that hold are applied to the new one. */
export const genericPgprotModify =
  (t: Functions): Functions['pgprot_modify'] =>
  (oldprot, newprot) =>
    [t.pgprot_noncached, t.pgprot_writecombine, t.pgprot_device].reduce(
      (made, modifier) => (eq(oldprot, modifier(oldprot)) ? modifier(made) : made),
      newprot,
    );

/** pgprot_device() and pgprot_writethrough() are pgprot_noncached(), where nobody says more. */
export const genericPgprot = (t: Functions): Pgtable => ({
  pgprot_device: (prot) => t.pgprot_noncached(prot),
  pgprot_writethrough: (prot) => t.pgprot_noncached(prot),
  pgprot_modify: genericPgprotModify(t),
});

/** What is said where an architecture has no pmd_pgprot() and the like. */
export const GENERIC_PGPROT = 'it has none of its own, and the generic one gives 0';
