/**
 * MMU notifiers: mmu_notifier_invalidate_range_start() and _end() of mm/mmu_notifier.c, v7.1, as one call, since nobody
 * looks at the state between them. Who changes entries of a range calls it first. The only one that is registered is
 * KVM's. Stubbed: start and end. Left out: the notifiers of young bits, and calls for what is never mapped into a
 * guest here: memory of the page cache and anonymous memory outside VM_PFNMAP.
 */
import type { Sys } from './kernel.ts';
import { LOOKUP_MM } from './ptl.ts';
import { kvm_invalidate } from '../virt/kvm.ts';

/** enum mmu_notifier_event. */
export type MmuNotifierEvent = 'UNMAP' | 'CLEAR' | 'PROTECTION_VMA' | 'PROTECTION_PAGE' | 'SOFT_DIRTY';

/** Pages from..to-1 of an mm are about to change. */
export const mmu_notifier_invalidate_range = (
  s: Sys,
  mm: number,
  from: number,
  to: number,
  _event: MmuNotifierEvent,
): void => {
  if (s.spte.rows > 0 && mm === LOOKUP_MM) kvm_invalidate(s, from, to);
};

/** A call from mm: nothing where no guest is. */
export const mmu_notify = (s: Sys, mm: number, from: number, to: number, event: MmuNotifierEvent): void => {
  if (s.spte.rows > 0) s.kernel.mmu_notifier_invalidate_range(s, mm, from, to, event);
};
