/** The catalogue of the mm model: joins model, spec and worlds, and builds a kernel from what was chosen. */
import type { Driver } from '../model/drivers/driver.ts';
import { type Kernel, patched } from '../model/mm/kernel.ts';
import { OPERATIONS } from '../model/operations/operations.ts';
import { mmWorld } from '../model/mm/world.ts';
import { HUGE_REMAP_PFN_RANGE } from '../model/series/huge_remap_pfn_range.ts';
import { TOGGLES } from '../model/series/toggles.ts';
import { v7_1 } from '../model/series/v7_1.ts';
import type { Machine } from '../model/state/machine.ts';
import { Vma } from '../model/state/mm_types.ts';
import { specOf } from '../spec/all.ts';
import { ARCH_NEEDS_DEPOSIT, type DepositRule, MAINLINE, SERIES_V4 } from '../spec/deposit_rule.ts';
import * as reach from '../spec/reach.ts';
import { boundsInWords } from './bounds.ts';
import type { Catalogue, Setting, Size, WorldEntry } from './catalogue.ts';
import type { World } from './search/index.ts';
import { MM_WORLDS, type MmWorldEntry } from './worlds.ts';

const SERIES_NAME = 'huge-remap-pfn-range';

const valueOf = (settings: readonly Setting[], toggle: string): string | undefined =>
  settings.find((one) => one.toggle === toggle)?.value;

/** v7.1 with the settings on top, in the order of the toggles. */
export const kernelWith = (settings: readonly Setting[], name = 'v7.1'): Kernel => {
  const chosen = TOGGLES.map(({ name: toggle, values }) =>
    values.find(({ value }) => value === valueOf(settings, toggle)),
  );
  return { ...chosen.reduce((kernel, one) => (one === undefined ? kernel : patched(kernel, one.patch)), v7_1), name };
};

/** Which leaves owe a deposit: on the hash MMU and where the series says so, all; else those of the release. */
export const ruleFor = (settings: readonly Setting[], machine: Machine): DepositRule => {
  if (machine.depositsPer === 'slot' || valueOf(settings, 'arch-needs-deposit') === 'yes') return ARCH_NEEDS_DEPOSIT;
  return valueOf(settings, 'remap-deposit') === 'yes' ? SERIES_V4 : MAINLINE;
};

/** A world of the search for a kernel. */
export const buildWorld = (
  entry: MmWorldEntry,
  settings: readonly Setting[],
  size: Size,
  kernelName = 'v7.1',
): World<unknown, unknown> => {
  const { geometry, alphabet, failuresMax } = entry.sizes[size];
  const { machine, name, reaches } = entry;
  const properties = [
    ...specOf(ruleFor(settings, machine), {
      opsTellDeposit: valueOf(settings, 'discriminator') === 'vma-ops',
      machine,
      geometry,
      revokes: alphabet.revoke,
      cowLeafForbidden: valueOf(settings, 'huge-in-cow') === 'no',
    }),
    ...Object.values(reach).filter((one) => reaches.includes(one.name)),
  ];
  const kernel = kernelWith(settings, kernelName);
  const world = mmWorld({ name, geometry, machine, kernel, alphabet, failuresMax, properties });
  return world as unknown as World<unknown, unknown>; // the search passes views and drafts through
};

const driversOf = ({ sizes }: MmWorldEntry): readonly Driver[] => [
  ...new Map(Object.values(sizes).flatMap(({ alphabet }) => alphabet.drivers.map((one) => [one.name, one]))).values(),
];

const worldEntry = (entry: MmWorldEntry): WorldEntry => ({
  name: entry.name,
  says: entry.says,
  ...(entry.arch === undefined ? {} : { arch: entry.arch }),
  sizes: {
    quick: boundsInWords(entry.sizes.quick),
    standard: boundsInWords(entry.sizes.standard),
    deep: boundsInWords(entry.sizes.deep),
  },
  more: driversOf(entry).map(({ name, says, vma }) => `"${name}": ${Vma.show(vma)}; ${says}`),
  build: ({ kernel, series, settings }, size) => buildWorld(entry, settings, size, [kernel, ...series].join(' + ')),
});

export const catalogue: Catalogue = {
  kernels: [
    {
      name: 'v7.1',
      arch: 'x86_64',
      says: 'Linux v7.1: remap_pfn_range() maps PTEs; huge pfnmaps come from ->huge_fault only',
      cites: 'v7.1.5, mm/huge_memory.c, mm/memory.c, mm/mremap.c, mm/mprotect.c, mm/pgtable-generic.c',
    },
  ],
  series: [
    {
      name: SERIES_NAME,
      says: '"mm: add huge pfnmap support for remap_pfn_range()", Yin Tirui, RFC v1 to v4',
      cites: 'linux-mm, 2025-09-23 to 2026-05-26',
      versions: HUGE_REMAP_PFN_RANGE,
    },
  ],
  toggles: TOGGLES.map(({ name, says, cites, values, avoids = false }) => ({
    avoids,
    name,
    says,
    cites,
    values: values.map((one) => ({ value: one.value, says: one.says })),
    replaces: [...new Set(values.flatMap(({ patch }) => Object.keys(patch)))],
  })),
  worlds: MM_WORLDS.map(worldEntry),
  operations: Object.values(OPERATIONS),
  properties: [
    ...specOf(MAINLINE, { opsTellDeposit: true, machine: 'any', cowLeafForbidden: false }),
    ...Object.values(reach),
  ].map(({ name, says, kind, cites }) => (cites === undefined ? { name, says, kind } : { name, says, kind, cites })),
};
