/** What operations of HugeTLB high-granularity mapping end with: how each is played, and which the model does not have, and why. */
import { huge_pte_alloc, hugetlb_table_alloc } from '../../../model/hugetlb/pgalloc.ts';
import { hugetlb_alloc_largest_pte, hugetlb_hgm_walk } from '../../../model/hugetlb/hgm_walk.ts';
import { HugetlbPte, Result } from '../../../model/state/hugetlb/hugetlb_types.ts';
import { entryAt, type HugetlbMachine } from './play.ts';
import { begun, continuing, range } from './versions.ts';

export interface Row {
  readonly operation: string;
  /** What it is known to end with. */
  readonly codes: readonly string[];
  /** What it ends with, where, and how that comes about on the version that has it. */
  readonly cases: readonly (readonly [ends: string, where: string, play: () => string])[];
  /** What threads or signals show alone, or nothing at all: what it would end with, and why it is not here. */
  readonly leftOut: readonly (readonly [ends: string, why: string])[];
}

const named = (code: number): string => Result.names[code]!;
const ROOM = { folios: 3, migrations: 1, vmas: 3 } as const;
export const machine = (version: string, settings: Readonly<Record<string, string>> = {}): HugetlbMachine =>
  begun(version, settings, ROOM, ['minor', 'wp']);
/** After UFFDIO_CONTINUE of these pages, as one. */
export const continued = (
  version: string,
  from: number,
  to: number,
  settings: Readonly<Record<string, string>> = {},
): HugetlbMachine => {
  const m = machine(version, settings);
  if (m.play('userfaultfd_continue', continuing(from, to)) !== 'ok') throw new Error('nothing is mapped');
  return m;
};
export const with_marker = (version: string): HugetlbMachine => {
  const m = machine(version);
  m.play('userfaultfd_writeprotect', { ...range(0, 4), wp: 'on' });
  return m;
};
export const with_migration = (version: string): HugetlbMachine => {
  const m = continued(version, 0, 4);
  m.play('hugetlb_migrate', { page: 0 });
  return m;
};
export const broken = (version: string, from = 0, to = 4): HugetlbMachine => {
  const m = continued(version, from, to);
  m.play('hugetlb_memory_failure', { page: from });
  return m;
};

/** A walk of the parent's first VMA from the hugepage's entry at `page`; `fails`: no table can be had. */
const slotAt = ({ s }: HugetlbMachine, page: number): HugetlbPte => huge_pte_alloc(s, 0, page);
const walk = (m: HugetlbMachine, page: number, size: number, fails = false): string => {
  const { s } = m;
  if (fails) s.choose = () => 1;
  return named(HugetlbPte.error(hugetlb_hgm_walk(s, 0, slotAt(m, page), page, size, true)));
};
const largest = (m: HugetlbMachine, page: number, end: number, fails = false): string => {
  const { s } = m;
  if (fails) s.choose = () => 1;
  return named(HugetlbPte.error(hugetlb_alloc_largest_pte(s, 0, slotAt(m, page), page, end)));
};
const table = ({ s }: HugetlbMachine, page: number, fails = false): string => {
  if (fails) s.choose = () => 1;
  return named(hugetlb_table_alloc(s, entryAt(s, 0, page)));
};

/** A process of RFC v2 whose VMA has not got high granularity: no memory for its data, once and for all. */
export const without_hgm = (): HugetlbMachine => {
  const m = machine('rfc2');
  const vma = m.s.vma.at(0);
  m.play('hugetlb_munmap', range(0, 8));
  m.play('hugetlbfs_file_mmap', { mapping: 'shared' }, [1]);
  if (m.s.vma.at(0) === vma) throw new Error('the VMA has its lock');
  m.play('userfaultfd_register', { ...range(0, 8), modes: ['minor', 'wp'] }, [1]);
  return m;
};

const BLOCKED = 'where an entry above is';
export const WALKS: readonly Row[] = [
  {
    operation: 'hugetlb_hgm_walk()',
    codes: ['EINVAL', 'EEXIST', 'ENOMEM'],
    cases: [
      ['EINVAL', 'to less than a page', () => walk(continued('rfc2', 0, 4), 0, 0)],
      ['EINVAL', 'below the hstate of a VMA without high granularity', () => walk(without_hgm(), 0, 1)],
      ['ok', 'to the hstate of that', () => walk(without_hgm(), 0, 4)],
      ['EEXIST', `${BLOCKED} a marker`, () => walk(with_marker('rfc2'), 0, 1)],
      ['ok', `${BLOCKED} a marker, in v2`, () => walk(with_marker('v2'), 0, 1)],
      ['EEXIST', `${BLOCKED} of a migration`, () => walk(with_migration('v2'), 0, 1)],
      ['EEXIST', `${BLOCKED} broken`, () => walk(broken('rfc2'), 0, 1)],
      ['ok', 'at a larger leaf: whoever called sees that', () => walk(continued('rfc2', 0, 4), 0, 1)],
      ['ENOMEM', 'without memory for a table', () => walk(machine('rfc2'), 0, 1, true)],
    ],
    leftOut: [['EINVAL', 'a handle that is not initialised: no word of the model is one']],
  },
  {
    operation: 'hugetlb_pmd_alloc(), hugetlb_pte_alloc()',
    codes: ['EINVAL', 'EEXIST', 'ENOMEM'],
    cases: [
      ['EINVAL', 'below a PTE', () => table(continued('rfc2', 0, 1), 0)],
      ['EEXIST', 'under a leaf', () => table(continued('rfc2', 0, 4), 0)],
      ['EEXIST', 'under a marker', () => table(with_marker('rfc2'), 0)],
      ['ok', 'under a marker, in v2', () => table(with_marker('v2'), 0)],
      ['EEXIST', 'under a migration entry', () => table(with_migration('v2'), 0)],
      ['EEXIST', 'under a hwpoison entry', () => table(broken('v1'), 0)],
      ['ok', 'under none', () => table(machine('rfc2'), 0)],
      ['ENOMEM', 'without memory', () => table(machine('rfc2'), 0, true)],
    ],
    leftOut: [],
  },
  {
    operation: 'hugetlb_alloc_largest_pte()',
    codes: ['EINVAL', 'ENOMEM', 'EEXIST'],
    cases: [
      ['EINVAL', 'of nothing: no size ends before the end', () => largest(machine('rfc2'), 3, 3)],
      ['EEXIST', 'inside a larger leaf', () => largest(continued('rfc2', 0, 4), 0, 1)],
      ['EEXIST', 'under a marker', () => largest(with_marker('v1'), 0, 1)],
      ['ok', 'at a table of the size', () => largest(continued('rfc2', 0, 1), 0, 4)],
      ['ENOMEM', 'without memory for a table', () => largest(machine('rfc2'), 0, 2, true)],
    ],
    leftOut: [],
  },
];
