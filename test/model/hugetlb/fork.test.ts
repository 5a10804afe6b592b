/** fork(): what a child gets of its parent's entries, by release and by version of the series. */
import { describe, expect, it } from '@effect/vitest';
import { folio_ref_count } from '../../../model/hugetlb/folio.ts';
import { set_huge_pte_at } from '../../../model/hugetlb/hugetlb_pte.ts';
import { type HugetlbGeometry, SMALL_HUGETLB } from '../../../model/state/hugetlb/geometry.ts';
import { Count, Folio, HugePte, HugePteKind, Pin, Uffd, Vma } from '../../../model/state/hugetlb/hugetlb_types.ts';
import { entriesOf, entryAt, type HugetlbMachine, hugetlbMachine, kernelWith } from './play.ts';
import { begun, continuing, PRIVATE, range, SHARED, writing } from './versions.ts';

const CHILD = 1;
const ON = { ...range(0, 8), wp: 'on' };

/** v7.1 with these settings, and a mapping that is registered for uffd-wp. */
const mapped = (
  settings: Readonly<Record<string, string>> = {},
  features: readonly string[] = ['EVENT_FORK'],
  mapping = SHARED,
  geometry: HugetlbGeometry = { ...SMALL_HUGETLB, folios: 3, pins: 1 },
): HugetlbMachine => {
  const m = hugetlbMachine({ kernel: kernelWith(settings), geometry, mappings: [mapping] });
  m.play('hugetlbfs_file_mmap', { mapping: mapping.name });
  m.play('userfaultfd_api', { features });
  m.play('userfaultfd_register', { ...range(0, 8), modes: ['wp'] });
  return m;
};
/** Page 1 of a hugepage alone is mapped, and user space is told of children. */
const inParts = (version: string, settings: Readonly<Record<string, string>> = {}, page = 1): HugetlbMachine => {
  const m = begun(version, settings, {}, ['minor', 'wp']);
  m.s.uffd.put(0, Uffd.mkEventFork(m.s.uffd.at(0), 1));
  m.play('userfaultfd_continue', continuing(page, page + 1));
  return m;
};
const entire = (m: HugetlbMachine): number => Count.valueOf(m.s.entireMapcount.at(0));
const put = (m: HugetlbMachine, kind: number): void =>
  set_huge_pte_at(m.s, entryAt(m.s, 0, 0), HugePte.of({ kind, wp: kind === HugePteKind.migration ? 1 : 0 }));

const copied = (value: string, kind: number): readonly string[] => {
  const m = mapped({ 'hugetlb-fork-swap': value }, [], PRIVATE);
  m.play('hugetlb_fault', writing(0));
  put(m, kind);
  m.play('hugetlb_fork');
  return entriesOf(m.s, CHILD);
};

