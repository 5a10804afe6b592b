/** The abstract functions of entries (arch/x86.ts) against those of x86-64 bit for bit: each is the other's twin. */
import { describe, expect, it } from 'vitest';
import type { Setting } from '../../../checker/catalogue.ts';
import { kernelWith } from '../../../checker/mm_catalogue.ts';
import { codecOf } from '../../../model/arch/carried.ts';
import { entryFunctions } from '../../../model/arch/entry_functions.ts';
import { exactly } from '../../../model/arch/exact.ts';
import { CARRIED_X86_64 } from '../../../model/arch/x86/carried.ts';
import type { PgtableRelease } from '../../../model/formats/architecture.ts';
import type { Kernel, Sys } from '../../../model/mm/kernel.ts';
import { mmWorld } from '../../../model/mm/world.ts';
import { NO_OPERATIONS } from '../../../model/operations/alphabet.ts';
import { SMALL } from '../../../model/state/geometry.ts';
import { X86_64 } from '../../../model/state/machine.ts';
import { Pgprot, Pmd, PmdKind, Pte, Pud, PudKind, Vma, VmaKind } from '../../../model/state/mm_types.ts';

const codec = codecOf(CARRIED_X86_64, SMALL);

const set = (...all: readonly (readonly [toggle: string, value: string])[]): readonly Setting[] =>
  all.map(([toggle, value]) => ({ toggle, value, evidence: 'asked' }));

const FIVE_BITS = Array.from({ length: 32 }, (_, n) => n);
const CACHES = Array.from({ length: 8 }, (_, n) => n);
const flags = (n: number) => ({
  write: n & 1,
  young: (n >> 1) & 1,
  dirty: (n >> 2) & 1,
  special: (n >> 3) & 1,
  protnone: (n >> 4) & 1,
});

const PROTS = FIVE_BITS.flatMap((n) =>
  CACHES.flatMap((cache) =>
    [0, 1].map((deviation) => Pgprot.of({ ...flags(n), pwtPcd: cache & 3, bit7: cache >> 2, deviation })),
  ),
);
/** What vm_page_prot can be: never dirty, and in base-PTE format. */
const NEW_PROTS = PROTS.filter((prot) => Pgprot.dirty(prot) === 0 && Pgprot.deviation(prot) === 0);
const LEAVES = FIVE_BITS.flatMap((n) => CACHES.map((cache) => ({ ...flags(n), cache })));
const VMAS = ['NONE', 'R', 'RW'].flatMap((_, prot) =>
  CACHES.flatMap((cache) =>
    [0, 1, 2, 3, 4, 5, 6, 7].map((n) =>
      Vma.of({
        kind: VmaKind.device,
        end: 2,
        prot,
        cache,
        shared: n & 1,
        softClean: (n >> 1) & 1,
        pfnMkwrite: n >> 2,
        mayWrite: 1,
      }),
    ),
  ),
);

/** What a split is given beside the leaf: a place to note the protection that it hands on. */
const sysWith = (kernel: Kernel): Sys => {
  const world = mmWorld({
    name: 'twin',
    geometry: SMALL,
    machine: X86_64,
    kernel,
    alphabet: NO_OPERATIONS,
    failuresMax: 0,
    properties: [],
    exact: codec,
  });
  return world.layout.draftOf(world.layout.zero());
};

/** Every function that is replaced, with what it is asked, as a number for each. */
const answers = (kernel: Kernel): Readonly<Record<string, readonly number[]>> => {
  const s = sysWith(kernel);
  const pmds = LEAVES.map((of) => Pmd.of({ kind: PmdKind.leaf, pfn: 2, ...of }));
  const puds = LEAVES.map((of) => Pud.of({ kind: PudKind.leaf, pfn: 4, ...of }));
  const ptes = LEAVES.map((of) => Pte.of({ present: 1, pfn: 3, ...of }));
  return {
    vm_page_prot: VMAS.map((vma) => kernel.vm_page_prot(vma)),
    pfn_pte: PROTS.flatMap((prot) => [0, 1, 2, 5, 20].map((pfn) => kernel.pfn_pte(pfn, prot))),
    pfn_pmd: PROTS.flatMap((prot) => [0, 2, 20].map((pfn) => kernel.pfn_pmd(pfn, prot))),
    pfn_pud: PROTS.flatMap((prot) => [0, 4, 20].map((pfn) => kernel.pfn_pud(pfn, prot))),
    pmd_pgprot: pmds.map((e) => kernel.pmd_pgprot(e)),
    pud_pgprot_cache: puds.map((e) => kernel.pud_pgprot_cache(e)),
    split_pfnmap_pte: pmds.map((e) => kernel.split_pfnmap_pte(s, 2, e)),
    pte_modify: ptes.flatMap((e) => NEW_PROTS.map((prot) => kernel.pte_modify(e, prot))),
    pmd_modify: pmds.flatMap((e) => NEW_PROTS.map((prot) => kernel.pmd_modify(e, prot))),
    pud_modify: puds.flatMap((e) => NEW_PROTS.map((prot) => kernel.pud_modify(e, prot))),
  };
};

const KERNELS: readonly (readonly [says: string, release: PgtableRelease, settings: readonly Setting[]])[] = [
  ['v7.1', 'v7.1', []],
  ['v7.3, which keeps dirty', 'v7.3', set(['pmd-modify-dirty', 'keeps'])],
  ['v6.18', 'v6.18', []],
  ['v6.12', 'v6.12', []],
  ['v1 and v2: pte_clrhuge()', 'v7.1', set(['split-pgprot', 'pte-clrhuge'])],
  ['v3: pfn_pte() filters', 'v7.1', set(['split-pgprot', 'pfn-pte-filter'])],
  [
    'v4: base-PTE contract',
    'v7.1',
    set(['pfn-pmd-format', 'base-pte'], ['split-pgprot', 'base-pte'], ['pud-pgprot', 'base-pte']),
  ],
  ['only pfn_pmd() converts', 'v7.1', set(['pfn-pmd-format', 'base-pte'])],
];

describe.each(KERNELS)('%s', (_says, release, settings) => {
  const abstract = kernelWith(release, settings);
  const valueOf = (toggle: string) => settings.find((one) => one.toggle === toggle)?.value;
  const exact = exactly(abstract, codec, entryFunctions(CARRIED_X86_64.architecture, release, valueOf));
  const [asked, told] = [answers(abstract), answers(exact)];
  it.each(Object.keys(asked))('%s() is the same, whatever it is asked', (name) => {
    expect(told[name]!.length).toBeGreaterThan(100);
    expect(told[name]).toEqual(asked[name]);
  });
});
