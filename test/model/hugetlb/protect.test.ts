/** mprotect(), UFFDIO_WRITEPROTECT, UFFDIO_UNREGISTER: what becomes of entries, by release and by version of the series. */
import { describe, expect, it } from '@effect/vitest';
import { set_huge_pte_at } from '../../../model/hugetlb/hugetlb_pte.ts';
import { type HugetlbGeometry, SMALL_HUGETLB } from '../../../model/state/hugetlb/geometry.ts';
import { HugePte, HugePteKind } from '../../../model/state/hugetlb/hugetlb_types.ts';
import { entriesOf, entryAt, type HugetlbMachine, hugetlbMachine, kernelWith, pteAt } from './play.ts';
import { begun, continuing, range, SHARED, writing } from './versions.ts';

const ON = { ...range(0, 8), wp: 'on' };
const OFF = { ...range(0, 8), wp: 'off' };
const prot = (of: 'NONE' | 'R' | 'RW', from = 0, to = 8) => ({ ...range(from, to), prot: of });
/** 2M hugepages: two in a PMD table. */
const PMDS: HugetlbGeometry = { ...SMALL_HUGETLB, hugepage: 2, smaller: [], fileHugepages: 4, folios: 4, vmas: 3 };

/** v7.1 with these settings, and a shared mapping that is registered for uffd-wp, or not. */
const mapped = (
  settings: Readonly<Record<string, string>> = {},
  modes: readonly string[] = ['wp'],
  geometry = SMALL_HUGETLB,
): HugetlbMachine => {
  const m = hugetlbMachine({ kernel: kernelWith(settings), geometry, mappings: [SHARED] });
  m.play('hugetlbfs_file_mmap', { mapping: 'shared' });
  m.play('userfaultfd_api', { features: [] });
  if (modes.length > 0) m.play('userfaultfd_register', { ...range(0, 8), modes });
  return m;
};
const done = (m: HugetlbMachine): number => m.s.done.at(0);

const of = (kind: number, page: number) => HugePte.of({ kind, pfn: page, write: 1 });
const after = (version: string, settings = {}): string => {
  const m = begun(version, settings, {}, ['minor', 'wp']);
  m.play('userfaultfd_continue', continuing(0, 1));
  m.play('hugetlb_mprotect', prot('R'));
  m.play('hugetlb_mprotect', prot('RW'));
  return m.play('hugetlb_fault', writing(0));
};
const on = (value: string, answers: readonly number[]) => {
  const m = mapped({ 'hugetlb-wp-tables': value }, ['wp'], PMDS);
  return [m.play('userfaultfd_writeprotect', ON, answers), entriesOf(m.s, 0).length];
};
const protect = (settings: Readonly<Record<string, string>>) => {
  const m = begun('rfc2', settings, {}, ['minor', 'wp']);
  m.play('userfaultfd_continue', continuing(0, 1));
  return [m.play('userfaultfd_writeprotect', { ...range(0, 4), wp: 'on' }), ...entriesOf(m.s, 0)];
};

