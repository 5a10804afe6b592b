/** Searches that show what a law that fails does to a mapping: the shortest sequence of operations, on entries bit for bit. */
import { fits } from '../pattern.ts';
import type { UnderTest } from './under_test.ts';

export interface Shown {
  readonly laws: readonly string[];
  /** The architectures, by a pattern: on each of them. */
  readonly arch: string;
  readonly says: string;
  /** Flags of `mmcheck check`, beside --arch and --first. */
  readonly flags: readonly string[];
}

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
    says: 'ptrace() reads a BAR by another cache mode than its process does',
    flags: world('phys-access-leaf', 'I-IOPROT'),
  },
  {
    laws: ['PG4', 'PG18', 'PG19'],
    arch: 'arm64_*',
    says: 'follow_pfnmap_start() hands on the type of a block',
    flags: world('phys-access-leaf', 'I-PGPROT'),
  },
  {
    laws: ['PG4', 'PG18', 'PG19'],
    arch: 'ppc64_hash_64k',
    says: 'follow_pfnmap_start() hands on the bit that tells a huge page, and says 4K page in a PTE',
    flags: world('phys-access-leaf', 'I-PGPROT'),
  },
  {
    laws: ['PG4', 'PG18'],
    arch: 'riscv64_thead',
    says: 'follow_pfnmap_start() hands on another memory type',
    flags: world('phys-access-leaf', 'I-PGPROT'),
  },
  {
    laws: ['PG7'],
    arch: 'x86_*',
    says: 'with a split that takes pmd_pgprot() as it is, a BAR that is WC becomes WP by munmap() of a part, one that is UC WT',
    flags: [...NAIVE_SPLIT, ...world('pfnmap', 'I-CACHE')],
  },
  {
    laws: ['PG7-any'],
    arch: 'x86_*',
    says: 'with leaves that have PAT at bit 12 and such a split, every second page of a BAR that is WT maps the next frame',
    flags: [...NAIVE_SPLIT, ...world('pfnmap-cache', 'I-TRANS')],
  },
  {
    laws: ['PG8'],
    arch: 'x86_*',
    says: 'with leaves by remap_pfn_range() (v1, v2) a BAR that its driver asks WT for is UC, and one that is WP is WC',
    flags: ['--series', 'huge-remap-pfn-range@v2', ...world('pfnmap-cache', 'I-CACHE')],
  },
  {
    laws: ['PG1'],
    arch: 'x86_*',
    says: 'with the filter of v3 an ordinary page that a driver asks WT for is UC, and one that is WP is WC',
    flags: ['--series', 'huge-remap-pfn-range@v3', '--set', 'remap-leaf=no', ...world('pfnmap-cache', 'I-CACHE')],
  },
  {
    laws: ['PG14'],
    arch: 'x86_*',
    says: 'mprotect() of a leaf that was written to makes it clean',
    flags: world('vfio-parts', 'I-AD'),
  },
  {
    laws: ['PG7', 'PG7-any'],
    arch: 'arm64_*',
    says: 'with a split that takes pmd_pgprot() as it is, each PTE has a reserved type, and every access faults',
    flags: [...NAIVE_SPLIT, ...world('pfnmap-cache', 'I-FMT')],
  },
  {
    laws: ['PG4', 'PG7', 'PG7-any'],
    arch: 'ppc64_hash_64k',
    says: 'with a split that takes pmd_pgprot() as it is, each PTE is one of 4K pages: other memory is mapped',
    flags: [...NAIVE_SPLIT, ...world('pfnmap-cache', 'I-FMT')],
  },
  {
    laws: ['PG1', 'PG4', 'PG7', 'PG7-any'],
    arch: 'riscv64_thead',
    says: 'also with v4, a split gives PTEs of another memory type: pmd_pgprot() is pte_pgprot()',
    flags: ['--series', 'huge-remap-pfn-range@v4', ...world('pfnmap-cache', 'I-CACHE')],
  },
  {
    laws: ['PG8', 'PG15', 'PG19', 'PG27'],
    arch: 'riscv64_thead',
    says: 'memory that device-dax maps by a PUD leaf is uncached, until mprotect() brings the type of ordinary memory in',
    flags: world('device-pud', 'I-CACHE'),
  },
  {
    laws: ['PG5', 'PG13', 'PG28', 'PG28-thp'],
    arch: 'riscv64*',
    says: 'a PUD leaf that mprotect() makes PROT_NONE is no leaf to pud_leaf() and pud_trans_huge()',
    flags: [...world('device-pud', 'I-LEAF'), '--size', 'standard'],
  },
];

/** The searches that show the law on this architecture; each as words of a command. */
export const shownOf = (law: string, { architecture: { name } }: Pick<UnderTest, 'architecture'>) =>
  SHOWN.filter(({ laws, arch }) => fits(arch, name) && laws.includes(law)).map(({ says, flags }) => ({
    says,
    command: ['npx', 'mmcheck', 'check', '--arch', name, ...flags],
  }));
