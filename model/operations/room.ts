/** What a machine without such bounds would do next, and the modelled one has no room for, is not tried. */
import type { Sys } from '../mm/kernel.ts';
import { notMadeIf, type Op } from './op.ts';

const is_full = (s: Sys): boolean => s.full.at(0) === 1;

/** The operation in a world with reservations of cache modes, of which a kernel has any number. */
export const with_room = (one: Op): Op => notMadeIf(one, is_full);
