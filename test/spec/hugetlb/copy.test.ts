import { describe, expect, it } from '@effect/vitest';
import { copyExists } from '../../../spec/hugetlb/copy.ts';
import {
  cached,
  hugetlbState,
  type HugetlbPiece,
  leaf,
  marker,
  migrating,
  privateVma,
  returned,
  stepVerdict,
  vma,
} from '../../support/hugetlb_state.ts';

const refused = (done: number, ...pieces: readonly HugetlbPiece[]): string => {
  const after = hugetlbState(...pieces, returned('EEXIST', done));
  return stepVerdict(copyExists, hugetlbState(...pieces), 'userfaultfd_copy', after, { range: { from: 0, to: 8 } });
};

describe('H-COPY', () => {
  it('holds where the hugepage is mapped, moves, is refused by a marker, or is in the page cache of a shared mapping', () => {
    expect(refused(0, privateVma({ missing: 1 }), leaf({ page: 0, size: 4, pfn: 0 }))).toBe('holds');
    expect(refused(0, privateVma({ missing: 1 }), migrating({ page: 0, size: 4 }, { pfn: 0 }))).toBe('holds');
    expect(refused(0, privateVma({ missing: 1 }), marker({ page: 0, size: 4 }, { poisoned: 1 }))).toBe('holds');
    expect(refused(0, vma({ missing: 1 }), cached(0, 0))).toBe('holds');
    expect(refused(4, vma({ missing: 1 }), cached(1, 1))).toBe('holds');
  });

  it('has no subject where the call ends otherwise, and in other operations', () => {
    const after = hugetlbState(privateVma(), returned('ENOMEM'));
    const range = { range: { from: 0, to: 4 } };
    expect(stepVerdict(copyExists, after, 'userfaultfd_copy', after, range)).toBe('no subject');
    const exists = hugetlbState(privateVma(), returned('EEXIST'));
    expect(stepVerdict(copyExists, exists, 'userfaultfd_continue', exists, range)).toBe('no subject');
  });

  it('fails where nothing is there, or a marker of uffd-wp alone', () => {
    expect(refused(4, privateVma({ missing: 1 }), leaf({ page: 0, size: 4, pfn: 0 }))).toMatchInlineSnapshot(
      `"UFFDIO_COPY of pages 0..7 ended with EEXIST at page 4, and nothing is there: parent page 4 has none in pud[1]"`,
    );
    expect(refused(0, privateVma({ missing: 1, wp: 1 }), marker({ page: 0, size: 4 }))).toContain('uffd-wp marker');
    expect(refused(0, privateVma({ missing: 1 }), cached(0, 0))).toContain('nothing is there');
  });
});
