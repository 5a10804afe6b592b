/** The catalogue of the mm model: joins model, spec and worlds, and builds a kernel from what was chosen. */
import { CARRIED } from '../model/arch/carried_all.ts';
import type { Driver } from '../model/drivers/driver.ts';
import { type Kernel, patched } from '../model/mm/kernel.ts';
import { type Alphabet, canMove, canRead } from '../model/operations/alphabet.ts';
import { OPERATIONS } from '../model/operations/operations.ts';
import { mmWorld } from '../model/mm/world.ts';
import { DIFFERENCES, settingsOf as releaseSettings } from '../model/releases/differences.ts';
import { type Release, RELEASE_NOTES, releaseBefore, RELEASES } from '../model/releases/releases.ts';
import { FINDINGS } from '../model/releases/findings.ts';
import { OLDER } from '../model/releases/older.ts';
import { ENTRY_WHAT_IFS } from '../model/releases/what_ifs_entries.ts';
import { GUP_WHAT_IFS } from '../model/releases/what_ifs_gup.ts';
import { DEVICE_PRIVATE_WHAT_IFS } from '../model/releases/what_ifs_device_private.ts';
import { HWPOISON_WHAT_IFS } from '../model/releases/what_ifs_hwpoison.ts';
import { LOOKUP_WHAT_IFS } from '../model/releases/what_ifs_lookups.ts';
import { P2PDMA_WHAT_IFS } from '../model/releases/what_ifs_p2pdma.ts';
import { WHAT_IFS } from '../model/releases/what_ifs.ts';
import { DAX_WHAT_IFS } from '../model/releases/what_ifs_dax.ts';
import { HUGETLB_BREAKS } from '../model/hugetlb/series/breaks.ts';
import { BREAKS } from '../model/series/breaks.ts';
import { HUGE_FAULT_RFC } from '../model/series/huge_fault_rfc.ts';
import { HUGE_FAULT_RFC_TOGGLES } from '../model/series/huge_fault_rfc_toggles.ts';
import { QUESTIONS } from '../model/series/dax_questions.ts';
import { DAX_REFCOUNT } from '../model/series/dax_refcount.ts';
import { DAX_REFCOUNT_VERSIONS } from '../model/series/dax_refcount/versions.ts';
import { HUGE_PFNMAPS } from '../model/series/huge_pfnmaps.ts';
import { HUGE_REMAP_PFN_RANGE } from '../model/series/huge_remap_pfn_range.ts';
import { PUD_RMAP } from '../model/series/pud_rmap.ts';
import { type Toggle, TOGGLES } from '../model/series/toggles.ts';
import { v7_1 } from '../model/releases/v7_1.ts';
import type { Machine } from '../model/state/machine.ts';
import { Vma, VmaKind } from '../model/state/mm_types.ts';
import { cacheModesElsewhere } from '../model/state/pgtable_types.ts';
import { specOf } from '../spec/all.ts';
import type { WakesAt } from '../spec/dax_blocks.ts';
import { ARCH_NEEDS_DEPOSIT, type DepositRule, MAINLINE, SERIES_V4 } from '../spec/deposit_rule.ts';
import * as reach from '../spec/reach.ts';
import { boundsInWords, machineInWords, sizeInWords } from './bounds.ts';
import { carriedNamed, exactKernel, inferredIn, isFor, machineFor, ofEntries } from './exact_world.ts';
import {
  type Catalogue,
  type KernelChoice,
  type PropertyEntry,
  type SeriesEntry,
  type Setting,
  type Size,
  toggleEntry,
  unwatched,
  type Watch,
  type WorldEntry,
} from './catalogue.ts';
import { records } from './conform/records.ts';
import { HUGETLB_FINDINGS } from '../model/hugetlb/releases/findings.ts';
import {
  HUGETLB_KERNELS,
  HUGETLB_OPERATION_ENTRIES,
  HUGETLB_PROPERTY_ENTRIES,
  HUGETLB_QUESTIONS,
  HUGETLB_SERIES,
  HUGETLB_TOGGLE_ENTRIES,
  HUGETLB_WORLD_ENTRIES,
  hugetlbSettingsIn,
} from './hugetlb_catalogue.ts';
import { ARCHITECTURE_ENTRIES, LAW_ENTRIES } from './laws/entries.ts';
import { functionEntries } from './impact/function_entries.ts';
import { ownEntries, withOwn } from './own_file/put_on.ts';
import { validationOf } from './conform/validated.ts';
import type { World } from './search/index.ts';
import { MM_WORLDS } from './worlds/all.ts';
import type { MmWorldEntry } from './worlds/scope.ts';

const valueOf = (settings: readonly Setting[], toggle: string): string | undefined =>
  settings.find((one) => one.toggle === toggle)?.value;

/** Read once, for all operations. */
const RECORDED = records();

