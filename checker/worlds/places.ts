/** Where operations act in most worlds, and the memory that THPs need there: two pages a PMD slot, two slots a PUD slot. */
import { type Block, blocks } from '../../model/state/geometry.ts';

export const PAGE0 = { from: 0, to: 1 };
export const PAGE1 = { from: 1, to: 2 };
export const SLOT0 = { from: 0, to: 2 };
export const GIB0 = { from: 0, to: 4 };
export const TO_SLOT1 = { from: 0, to: 2, pages: 2 };
export const TO_NEXT_GIB = { from: 0, to: 4, pages: 4 };
export const RW = ['R', 'RW'] as const;

/** Huge pages for parent and child, and small ones for what they copy. */
export const THPS: readonly Block[] = [...blocks('anon', 2, 2), ...blocks('anon', 1, 4)];
