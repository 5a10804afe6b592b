/** What a fault comes to, besides the codes of `Result`: include/linux/mm_types.h enum vm_fault_reason, v7.1. */

/** VM_FAULT_FALLBACK: a smaller size is to be tried. */
export const FALLBACK = -1;
/** Whoever asks waits for a folio lock, and asks again: the operation is not possible before the lock is free. */
export const WAITS = -2;
/** VM_FAULT_NOPAGE: the handler has done all there is to do, or nothing; the access is made again. */
export const NOPAGE = -3;
