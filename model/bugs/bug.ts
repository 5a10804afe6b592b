/** A bug of some release or version of a series, as a patch that brings it back on a kernel that does not have it. */
import type { BroughtBack, KernelPatch } from '../patch.ts';

export interface Bug extends KernelPatch {
  readonly bug: BroughtBack;
}

export const bug = (one: Bug): Bug => one;