const ALL_TOGGLES: readonly Toggle[] = [
  ...DIFFERENCES,
  ...WHAT_IFS,
  ...DAX_WHAT_IFS,
  ...HWPOISON_WHAT_IFS,
  ...DEVICE_PRIVATE_WHAT_IFS,
  ...LOOKUP_WHAT_IFS,
  ...GUP_WHAT_IFS,
  ...P2PDMA_WHAT_IFS,
  ...ENTRY_WHAT_IFS,
  ...OLDER,
  PUD_RMAP,
  ...DAX_REFCOUNT,
  ...TOGGLES,
  ...HUGE_FAULT_RFC_TOGGLES,
];

/** The settings of a release, with those of series and hand on top. */
const resolved = (kernel: string, settings: readonly Setting[]): readonly Setting[] => {
  const own = RELEASES.find((one) => one === kernel);
  if (own === undefined) throw new RangeError(`there is no kernel ${kernel}`);
  return [...releaseSettings(own).filter(({ toggle }) => valueOf(settings, toggle) === undefined), ...settings];
};

/** A release with settings on top, in the order of the toggles; called `label`. */
export const kernelWith = (
  kernel: string,
  settings: readonly Setting[],
  label = kernel,
  watch: Watch = unwatched,
): Kernel => {
  const all = resolved(kernel, settings);
  const made = ALL_TOGGLES.reduce((base, { name, values }) => {
    const chosen = values.find(({ value }) => value === valueOf(all, name));
    return chosen === undefined ? base : patched(base, watch(name, chosen.patch));
  }, v7_1);
  return { ...made, name: label };
};

/** Which leaves owe a deposit: on the hash MMU and where the series says so, all; else those of the release. */
export const ruleFor = (settings: readonly Setting[], machine: Machine): DepositRule => {
  if (machine.depositsPer === 'slot' || valueOf(settings, 'arch-needs-deposit') === 'yes') return ARCH_NEEDS_DEPOSIT;
  return valueOf(settings, 'remap-deposit') === 'yes' ? SERIES_V4 : MAINLINE;
};

/** Whether the kernel is to split leaves of VM_PFNMAP into smaller ones: it is asked what it claims. */
const keepsRest = (settings: readonly Setting[]): boolean =>
  valueOf(settings, 'split-pfnmap') === 'smaller' || valueOf(settings, 'split-special') === 'populates';

/** What dax_page_is_idle() asks for: see dax_uncounted.ts, and the what-if. */
export const wakesAt = (settings: readonly Setting[]): WakesAt => {
  if (valueOf(settings, 'dax-waits-for') === 'busy') return 'only mappings';
  return valueOf(settings, 'dax-counted') === 'no' ? 'one reference' : 'no reference';
};

/** What the spec asks where these operations may be tried. */
export const askedOf = (alphabet: Alphabet) => ({
  revokes: alphabet.memoryEnable,
  givesUp: alphabet.advice.includes('FREE'),
  truncates: alphabet.truncates.length > 0,
  uffdMoves: alphabet.uffdMoves.length > 0,
  reads: canRead(alphabet),
  asksNodes: alphabet.pageStats.length > 0,
  asksSmaps: alphabet.procReads.includes('smaps'),
  asksCore: alphabet.mincores.length > 0,
  remotes: alphabet.remotes.length > 0,
  cutsFiles: alphabet.daxCuts.length + alphabet.daxEvicts.length > 0,
  splits:
    alphabet.folioSplits.length > 0 || alphabet.deferredScan || alphabet.migrations.some(({ to }) => to === 'split'),
  collapses: alphabet.collapses.length > 0,
  moves: canMove(alphabet),
  tracksWrites: alphabet.clearRefs,
  drivers: alphabet.drivers,
});

/** A device without struct pages, or a driver that may map one. */
const mapsDevice = (vma: Vma): boolean =>
  Vma.kind(vma) === VmaKind.device || (Vma.kind(vma) === VmaKind.mixed && Vma.fault(vma) === 1);