describe('mprotect()', () => {
  it('takes rights from leaves and gives them back, and counts base pages', () => {
    const m = mapped({}, []);
    m.play('hugetlb_fault', writing(0));
    expect([m.play('hugetlb_mprotect', prot('R', 0, 4)), done(m)]).toEqual(['ok', 4]);
    expect(entriesOf(m.s, 0)).toEqual(['pages 0..3: leaf pfn 0 RO young dirty']);
    expect(m.play('hugetlb_fault', writing(0))).toBe('SIGSEGV');
    expect([m.play('hugetlb_mprotect', prot('NONE', 0, 4)), done(m)]).toEqual(['ok', 4]);
    expect(entriesOf(m.s, 0)).toEqual(['pages 0..3: leaf pfn 0 NONE young dirty']);
    m.play('hugetlb_mprotect', prot('RW', 0, 4));
    expect(entriesOf(m.s, 0)).toEqual(['pages 0..3: leaf pfn 0 RW young dirty']);
  });

  it('refuses a border inside a hugepage, and a VMA too many', () => {
    const m = mapped({}, []);
    expect(m.play('hugetlb_mprotect', prot('R', 0, 2))).toBe('EINVAL');
    const small = hugetlbMachine({ geometry: { ...SMALL_HUGETLB, vmas: 1 }, mappings: [SHARED] });
    small.play('hugetlbfs_file_mmap', { mapping: 'shared' });
    expect(small.play('hugetlb_mprotect', prot('R', 0, 4))).toBe('ENOMEM');
  });

  it('makes a migration entry readable, and leaves a hwpoison entry alone', () => {
    const m = mapped({}, []);
    m.play('hugetlb_fault', writing(0));
    m.play('hugetlb_fault', writing(4));
    set_huge_pte_at(m.s, entryAt(m.s, 0, 0), of(HugePteKind.migration, 0));
    set_huge_pte_at(m.s, entryAt(m.s, 0, 4), HugePte.of({ kind: HugePteKind.hwpoison, pfn: 4 }));
    expect([m.play('hugetlb_mprotect', prot('R')), done(m)]).toEqual(['ok', 4]);
    expect(entriesOf(m.s, 0)).toEqual([
      'pages 0..3: readable migration entry pfn 0',
      'pages 4..7: hwpoison entry pfn 4',
    ]);
  });

  it('leaves the first write to a fault where uffd-wp is registered, since v6.2', () => {
    for (const [notify, written] of [
      ['uffd-wp', 'RO'],
      ['no', 'RW'],
    ] as const) {
      const m = mapped({ 'hugetlb-writenotify': notify });
      m.play('hugetlb_fault', writing(0));
      m.play('hugetlb_mprotect', prot('R'));
      m.play('hugetlb_mprotect', prot('RW'));
      expect(entriesOf(m.s, 0)).toEqual([`pages 0..3: leaf pfn 0 ${written} young dirty`]);
      expect(m.play('hugetlb_fault', writing(0))).toBe('ok');
    }
  });

  it('G-9: a write to a part of a hugepage that was read-only in between', () => {
    expect(after('rfc2', { 'hugetlb-writenotify': 'uffd-wp' })).toBe('bug BUG_ON(wp-small)');
    // As it was on its base: the leaf is writable at once.
    expect(after('rfc2')).toBe('ok');
    expect(after('v1')).toBe('bug WARN(wp-small)');
    expect(after('v1', { 'hgm-wp-small': 'makes-writable' })).toBe('ok');
  });
});

