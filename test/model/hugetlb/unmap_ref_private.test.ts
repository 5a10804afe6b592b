/** What a child loses to the private mapping that was promised its hugepages, where the pool is empty. */
import { expect, it } from '@effect/vitest';
import { SMALL_HUGETLB } from '../../../model/state/hugetlb/geometry.ts';
import { Vma } from '../../../model/state/hugetlb/hugetlb_types.ts';
import { entriesOf, type HugetlbMachine, hugetlbMachine, kernelWith } from './play.ts';
import { reading, writing } from './versions.ts';

const PRIVATE = { name: 'private', file: 0, at: 0, pages: 8, pgoff: 0, shared: false } as const;
const FIRST = { ...PRIVATE, name: 'first', pages: 4 } as const;
const UNPROMISED = { ...FIRST, name: 'unpromised', at: 4, noreserve: true } as const;

/** Two hugepages, all that there is, and a child that has them too. */
const forked = (mapped: readonly string[], settings: Readonly<Record<string, string>> = {}): HugetlbMachine => {
  const m = hugetlbMachine({
    kernel: kernelWith(settings),
    geometry: { ...SMALL_HUGETLB, mms: 3, smaller: [] },
    mappings: [PRIVATE, FIRST, UNPROMISED],
  });
  for (const mapping of mapped) m.play('hugetlbfs_file_mmap', { mapping });
  for (const page of [0, 4]) expect(m.play('hugetlb_fault', writing(page))).toBe('ok');
  m.play('hugetlb_fork', { mm: 0 });
  return m;
};

it('is unmapped, and its VMA marked, so that no fault there maps an empty page', () => {
  const m = forked(['private']);
  expect(m.play('hugetlb_fault', writing(0))).toBe('ok');
  expect(entriesOf(m.s, 0)).toEqual(['pages 0..3: leaf pfn 0 RW young dirty', 'pages 4..7: leaf pfn 4 RO young dirty']);
  expect(entriesOf(m.s, 1)).toEqual(['pages 4..7: leaf pfn 4 RO young dirty']);
  expect([Vma.unmapped(m.s.vma.at(2)), Vma.unmapped(m.s.vma.at(0))]).toEqual([1, 0]);
  expect(m.play('hugetlb_fault', { mm: 1, ...reading(0) })).toBe('SIGBUS');
});

it('marks no VMA that does not have the page', () => {
  const m = forked(['private']);
  m.play('hugetlb_fork', { mm: 0 });
  expect(m.play('hugetlb_dontneed', { mm: 1, range: { from: 0, to: 4 } })).toBe('ok');
  expect(m.play('hugetlb_fault', writing(0))).toBe('ok');
  expect([1, 2].map((mm) => Vma.unmapped(m.s.vma.at(2 * mm)))).toEqual([0, 1]);
});

it('may be the page of the mapping itself, where the process maps the file once more', () => {
  expect(forked(['first', 'unpromised']).play('hugetlb_fault', writing(0))).toBe('bug own-page-unmapped');
  const m = forked(['first', 'unpromised'], { 'hugetlb-ref-private': 'own' });
  expect(m.play('hugetlb_fault', writing(0))).toBe('ok');
  expect(entriesOf(m.s, 0)).toEqual(['pages 0..3: leaf pfn 0 RW young dirty', 'pages 4..7: leaf pfn 4 RO young dirty']);
});