/** A world of the search for a kernel. */
export const buildWorld = (
  entry: MmWorldEntry,
  {
    kernel: release,
    series,
    settings,
    exact,
    own,
    through = (made) => made,
    watch,
    watchEntries,
  }: Omit<KernelChoice, 'arch'>,
  size: Size,
): World<unknown, unknown> => {
  const { geometry, alphabet, failuresMax } = entry.sizes[size];
  const { name, reaches } = entry;
  const abstract = kernelWith(release, settings, [release, ...series].join(' + '), watch);
  const all = resolved(release, settings);
  const carried = exact === undefined ? undefined : carriedNamed(exact);
  const { kernel: base, exact: entries } =
    carried === undefined
      ? { kernel: abstract, exact: undefined }
      : exactKernel(abstract, carried, geometry, release, (toggle) => valueOf(all, toggle), {
          onTop: ownEntries(carried.architecture.name, own, watchEntries),
          ...(watchEntries === undefined ? {} : { watch: watchEntries }),
        });
  const kernel = through(withOwn(base, own, watch));
  const ofWorld = carried === undefined ? entry.machine : machineFor(entry, carried);
  // It is that of other kernels too: a patch cannot change it in its place.
  const machine = kernel.configured(Object.freeze(ofWorld));
  const takesBack = valueOf(all, 'lazyfree-referenced') === 'taken-back';
  const asked = askedOf(alphabet);
  const properties = [
    ...specOf(ruleFor(settings, machine), {
      opsTellDeposit: valueOf(settings, 'discriminator') === 'vma-ops',
      machine,
      geometry,
      entries: exact === undefined ? 'abstract' : 'exact',
      devices: alphabet.drivers.some(({ vma }) => mapsDevice(vma)),
      ...asked,
      // What reclaim has taken back looks like memory that nobody gave up.
      givesUp: asked.givesUp && !(takesBack && geometry.pins > 0 && alphabet.reclaims.length > 0),
      cowLeafForbidden: valueOf(settings, 'huge-in-cow') === 'no',
      hugeZeroIsSpecial: valueOf(all, 'huge-zero-special') !== 'no',
      leafSizes: entry.asksLeaves === true,
      keepsRest: entry.asksLeaves === true && keepsRest(settings),
      wakesAt: wakesAt(all),
      refusesParts: valueOf(all, 'remap-part') === 'refused',
      devmapPtes: valueOf(all, 'dax-counted') === 'no',
      tracksBy: valueOf(all, 'pfnmap-tracking') === 'vm-pat' ? 'vm-pat' : 'contexts',
      poolRefs: valueOf(all, 'p2pdma-idle-refs') === '1' ? 1 : 0,
      takenForDirty: machine.arch === 'x86' && ['own', 'all'].includes(valueOf(all, 'device-entry-dirty') ?? 'own'),
    }),
    ...Object.values(reach).filter((one) => reaches.includes(one.name)),
  ];
  const world = mmWorld({ name, geometry, machine, kernel, alphabet, failuresMax, properties, exact: entries });
  return { ...world, bounds: machineInWords(geometry) } as unknown as World<unknown, unknown>; // the search passes views and drafts through
};

const driversOf = ({ sizes }: MmWorldEntry): readonly Driver[] => [
  ...new Map(Object.values(sizes).flatMap(({ alphabet }) => alphabet.drivers.map((one) => [one.name, one]))).values(),
];

/** The model of all that is not hugetlb. */
const MM = 'mm';

const worldEntry = (entry: MmWorldEntry): WorldEntry => ({
  name: entry.name,
  says: entry.says,
  ...(entry.arch === undefined ? {} : { arch: entry.arch }),
  sizes: {
    quick: boundsInWords(entry.sizes.quick),
    standard: boundsInWords(entry.sizes.standard),
    deep: boundsInWords(entry.sizes.deep),
  },
  brief: sizeInWords(entry.sizes.quick),
  more: driversOf(entry).map(({ name, says, vma }) => {
    const shown = entry.machine.arch === 'x86' ? Vma.show(vma) : cacheModesElsewhere(Vma.show(vma));
    return `"${name}": ${shown}; ${says}`;
  }),
  kernels: RELEASES,
  model: MM,
  exactOn: CARRIED.filter((one) => isFor(entry, one)).map(({ architecture }) => architecture.name),
  build: (choice, size) => buildWorld(entry, choice, size),
});

/** What changed since the release before, in the words of the toggles. */
const changesIn = (name: Release): readonly string[] => {
  const before = releaseBefore(name);
  if (before === undefined) return [];
  const changed = DIFFERENCES.filter(({ at }) => at[name] !== at[before]);
  return [
    `since ${before}: ${changed.map((one) => `${one.name}=${one.at[name]} (${one.at[before]} before)`).join(', ')}`,
  ];
};

/** What the list of properties is made for. */
const ANYTHING = { opsTellDeposit: true, machine: 'any', cowLeafForbidden: false } as const;
/** Properties that are asked without --arch, too. */
const OF_ABSTRACT = new Set(
  [...specOf(MAINLINE, { ...ANYTHING, entries: 'abstract' }), ...Object.values(reach)].map(({ name }) => name),
);

/** The release that toggles, series and what-ifs start from where nothing else is asked for. */
const BASE: Release = 'v7.1';