describe('UFFDIO_WRITEPROTECT', () => {
  it('wants whole hugepages that are registered for it', () => {
    expect(mapped({}, ['minor']).play('userfaultfd_writeprotect', ON)).toBe('ENOENT');
    expect(mapped().play('userfaultfd_writeprotect', { ...range(0, 2), wp: 'on' })).toBe('EINVAL');
    expect(begun('v2', {}, {}, ['minor', 'wp']).play('userfaultfd_writeprotect', { ...range(0, 1), wp: 'on' })).toBe(
      'EINVAL',
    );
  });

  it('protects a leaf, until that is taken back', () => {
    for (const [resolve, access] of [
      ['page-prot', 'RO'],
      ['writable', 'RW'],
    ] as const) {
      const m = mapped({ 'hugetlb-wp-resolve': resolve });
      m.play('hugetlb_fault', writing(0));
      expect([m.play('userfaultfd_writeprotect', ON), done(m)]).toEqual(['ok', 4]);
      expect(m.play('hugetlb_fault', writing(0))).toBe('USERFAULT');
      expect(m.play('userfaultfd_writeprotect', OFF)).toBe('ok');
      expect(entriesOf(m.s, 0)).toEqual([`pages 0..3: leaf pfn 0 ${access} young dirty`]);
    }
  });

  it('leaves markers, which stay when it is asked again, and go when it is taken back', () => {
    const m = mapped();
    for (const again of [ON, ON]) expect(m.play('userfaultfd_writeprotect', again)).toBe('ok');
    expect(m.play('hugetlb_mprotect', prot('R'))).toBe('ok');
    expect(entriesOf(m.s, 0)).toEqual(['pages 0..3: uffd-wp marker', 'pages 4..7: uffd-wp marker']);
    expect(m.play('userfaultfd_writeprotect', OFF)).toBe('ok');
    expect(entriesOf(m.s, 0)).toEqual([]);
  });

  it('before v6.2, makes a marker present', () => {
    const m = mapped({ 'hugetlb-protect-marker': 'made-present' });
    m.play('userfaultfd_writeprotect', ON);
    expect(m.play('hugetlb_mprotect', prot('R'))).toBe('bug marker-made-present');
  });

  it('makes tables for markers, or fails, or stops, or protects nothing', () => {
    expect(on('allocates', [])).toEqual(['ok', 4]);
    expect(on('allocates', [0, 1])).toEqual(['ENOMEM', 2]);
    expect(on('allocates-or-stops', [0, 1])).toEqual(['ok', 2]);
    expect(on('skips', [])).toEqual(['ok', 0]);
  });

  it('changes uffd-wp of migration entries, before v6.2 of writable ones alone', () => {
    for (const [which, wp] of [
      ['any', 1],
      ['writable', 0],
    ] as const) {
      const m = mapped({ 'hugetlb-protect-migration': which });
      m.play('hugetlb_fault', writing(0));
      set_huge_pte_at(m.s, entryAt(m.s, 0, 0), HugePte.of({ kind: HugePteKind.migration }));
      m.play('userfaultfd_writeprotect', ON);
      expect(HugePte.wp(pteAt(m.s, 0, 0))).toBe(wp);
    }
  });

  it('reaches over VMAs, since v6.3', () => {
    for (const [vmas, result] of [
      ['any', 'ok'],
      ['one', 'ENOENT'],
    ] as const) {
      const m = mapped({ 'hugetlb-wp-vmas': vmas });
      m.play('hugetlb_mprotect', prot('R', 0, 4));
      expect(m.play('userfaultfd_writeprotect', ON)).toBe(result);
    }
  });

  it('G-4: the marker of a part takes the place of the table of the hugepage', () => {
    const lost = protect({ 'hgm-protect-marker': 'as-without', 'hugetlb-protect-marker': 'kept' });
    expect(lost).toEqual(['ok', 'pages 0..3: uffd-wp marker']);
    // And the walk comes to that marker next.
    expect(protect({})[0]).toBe('bug endless-loop');
    expect(protect({ 'hgm-protect-none': 'entry' })).toEqual([
      'ok',
      'page 0: leaf pfn 0 RO young dirty uffd-wp',
      'page 1: uffd-wp marker',
      'pages 2..3: uffd-wp marker',
    ]);
  });

  it('G-5: a marker is tried again and again', () => {
    const twice = (version: string, settings: Readonly<Record<string, string>> = {}) => {
      const m = begun(version, settings, {}, ['minor', 'wp']);
      return [m.play('userfaultfd_writeprotect', ON), m.play('userfaultfd_writeprotect', ON)];
    };
    expect(twice('rfc2')).toEqual(['ok', 'bug endless-loop']);
    expect(twice('rfc1')).toEqual(['ok', 'bug swap-entry-as-table']);
    expect(twice('v1')).toEqual(['ok', 'ok']);
    expect(twice('rfc2', { 'hgm-protect-marker': 'as-without', 'hugetlb-protect-marker': 'kept' })).toEqual([
      'ok',
      'ok',
    ]);
    const m = begun('rfc2', {}, {}, ['minor', 'wp']);
    m.play('userfaultfd_writeprotect', ON);
    expect(m.play('userfaultfd_writeprotect', OFF)).toBe('bug WARN(marker-not-leaf)');
  });
});

describe('UFFDIO_UNREGISTER', () => {
  it('takes protection back first', () => {
    const m = mapped();
    m.play('hugetlb_fault', writing(0));
    m.play('userfaultfd_writeprotect', ON);
    expect(m.play('userfaultfd_unregister', range(0, 8))).toBe('ok');
    expect(entriesOf(m.s, 0)).toEqual(['pages 0..3: leaf pfn 0 RO young dirty']);
    expect(m.play('hugetlb_fault', writing(0))).toBe('ok');
    expect(m.play('hugetlb_fault', writing(4))).toBe('ok');
  });
});
