/**
 * A mutant: a small mistake in the model, for a property that catches it before any other property does, or with none
 * before it. Each runs in the least world in which it shows. Also what several of them are made of.
 */
import type { Setting } from '../../checker/catalogue.ts';
import { type Driver, remapDriver } from '../../model/drivers/driver.ts';
import type { Patch } from '../../model/mm/kernel.ts';
import type { Alphabet } from '../../model/operations/alphabet.ts';
import type { Release } from '../../model/releases/releases.ts';
import type { Geometry } from '../../model/state/geometry.ts';
import type { Machine } from '../../model/state/machine.ts';

export interface Mutant {
  /** The property that catches it. */
  readonly property: string;
  /** The mistake; no other mutant says the same. */
  readonly says: string;
  /** 'v4' is the fourth version of the series, on v7.1. */
  readonly on: Release | 'v4';
  readonly machine?: Machine;
  /** The architecture whose entries the world carries bit for bit. */
  readonly arch?: string;
  /** By default one PUD slot, and no memory. */
  readonly geometry?: Partial<Geometry>;
  /** Allocations that may fail in one operation; by default none. */
  readonly failuresMax?: 1 | 2;
  /** Toggles with which the unmutated kernel holds in this world. */
  readonly with?: readonly Setting[];
  /** The mistake: replaced functions, or toggles. */
  readonly patch?: Patch;
  readonly set?: readonly Setting[];
  readonly alphabet: Partial<Alphabet>;
  /** Operations on the shortest trace. */
  readonly length: number;
}

export const setting = (toggle: string, value: string): Setting => ({ toggle, value, evidence: 'source' });

export const PAGE0 = { from: 0, to: 1 };
export const SLOT0 = { from: 0, to: 2 };

/** A leaf by remap_pfn_range() of the series, PTEs without it. */
export const leaf: readonly Driver[] = [remapDriver('2M', { at: 0, pages: 2 })];
export const unmaps: Partial<Alphabet> = { drivers: leaf, munmaps: [PAGE0, SLOT0] };