describe('fork()', () => {
  it('leaves a shared mapping to faults, unless the child is registered for uffd-wp', () => {
    for (const [features, shown] of [
      [[], []],
      [['EVENT_FORK'], ['pages 0..3: leaf pfn 0 RO young dirty uffd-wp', 'pages 4..7: uffd-wp marker']],
    ] as const) {
      const m = mapped({}, features);
      m.play('hugetlb_fault', writing(0));
      m.play('userfaultfd_writeprotect', ON);
      expect(m.play('hugetlb_fork')).toBe('ok');
      expect(entriesOf(m.s, CHILD)).toEqual(shown);
      expect(Vma.wp(m.s.vma.at(2))).toBe(features.length);
      expect([entire(m), folio_ref_count(m.s, 0)]).toEqual(features.length === 0 ? [1, 2] : [2, 3]);
      expect(m.play('hugetlb_exit', { mm: CHILD })).toBe('ok');
      expect([entire(m), folio_ref_count(m.s, 0)]).toEqual([1, 2]);
    }
  });

  it('copies nothing of a private mapping that has no anon_vma', () => {
    const m = hugetlbMachine({ geometry: { ...SMALL_HUGETLB, folios: 4 }, mappings: [PRIVATE] });
    m.play('hugetlb_truncate', { at: { file: 0, to: 2 } });
    m.play('hugetlbfs_fallocate', { at: { file: 0, index: 0 } });
    m.play('hugetlbfs_file_mmap', { mapping: PRIVATE.name });
    m.play('hugetlb_fault', { page: 0, access: 'read' });
    expect([Vma.anonVma(m.s.vma.at(0)), entriesOf(m.s, 0).length]).toEqual([0, 1]);
    expect([m.play('hugetlb_fork'), entriesOf(m.s, CHILD)]).toEqual(['ok', []]);
    m.play('hugetlb_exit', { mm: CHILD });
    m.play('hugetlb_fault', writing(0));
    expect([m.play('hugetlb_fork'), entriesOf(m.s, CHILD).length]).toEqual(['ok', 1]);
  });

  it.each([
    ['v7.1', {}, 0],
    ['v6.12', { 'hugetlb-fork-share-count': 'own' }, 1],
  ] as const)(
    'takes a table of hugepages of 1G for shared, if the page was something else: %s',
    (_, settings, copies) => {
      const m = hugetlbMachine({ kernel: kernelWith(settings), mappings: [PRIVATE] });
      m.play('hugetlbfs_file_mmap', { mapping: PRIVATE.name });
      m.play('hugetlb_fault', writing(0));
      expect(m.play('hugetlb_fork', {}, [1])).toBe('ok');
      expect(entriesOf(m.s, CHILD)).toHaveLength(copies);
    },
  );

  it('protects private pages of both, which are exclusive no more, and reserves nothing for the child', () => {
    const m = mapped({}, [], PRIVATE);
    m.play('hugetlb_fault', writing(0));
    expect(m.play('hugetlb_fork')).toBe('ok');
    for (const mm of [0, CHILD]) expect(entriesOf(m.s, mm)).toEqual(['pages 0..3: leaf pfn 0 RO young dirty']);
    expect([Folio.exclusive(m.s.folio.at(0)), Vma.owner(m.s.vma.at(2)), entire(m)]).toEqual([0, 0, 2]);
  });

  it('copies a page that is pinned, or fails without one', () => {
    for (const [folios, result, child] of [
      [3, 'ok', ['pages 0..3: leaf pfn 4 RW young dirty']],
      [2, 'ENOSPC', []],
    ] as const) {
      const m = mapped({}, [], PRIVATE, { ...SMALL_HUGETLB, folios, pins: 1 });
      m.play('hugetlb_fault', writing(0));
      m.s.pin.put(0, Pin.of({ taken: 1, pfn: 0, write: 1 }));
      expect(m.play('hugetlb_fork')).toBe(result);
      expect(entriesOf(m.s, CHILD)).toEqual(child);
      expect(entriesOf(m.s, 0)).toEqual(['pages 0..3: leaf pfn 0 RW young dirty']);
      expect([m.s.mm.at(CHILD), folio_ref_count(m.s, 0)]).toEqual([folios - 2, 1]);
    }
  });

  it('fails without memory for tables, and there is no child', () => {
    const m = mapped({}, ['EVENT_FORK'], SHARED, {
      ...SMALL_HUGETLB,
      hugepage: 2,
      smaller: [],
      fileHugepages: 4,
      folios: 4,
    });
    m.play('hugetlb_fault', writing(0));
    expect([m.play('hugetlb_fork', {}, [0, 1]), m.s.mm.at(CHILD)]).toEqual(['ENOMEM', 0]);
  });

  it('E-6: clears a bit of migration and hwpoison entries that is none of uffd-wp', () => {
    expect(copied('present-bit', HugePteKind.migration)).toEqual([
      'pages 0..3: readable migration entry pfn 2 uffd-wp',
    ]);
    expect(copied('swap-bit', HugePteKind.migration)).toEqual(['pages 0..3: readable migration entry pfn 0']);
    expect(copied('present-bit', HugePteKind.hwpoison)).toEqual(['pages 0..3: hwpoison entry pfn 2']);
    expect(copied('swap-bit', HugePteKind.hwpoison)).toEqual(['pages 0..3: hwpoison entry pfn 0']);
  });

  it('E-7: clears uffd-wp of leaves of a child that has none, since v6.12', () => {
    for (const [value, wp] of [
      ['cleared', ''],
      ['as-they-are', ' uffd-wp'],
    ] as const) {
      const m = mapped({ 'hugetlb-fork-leaf': value }, [], PRIVATE);
      m.play('hugetlb_fault', writing(0));
      m.play('userfaultfd_writeprotect', { ...range(0, 4), wp: 'on' });
      m.play('hugetlb_fork');
      expect(entriesOf(m.s, CHILD)).toEqual([`pages 0..3: leaf pfn 0 RO young dirty${wp}`]);
    }
  });
});

describe('fork() with high granularity', () => {
  it('copies leaves as small as they are', () => {
    for (const version of ['rfc2', 'v1'] as const) {
      const m = inParts(version);
      expect(m.play('hugetlb_fork')).toBe('ok');
      expect(entriesOf(m.s, CHILD)).toEqual(['page 1: leaf pfn 1 RW young dirty']);
      expect([entire(m), folio_ref_count(m.s, 0)]).toEqual([2, 3]);
    }
  });

  it('in RFC v2 needs it enabled in the child', () => {
    expect(inParts('rfc2', { 'hgm-fork-child': 'as-copied' }).play('hugetlb_fork')).toBe('EINVAL');
  });

  it('in RFC v1 counts the leaf of the first page alone', () => {
    for (const [page, counted] of [
      [0, 2],
      [1, 1],
    ] as const) {
      const m = inParts('rfc1', {}, page);
      m.play('hugetlb_fork');
      expect(entire(m)).toBe(counted);
    }
  });

  it('G-16: keeps a reference, and fails, where it has got one', () => {
    const m = inParts('v2', { 'hgm-fork-unlock': 'unlocked' });
    expect([m.play('hugetlb_fork'), folio_ref_count(m.s, 0)]).toEqual(['EFAULT', 3]);
    expect(inParts('v2').play('hugetlb_fork')).toBe('bug lock-held-at-return');
    const repaired = inParts('v2', { 'hgm-fork-ref': 'checked' });
    expect(repaired.play('hugetlb_fork')).toBe('ok');
    expect(entriesOf(repaired.s, CHILD)).toEqual(['page 1: leaf pfn 1 RW young dirty']);
  });

  it('refuses a reference that would overflow, and takes none', () => {
    const m = inParts('v2', { 'hgm-fork-ref': 'checked', 'hgm-fork-unlock': 'unlocked' });
    m.s.refcount.put(0, Count.add(0, m.s.geometry.countMax));
    expect([m.play('hugetlb_fork'), folio_ref_count(m.s, 0)]).toEqual(['EFAULT', m.s.geometry.countMax]);
  });
});