const SERIES: readonly SeriesEntry[] = [
  {
    name: 'huge-pfnmaps',
    model: MM,
    base: 'v6.11',
    says: '"mm: Support huge pfnmaps", Peter Xu, merged for v6.12',
    purpose:
      'VM_PFNMAP memory, such as a BAR that vfio-pci maps, by PMD and PUD leaves, which gup-fast knows by a special bit; who looks frames up finds them at any level',
    cites: 'linux-mm, 2024-08-26',
    versions: HUGE_PFNMAPS,
  },
  {
    name: 'huge-remap-pfn-range',
    model: MM,
    says: '"mm: add huge pfnmap support for remap_pfn_range()", Yin Tirui, RFC v1 to v4',
    purpose:
      'PMD leaves for drivers that map all of a device by remap_pfn_range() in ->mmap, where no fault could map it again',
    cites: 'linux-mm, 2025-09-23 to 2026-05-26',
    versions: HUGE_REMAP_PFN_RANGE,
  },
  {
    name: 'huge-remap-rfc',
    model: MM,
    says: '"[RFC] Huge remap_pfn_range for vfio-pci": its design alternatives, what follows from them, and what the kernel took',
    purpose:
      'vfio-pci maps large BARs by leaves: by whom they are installed, from where, and how others look frames up then',
    cites: 'linux-mm, early 2024; v6.9 is the release of that time (--kernel v6.9)',
    versions: HUGE_FAULT_RFC,
  },
  {
    name: 'dax-refcount',
    model: MM,
    base: 'v6.12',
    purpose:
      'pages of FS-DAX and device-dax are counted as any others: a reference and a mapcount for each mapping, idle at 0',
    says: '"fs/dax: Fix FS DAX page reference counts" and "Fix ZONE_DEVICE page reference counts", Alistair Popple, merged for v6.15',
    cites: 'nvdimm and linux-mm, 2024-06-27 to 2025-02-28',
    more: [
      'v6 (2025-01-10) is v5 with other guards of the configuration; v7 (2025-02-05) and v8 (2025-02-18) are v9 for all that is modelled.',
    ],
    versions: DAX_REFCOUNT_VERSIONS,
  },
  ...HUGETLB_SERIES,
];

const ALL_BREAKS: typeof BREAKS = { ...BREAKS, ...HUGETLB_BREAKS };

/** Both models have some assertions: they are entered once, with the sources of both. */
const onceEach = (all: readonly PropertyEntry[]): readonly PropertyEntry[] =>
  [...new Set(all.map(({ name }) => name))].map((name) => {
    const [one, ...others] = all.filter((each) => each.name === name);
    const cites = [one!, ...others].flatMap((each) => each.cites ?? []);
    return others.length === 0 ? one! : { ...one!, cites: cites.join('; of hugetlb: ') };
  });

export const catalogue: Catalogue = {
  // The base first: a toggle's first value is its.
  kernels: [
    ...[BASE, ...RELEASES.filter((name) => name !== BASE)].map((name) => ({
      name,
      arch: 'x86_64',
      says: RELEASE_NOTES[name].says,
      cites: RELEASE_NOTES[name].cites,
      settings: [...releaseSettings(name), ...hugetlbSettingsIn(name)],
      more: changesIn(name),
    })),
    ...HUGETLB_KERNELS,
  ],
  series: SERIES.map((one) => ({
    ...one,
    versions: one.versions.map((each) => ({ ...each, breaks: ALL_BREAKS[`${one.name}@${each.version}`] ?? [] })),
  })),
  toggles: [
    ...ALL_TOGGLES.map((one) => ({ ...toggleEntry(one), ...ofEntries(one.name), model: MM })),
    ...HUGETLB_TOGGLE_ENTRIES,
  ],
  worlds: [...MM_WORLDS.map(worldEntry), ...HUGETLB_WORLD_ENTRIES],
  operations: [...Object.values(OPERATIONS), ...HUGETLB_OPERATION_ENTRIES].map((one) => ({
    ...one,
    validated: validationOf(one.name, RECORDED),
  })),
  findings: [...FINDINGS, ...HUGETLB_FINDINGS],
  questions: [...QUESTIONS, ...HUGETLB_QUESTIONS],
  architectures: ARCHITECTURE_ENTRIES.map((one) => ({
    ...one,
    inferredIn: (kernel, settings) => {
      const all = resolved(kernel, settings);
      return inferredIn(one.name, kernel, (toggle) => valueOf(all, toggle));
    },
  })),
  laws: LAW_ENTRIES,
  // Read from the sources, and only by who asks.
  get functions() {
    return functionEntries(this.toggles);
  },
  properties: onceEach([
    ...[...specOf(MAINLINE, ANYTHING), ...Object.values(reach)].map(({ name, says, kind, cites }) => ({
      name,
      says,
      kind,
      ...(cites === undefined ? {} : { cites }),
      ...(OF_ABSTRACT.has(name) ? {} : { needsArch: true }),
    })),
    ...HUGETLB_PROPERTY_ENTRIES,
  ]),
};
