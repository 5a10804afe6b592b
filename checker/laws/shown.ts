/** Searches that show what a law that fails does to a mapping: the shortest sequence of operations, on entries bit for bit. */
import type { PgtableRelease } from '../../model/formats/architecture.ts';
import type { LeafLevel } from '../../model/formats/pgtable.ts';
import { fits } from '../pattern.ts';
import { doesHarm, type Judgement, keyOf } from './judge.ts';
import type { Judged } from './law_text.ts';
import { isSince } from './under_test.ts';

export interface Shown {
  readonly laws: readonly string[];
  /** The architectures, by a pattern: on each of them. */
  readonly arch: string;
  /** Those of the leaves, or of the PTEs, that are found wrong. */
  readonly levels: readonly LeafLevel[];
  /** The first release in which the world has such leaves; every one, where it is absent. */
  readonly since?: PgtableRelease;
  readonly says: string;
  /** Flags of `mmcheck check`, beside --arch and --first. */
  readonly flags: readonly string[];
}

/** What a search has without --kernel, and what a series is on top of. */
const SERIES_BASE: PgtableRelease = 'v7.1';
/** v4, but PTEs of a split are made of pmd_pgprot() as v7.1 has it. */
const NAIVE_SPLIT = ['--series', 'huge-remap-pfn-range@v4', '--set', 'split-pgprot=raw'];
const world = (name: string, ...properties: readonly string[]): readonly string[] => [
  '--world',
  name,
  ...properties.flatMap((property) => ['--property', property]),
];

export const SHOWN: readonly Shown[] = [
  {
    laws: ['PG4', 'PG18', 'PG19'],
    arch: 'x86_*',
    levels: ['pmd', 'pud'],
    says: 'ptrace() reads a BAR by another cache mode than its process does',
    flags: world('phys-access-leaf', 'I-IOPROT'),
  },
  {
    laws: ['PG4', 'PG18', 'PG19'],
    arch: 'arm64_*',
    levels: ['pmd', 'pud'],
    says: 'follow_pfnmap_start() hands on the type of a block',
    flags: world('phys-access-leaf', 'I-PGPROT'),
  },
  {
    laws: ['PG4', 'PG18', 'PG19'],
    arch: 'ppc64_hash_64k',
    levels: ['pmd', 'pud'],
    since: 'v7.1',
    says: 'follow_pfnmap_start() hands on the bit that tells a huge page, and says 4K page in a PTE',
    flags: world('phys-access-leaf', 'I-PGPROT'),
  },
  {
    laws: ['PG4', 'PG18'],
    arch: 'riscv64_thead',
    levels: ['pmd', 'pud'],
    since: 'v6.18',
    says: 'follow_pfnmap_start() hands on another memory type',
    flags: world('phys-access-leaf', 'I-PGPROT'),
  },
  {
    laws: ['PG7'],
    arch: 'x86_*',
    levels: ['pmd'],
    says: 'with a split that takes pmd_pgprot() as it is, a BAR that is WC becomes WP by munmap() of a part, one that is UC WT',
    flags: [...NAIVE_SPLIT, ...world('pfnmap', 'I-CACHE')],
  },
  {
    laws: ['PG7-any'],
    arch: 'x86_*',
    levels: ['pmd'],
    says: 'with leaves that have PAT at bit 12 and such a split, every second page of a BAR that is WT maps the next frame',
    flags: [...NAIVE_SPLIT, ...world('pfnmap-cache', 'I-TRANS')],
  },
  {
    laws: ['PG8'],
    arch: 'x86_*',
    levels: ['pmd'],
    says: 'with leaves by remap_pfn_range() (v1, v2) a BAR that its driver asks WT for is UC, and one that is WP is WC',
    flags: ['--series', 'huge-remap-pfn-range@v2', ...world('pfnmap-cache', 'I-CACHE')],
  },
  {
    laws: ['PG1', 'PG18'],
    arch: 'x86_*',
    levels: ['pte'],
    says: 'with the filter of v3 an ordinary page that a driver asks WT for is UC, and one that is WP is WC',
    flags: ['--series', 'huge-remap-pfn-range@v3', '--set', 'remap-leaf=no', ...world('pfnmap-cache', 'I-CACHE')],
  },
  {
    laws: ['PG14'],
    arch: 'x86_*',
    levels: ['pmd'],
    says: 'mprotect() of a leaf that was written to makes it clean',
    flags: world('vfio-parts', 'I-AD'),
  },
  {
    laws: ['PG7', 'PG7-any'],
    arch: 'arm64_*',
    levels: ['pmd'],
    says: 'with a split that takes pmd_pgprot() as it is, each PTE has a reserved type, and every access faults',
    flags: [...NAIVE_SPLIT, ...world('pfnmap-cache', 'I-FMT')],
  },
  {
    laws: ['PG4', 'PG7', 'PG7-any'],
    arch: 'ppc64_hash_64k',
    levels: ['pmd'],
    says: 'with a split that takes pmd_pgprot() as it is, each PTE is one of 4K pages: other memory is mapped',
    flags: [...NAIVE_SPLIT, ...world('pfnmap-cache', 'I-FMT')],
  },
  {
    laws: ['PG1', 'PG4', 'PG7', 'PG7-any'],
    arch: 'riscv64_thead',
    levels: ['pte', 'pmd'],
    says: 'also with v4, a split gives PTEs of another memory type: pmd_pgprot() is pte_pgprot()',
    flags: ['--series', 'huge-remap-pfn-range@v4', ...world('pfnmap-cache', 'I-CACHE')],
  },
  {
    laws: ['PG8', 'PG15', 'PG19', 'PG27'],
    arch: 'riscv64_thead',
    levels: ['pud'],
    says: 'memory that device-dax maps by a PUD leaf is uncached, until mprotect() brings the type of ordinary memory in',
    flags: world('device-pud', 'I-CACHE'),
  },
  {
    laws: ['PG5', 'PG13', 'PG28', 'PG28-thp'],
    arch: 'riscv64*',
    levels: ['pud'],
    says: 'a PUD leaf that mprotect() makes PROT_NONE is no leaf to pud_leaf() and pud_trans_huge()',
    flags: [...world('device-pud', 'I-LEAF'), '--size', 'standard'],
  },
];

/** Whether a failure is one that a world can be searched for: with a proposal it is, if the kernel without it has it. */
const isSearched = (one: Judgement, { failsWithout }: Pick<Judged, 'failsWithout'>): boolean =>
  doesHarm(one) && (failsWithout === undefined || failsWithout.has(keyOf(one)));

/** The searches that show a law that fails at some of these levels; each as words of a command. */
export const shownOf = (some: readonly Judgement[], judged: Pick<Judged, 'under' | 'failsWithout'>) => {
  const { architecture, release } = judged.under;
  const searched = some.filter((one) => isSearched(one, judged));
  return SHOWN.filter(
    ({ laws, arch, levels, since }) =>
      fits(arch, architecture.name) &&
      isSince(release, since) &&
      searched.some(({ law, level }) => laws.includes(law.name) && levels.includes(level)),
  ).map(({ says, flags }) => ({
    says: judged.failsWithout === undefined ? says : `without it: ${says}`,
    command: [
      'npx',
      'mmcheck',
      'check',
      '--arch',
      architecture.name,
      ...(release === SERIES_BASE || flags.includes('--series') ? [] : ['--kernel', release]),
      ...flags,
    ],
  }));
};
