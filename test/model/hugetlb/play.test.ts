/** The player of operations itself: what it says of results, of questions, and of entries. */
import { describe, expect, it } from '@effect/vitest';
import { HugetlbPte } from '../../../model/state/hugetlb/hugetlb_types.ts';
import { entriesOf, entryAt, hugetlbMachine, kernelWith, RFC2 } from './play.ts';

const shared = { name: 'shared', file: 0, at: 0, pages: 8, pgoff: 0, shared: true } as const;

describe('a machine of hugetlb', () => {
  it('plays operations and shows entries', () => {
    const m = hugetlbMachine({ mappings: [shared] });
    expect(m.play('hugetlb_fault', { page: 0, access: 'read' })).toBe('not possible');
    expect(m.play('hugetlbfs_file_mmap', { mapping: 'shared' })).toBe('ok');
    expect(m.play('hugetlb_fault', { page: 1, access: 'write' })).toBe('ok');
    expect(entriesOf(m.s, 0)).toEqual(['pages 0..3: leaf pfn 0 RW young dirty']);
    expect(HugetlbPte.size(entryAt(m.s, 0, 3))).toBe(4);
  });

  it('lets allocations fail by answers, and maps base pages where the kernel can', () => {
    const m = hugetlbMachine({ kernel: kernelWith(RFC2), mappings: [shared] });
    m.play('hugetlbfs_file_mmap', { mapping: 'shared' });
    m.play('userfaultfd_api', { features: ['MINOR_HUGETLBFS_HGM', 'EXACT_ADDRESS'] });
    m.play('userfaultfd_register', { range: { from: 0, to: 8 }, modes: ['minor'] });
    m.play('hugetlbfs_fallocate', { at: { file: 0, index: 0 } });
    const one = { range: { from: 1, to: 2 }, fill: 'continue' };
    expect(m.play('userfaultfd_continue', one, [1])).toBe('ENOMEM');
    expect(m.play('userfaultfd_continue', one)).toBe('ok');
    expect(entriesOf(m.s, 0)).toEqual(['page 1: leaf pfn 1 RW young dirty']);
  });

  it('knows its toggles', () => {
    expect(() => kernelWith({ 'hgm-enabled-by': 'perhaps' })).toThrow('no value perhaps');
    expect(() => kernelWith({ perhaps: 'no' })).toThrow('no toggle perhaps');
  });
});
