/**
 * Which of the modelled kernels answers: short sequences, each of which tells the values of one toggle apart. What the
 * kernel does decides, not what it is called.
 */
import type { TraceFileStep } from '../read_trace.ts';
import type { ConformScope } from './scope.ts';
import { SCOPES } from './scopes.ts';

export interface Calibration {
  readonly toggle: string;
  /** What is done, in words. */
  readonly says: string;
  readonly scope: string;
  /** It shows in page-table entries alone. */
  readonly entries?: true;
  readonly moves: readonly Pick<TraceFileStep, 'op' | 'args'>[];
}

const mm = 0;
const map = (driver: string) => ({ op: 'mmap', args: { mm, driver } });
const read = (page: number, of = mm) => ({ op: 'handle_mm_fault', args: { mm: of, page, access: 'read' } });
const write = (page: number, of = mm) => ({ op: 'handle_mm_fault', args: { mm: of, page, access: 'write' } });
const mprotect = (from: number, to: number, prot: string) => ({
  op: 'mprotect',
  args: { mm, range: { from, to }, prot },
});
const madvise = (from: number, to: number, advice: string) => ({
  op: 'madvise',
  args: { mm, range: { from, to }, advice },
});
const fork = { op: 'fork', args: {} };
const exit = (of: number) => ({ op: 'exit', args: { mm: of } });

export const CALIBRATIONS: readonly Calibration[] = [
  {
    toggle: 'huge-zero-write',
    says: 'a read, then a write of a huge page that nobody has written to',
    scope: 'anon',
    moves: [map('anon 2M'), read(0), write(0)],
  },
  {
    toggle: 'pt-reclaim',
    says: 'MADV_DONTNEED of 2 MiB that PTEs map',
    scope: 'anon',
    moves: [map('anon 2M'), write(0), madvise(1, 2, 'DONTNEED'), madvise(0, 2, 'DONTNEED')],
  },
  {
    toggle: 'vma-merge-anon',
    says: 'mprotect makes a page that was written to like its neighbour that was not; fork shows whether they are one VMA',
    scope: 'anon',
    moves: [map('anon 2M'), mprotect(0, 1, 'R'), write(1), mprotect(0, 2, 'R'), read(0), fork],
  },
  {
    toggle: 'huge-zero-special',
    says: 'a read of a huge page that nobody has written to',
    scope: 'anon',
    entries: true,
    moves: [map('anon 2M'), read(0)],
  },
  {
    toggle: 'split-pmd-dirty',
    says: 'a write, then MADV_DONTNEED of a half of the leaf',
    scope: 'anon',
    entries: true,
    moves: [map('anon 2M'), write(0), madvise(1, 2, 'DONTNEED')],
  },
  {
    toggle: 'mprotect-pmd-writable',
    says: 'mprotect of a leaf that has been written to, to PROT_READ and back',
    scope: 'anon',
    entries: true,
    moves: [map('anon 2M'), write(0), mprotect(0, 2, 'R'), mprotect(0, 2, 'RW')],
  },
  {
    toggle: 'pmd-modify-dirty',
    says: 'mprotect(PROT_READ) of a leaf that has been written to',
    scope: 'anon',
    entries: true,
    moves: [map('anon 2M'), write(0), mprotect(0, 2, 'R')],
  },
  {
    toggle: 'folio-owners',
    says: 'a write to a page of a THP that PTEs map, once the child that shared it has gone',
    scope: 'anon',
    moves: [map('anon 2M'), write(0), fork, mprotect(0, 1, 'R'), mprotect(0, 2, 'RW'), exit(1), write(1)],
  },
];

export const scopeOf = ({ scope }: Calibration): ConformScope => SCOPES.find(({ name }) => name === scope)!;
