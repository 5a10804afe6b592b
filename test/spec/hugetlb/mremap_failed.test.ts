import { describe, expect, it } from '@effect/vitest';
import { mremapFailed } from '../../../spec/hugetlb/mremap_failed.ts';
import {
  anonFolio,
  cached,
  child,
  CHILD,
  hugeState,
  hugetlbState,
  type HugetlbPiece,
  leaf,
  marker,
  privateVma,
  returned,
  sharedTable,
  stepVerdict,
  vma,
} from '../../support/hugetlb_state.ts';

const source = [privateVma({ end: 4, wp: 1 }), anonFolio(0)];
const mapped = [leaf({ page: 0, size: 2, pfn: 0 }), marker({ page: 2 })];
/** The first hugepage has used its promise. */
const used: HugetlbPiece = (s) => s.consumed.put(0, 1);
const before = hugetlbState(...source, ...mapped, used);
const move = { mm: 0, move: { from: 0, to: 4, pages: 4 } };
/** What is said where the call ends like this, with ENOMEM. */
const failed = (...after: readonly HugetlbPiece[]): string =>
  stepVerdict(mremapFailed, before, 'hugetlb_mremap', hugetlbState(...after, returned('ENOMEM')), move);

describe('H22-FAILED', () => {
  it('holds where all is as it was, also in a VMA that has been split', () => {
    expect(failed(...source, ...mapped, used)).toBe('holds');
    const halves = [privateVma({ end: 2, wp: 1 }), privateVma({ row: 1, start: 2, end: 4, pgoff: 2, wp: 1 })];
    expect(failed(...halves, anonFolio(0), ...mapped, used)).toBe('holds');
  });

  it('has no subject where mremap() succeeds, and in other operations', () => {
    const moved = hugetlbState(returned('ok'));
    expect(stepVerdict(mremapFailed, before, 'hugetlb_mremap', moved, move)).toBe('no subject');
    expect(stepVerdict(mremapFailed, before, 'hugetlb_munmap', hugetlbState(returned('ENOMEM')), move)).toBe(
      'no subject',
    );
  });

  it('fails where the mapping has lost what it was promised', () => {
    const dropped = [privateVma({ end: 4, wp: 1, owner: 0 }), anonFolio(0)];
    expect(failed(...dropped, ...mapped, used)).toMatchInlineSnapshot(
      `"page 0 was in the VMA of pages 0..3 of file 0, pgoff 0, RW, private, VM_UFFD_WP, HPAGE_RESV_OWNER, and is in the VMA of pages 0..3 of file 0, pgoff 0, RW, private, VM_UFFD_WP"`,
    );
    expect(failed(...source, ...mapped)).toContain('page 0');
  });

  it('fails of an entry that is lost, or protected no more, and of a VMA that is left behind', () => {
    expect(failed(...source, mapped[0]!, used)).toContain('marker');
    const more = privateVma({ row: 1, start: 4, end: 8, wp: 1 });
    expect(failed(...source, more, ...mapped, used)).toContain('page 4 was in no VMA');
  });

  it('lets faults bring back what was in a shared table', () => {
    const both = [vma({ end: 4 }), child, vma({ mm: CHILD }), cached(0, 0)];
    const shared = hugeState(...both, leaf({ page: 0, size: 2, pfn: 0 }), sharedTable());
    const after = hugeState(...both, leaf({ mm: CHILD, page: 0, size: 2, pfn: 0 }), returned('ENOMEM'));
    expect(stepVerdict(mremapFailed, shared, 'hugetlb_mremap', after, move)).toBe('holds');
  });
});
