/** A world of the search: a machine, a kernel, what may happen, and what must hold. */
import type { Choose, Property, Words, World } from '../../checker/search/index.ts';
import type { Geometry } from '../state/geometry.ts';
import type { ExactEntries } from '../state/exact_entries.ts';
import type { Machine } from '../state/machine.ts';
import { memmapOf, PageKind } from '../state/memmap.ts';
import { cacheModesElsewhere } from '../state/pgtable_types.ts';
import { Mm, mmLayout } from '../state/mm_types.ts';
import type { Kernel, Sys } from './kernel.ts';
import type { Alphabet } from '../operations/alphabet.ts';
import { operationsOf } from '../operations/world_operations.ts';
import { boot_memtypes } from '../arch/memtype.ts';
import { boot_p2pdma } from '../drivers/p2pdma.ts';
import { boot_fsdax } from '../fs/boot.ts';
import { prep_folio } from './page_ref.ts';
import { canonicalFor } from './symmetry.ts';

export interface MmWorld {
  readonly name: string;
  readonly geometry: Geometry;
  readonly machine: Machine;
  readonly kernel: Kernel;
  readonly alphabet: Alphabet;
  /** Allocations that may fail in one operation. */
  readonly failuresMax: number;
  readonly properties: readonly Property<Sys>[];
  /** How entries are read, where `kernel` has those of an architecture bit for bit (model/arch/exact.ts). */
  readonly exact?: ExactEntries | undefined;
}

const nothingFails: Choose = () => 0;

/** What memory is there before anything happens: the zero page, and what devices and drivers own. */
const KIND_AT_BOOT = { 'zero page': PageKind.zero, dax: PageKind.dax, driver: PageKind.driver } as const;

/** One process that maps nothing. */
const boot = (s: Sys): void => {
  s.mm.put(0, Mm.of({ alive: 1 }));
  for (const [block, { use }] of s.memmap.blocks.entries())
    if (use in KIND_AT_BOOT) prep_folio(s, block, KIND_AT_BOOT[use as keyof typeof KIND_AT_BOOT]);
  boot_fsdax(s);
  boot_p2pdma(s);
  boot_memtypes(s);
};

export const mmWorld = (of: MmWorld): World<Sys, Sys> => {
  const { geometry, kernel, failuresMax, exact } = of;
  const machine = kernel.configured(of.machine);
  const layout = mmLayout(geometry, exact);
  const memmap = memmapOf(geometry);
  const draftOf = (words: Words): Sys => ({
    ...layout.draftOf(words),
    geometry,
    memmap,
    machine,
    kernel,
    failuresMax,
    choose: nothingFails,
    exact,
  });
  return {
    name: of.name,
    layout: { ...layout, draftOf, viewOf: draftOf },
    initial: [boot],
    actions: operationsOf(of.alphabet, geometry),
    properties: of.properties,
    canonical: canonicalFor(geometry),
    ...(machine.arch === 'x86' ? {} : { inWords: (text: string): string => cacheModesElsewhere(text, exact?.modes) }),
  };
};
