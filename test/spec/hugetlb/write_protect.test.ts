import { describe, expect, it } from '@effect/vitest';
import { writeProtect } from '../../../spec/hugetlb/write_protect.ts';
import {
  entry,
  hgmVma,
  hugetlbState,
  type HugetlbPiece,
  hwpoison,
  leaf,
  marker,
  migrating,
  returned,
  stepVerdict,
  vma,
} from '../../support/hugetlb_state.ts';

const set = (wp: 'on' | 'off', ...pieces: readonly HugetlbPiece[]): string =>
  stepVerdict(writeProtect, hugetlbState(), 'userfaultfd_writeprotect', hugetlbState(...pieces, returned('ok')), {
    range: { from: 0, to: 4 },
    wp,
  });
const registered = vma({ wp: 1 });

describe('H11-SET', () => {
  it('holds where all is protected, by leaves, markers or migration entries, and where nothing is', () => {
    expect(set('on', registered, leaf({ page: 0, size: 4, pfn: 0, write: 0, wp: 1 }))).toBe('holds');
    expect(set('on', registered, marker({ page: 0, size: 4 }))).toBe('holds');
    const halves = [marker({ page: 0, size: 2 }), migrating({ page: 2, size: 2 }, { pfn: 2, wp: 1 })];
    expect(set('on', hgmVma({ wp: 1 }), ...halves)).toBe('holds');
    expect(set('off', registered, leaf({ page: 0, size: 4, pfn: 0 }))).toBe('holds');
    expect(set('off', registered)).toBe('holds');
  });

  it('asks nothing of what is broken, or not registered, of what the call does not name, and of errors', () => {
    const broken = [hwpoison({ page: 0, size: 2 }, 0), marker({ page: 2, size: 2 }, { poisoned: 1 })];
    expect(set('on', hgmVma({ wp: 1 }), ...broken)).toBe('no subject');
    expect(set('on', vma(), leaf({ page: 0, size: 4, pfn: 0 }))).toBe('no subject');
    const behind = [registered, marker({ page: 0, size: 4 }), leaf({ page: 4, size: 4, pfn: 4 })];
    expect(set('on', ...behind)).toBe('holds');
    const after = hugetlbState(registered, returned('ENOMEM'));
    const args = { range: { from: 0, to: 4 }, wp: 'on' };
    expect(stepVerdict(writeProtect, after, 'userfaultfd_writeprotect', after, args)).toBe('no subject');
    expect(stepVerdict(writeProtect, after, 'hugetlb_fault', hugetlbState(registered), args)).toBe('no subject');
  });

  it('fails where a page is passed over', () => {
    expect(set('on', registered)).toMatchInlineSnapshot(
      `"UFFDIO_WRITEPROTECT says that it has protected parent page 0: parent page 0 has none in pud[0]"`,
    );
    expect(set('on', hgmVma({ wp: 1 }), marker({ page: 0 }), entry({ page: 2 }))).toContain('parent page 1');
    expect(set('off', registered, migrating({ page: 0, size: 4 }, { pfn: 0, wp: 1 }))).toMatchInlineSnapshot(
      `"UFFDIO_WRITEPROTECT says that it has taken protection back from parent page 0: parent page 0 has readable migration entry pfn 0 uffd-wp in pud[0]"`,
    );
  });
});
