/** UFFDIO_API, UFFDIO_REGISTER and UFFDIO_CONTINUE: what they do, and every error that they end with. */
import { describe, expect, it } from '@effect/vitest';
import { userfaultfd_register } from '../../../model/hugetlb/userfaultfd.ts';
import { vma_lookup } from '../../../model/hugetlb/vma.ts';
import { Count, Result, Usage, Vma } from '../../../model/state/hugetlb/hugetlb_types.ts';
import { entriesOf, type HugetlbMachine, hugetlbMachine, kernelWith } from './play.ts';
import { begun, continuing, PRIVATE, range, reading, SHARED, versionOf, writing } from './versions.ts';

const asks = (version: string, settings: Readonly<Record<string, string>>, features: readonly string[]): string =>
  hugetlbMachine({ kernel: versionOf(version, settings), mappings: [SHARED] }).play('userfaultfd_api', { features });

describe('UFFDIO_API', () => {
  it('knows the feature where the series adds it', () => {
    expect(asks('rfc2', {}, ['MINOR_HUGETLBFS_HGM', 'EXACT_ADDRESS'])).toBe('ok');
    expect(asks('v1', {}, ['MINOR_HUGETLBFS_HGM', 'EXACT_ADDRESS'])).toBe('EINVAL');
  });
  it('refuses it without exact addresses, unless the check is not compiled', () => {
    expect(asks('rfc2', {}, ['MINOR_HUGETLBFS_HGM'])).toBe('ok');
    expect(asks('rfc2', { 'hgm-api': 'refused' }, ['MINOR_HUGETLBFS_HGM'])).toBe('EINVAL');
  });
});

const machine = (mapping: typeof SHARED) => {
  const m = hugetlbMachine({ kernel: versionOf('rfc2'), mappings: [mapping] });
  m.play('userfaultfd_api', { features: ['MINOR_HUGETLBFS_HGM'] });
  return m;
};

describe('enable_hugetlb_hgm()', () => {
  const all = { ...range(0, 8), modes: ['minor'] };
  it('wants a mapping that can be shared', () => {
    const m = machine(PRIVATE);
    m.play('hugetlbfs_file_mmap', { mapping: 'private' });
    expect(m.play('userfaultfd_register', all)).toBe('EINVAL');
    // What came before the error stays.
    expect(Vma.minor(m.s.vma.at(0))).toBe(1);
  });
  it('needs memory where the mapping got none for its data', () => {
    const m = machine(SHARED);
    m.play('hugetlbfs_file_mmap', { mapping: 'shared' }, [1]);
    expect(Vma.data(m.s.vma.at(0))).toBe(0);
    expect(m.play('userfaultfd_register', all, [1])).toBe('ENOMEM');
  });
  it('gives it data, and is for good', () => {
    const m = machine(SHARED);
    m.play('hugetlbfs_file_mmap', { mapping: 'shared' }, [1]);
    expect(m.play('userfaultfd_register', all)).toBe('ok');
    expect([Vma.data(m.s.vma.at(0)), Vma.hgm(m.s.vma.at(0))]).toEqual([1, 1]);
  });
});

describe('UFFDIO_REGISTER', () => {
  it('wants whole hugepages, and something mapped', () => {
    const m = hugetlbMachine({ mappings: [SHARED] });
    m.play('hugetlbfs_file_mmap', { mapping: 'shared' });
    m.play('userfaultfd_api', { features: [] });
    expect(m.play('userfaultfd_register', { ...range(0, 2), modes: ['minor'] })).toBe('EINVAL');
    expect(m.play('userfaultfd_register', { ...range(4, 8), modes: ['minor'] })).toBe('ok');
    expect([0, 1].map((row) => Vma.minor(m.s.vma.at(row)))).toEqual([0, 1]);
  });
});

const MODES = ['missing', 'minor', 'wp'] as const;
const modesOf = (m: HugetlbMachine, page: number): readonly string[] => {
  const vma = m.s.vma.at(vma_lookup(m.s, 0, page));
  return MODES.filter((mode) => Vma[mode](vma) === 1);
};
const registered = (
  modes: readonly string[],
  settings: Readonly<Record<string, string>> = {},
  mapping = SHARED,
): HugetlbMachine => {
  const m = hugetlbMachine({ kernel: kernelWith(settings), mappings: [mapping] });
  m.play('hugetlbfs_file_mmap', { mapping: mapping.name });
  m.play('userfaultfd_api', { features: [] });
  expect(register(m, modes, mapping.at, mapping.at + mapping.pages)).toBe('ok');
  return m;
};
const register = (m: HugetlbMachine, modes: readonly string[], from = 0, to = 8): string =>
  m.play('userfaultfd_register', { ...range(from, to), modes });

describe('UFFDIO_REGISTER once more', () => {
  it('passes over what is registered for all of that, with what else it is registered for', () => {
    const m = registered(['minor', 'wp']);
    expect(register(m, ['minor'], 0, 4)).toBe('ok');
    expect([m.s.vma.at(1), ...modesOf(m, 0)]).toEqual([0, 'minor', 'wp']);
  });
  it('replaces what it was registered for, in the range', () => {
    const m = registered(['minor']);
    expect(register(m, ['missing'], 0, 4)).toBe('ok');
    expect([modesOf(m, 0), modesOf(m, 4)]).toEqual([['missing'], ['minor']]);
    expect(register(m, ['minor', 'wp'])).toBe('ok');
    expect([modesOf(m, 0), modesOf(m, 4)]).toEqual([
      ['minor', 'wp'],
      ['minor', 'wp'],
    ]);
  });
  it('leaves what is protected, over which a write faults again and again; refused since v7.3', () => {
    for (const [value, said, modes, write] of [
      ['forgets', 'ok', ['missing', 'minor'], 'bug fault-loop'],
      ['EBUSY', 'EBUSY', ['wp'], 'USERFAULT'],
    ] as const) {
      const m = registered(['wp'], { 'hugetlb-register-wp': value });
      m.play('hugetlb_fault', writing(0));
      expect(m.play('userfaultfd_writeprotect', { ...range(0, 4), wp: 'on' })).toBe('ok');
      expect(register(m, ['missing', 'minor'])).toBe(said);
      expect(modesOf(m, 0)).toEqual(modes);
      expect(m.play('hugetlb_fault', writing(0))).toBe(write);
      expect(entriesOf(m.s, 0)).toEqual(['pages 0..3: leaf pfn 0 RO young dirty uffd-wp']);
    }
  });
  it('of a page that is protected, and registered no more: hugetlb_fault() takes that back where it is mended', () => {
    const m = registered(['wp'], { 'hugetlb-leftover-wp': 'cleared' });
    m.play('hugetlb_fault', writing(0));
    m.play('userfaultfd_writeprotect', { ...range(0, 4), wp: 'on' });
    register(m, ['missing']);
    expect(m.play('hugetlb_fault', writing(0))).toBe('ok');
    expect(entriesOf(m.s, 0)).toEqual(['pages 0..3: leaf pfn 0 RW young dirty']);
  });
});

/** Of a range that need not be mapped. */
const registerMissing = (m: HugetlbMachine, from: number, to: number): string =>
  Result.names[userfaultfd_register(m.s, 0, from, to, { missing: true, minor: false, wp: false })]!;

describe('UFFDIO_REGISTER refuses', () => {
  it('a file that is open for reading, before anything is registered: EPERM', () => {
    const m = hugetlbMachine({
      mappings: [
        { ...SHARED, pages: 4 },
        { ...SHARED, name: 'read', at: 4, pages: 4, readOnlyFile: true, prot: 'R' },
      ],
    });
    for (const mapping of ['shared', 'read']) m.play('hugetlbfs_file_mmap', { mapping });
    m.play('userfaultfd_api', { features: [] });
    expect(register(m, ['minor'])).toBe('EPERM');
    expect(modesOf(m, 0)).toEqual([]);
    expect(register(m, ['minor'], 0, 4)).toBe('ok');
  });
  it('what begins or ends inside a hugepage: EINVAL', () => {
    const m = registered(['minor'], {}, { ...SHARED, pages: 4 });
    expect([registerMissing(m, 1, 4), registerMissing(m, 0, 3)]).toEqual(['EINVAL', 'EINVAL']);
    // It ends where nothing is mapped.
    expect(registerMissing(m, 0, 7)).toBe('ok');
  });
  it('nothing: EINVAL, and in v6.1 ENOMEM where nothing is mapped behind it either', () => {
    for (const [value, said] of [
      ['EINVAL', 'EINVAL'],
      ['ENOMEM', 'ENOMEM'],
    ] as const) {
      const m = registered(['minor'], { 'hugetlb-register-nothing': value }, { ...SHARED, at: 4, pages: 4 });
      expect([registerMissing(m, 0, 4), registerMissing(m, 8, 12)]).toEqual(['EINVAL', said]);
    }
  });
});

describe('UFFDIO_CONTINUE', () => {
  it('maps the largest leaf that fits, and counts each', () => {
    const m = begun('rfc2');
    expect(m.play('userfaultfd_continue', continuing(1, 4))).toBe('ok');
    expect(entriesOf(m.s, 0)).toEqual(['page 1: leaf pfn 1 RW young dirty', 'pages 2..3: leaf pfn 2 RW young dirty']);
    expect(Count.valueOf(m.s.entireMapcount.at(0))).toBe(2);
    expect(Count.valueOf(m.s.refcount.at(0))).toBe(3);
    expect(Usage.valueOf(m.s.usage.at(0))).toBe(3);
    expect(m.s.done.at(0)).toBe(3);
  });
  it('maps a whole hugepage where nothing of it is', () => {
    const m = begun('rfc2');
    expect(m.play('userfaultfd_continue', continuing(0, 8))).toBe('ok');
    expect(entriesOf(m.s, 0)).toEqual([
      'pages 0..3: leaf pfn 0 RW young dirty',
      'pages 4..7: leaf pfn 4 RW young dirty',
    ]);
  });
  it.each([
    ['EINVAL where pages are no unit', 'v7.1', [0, 1], 'EINVAL'],
    ['ENOENT beyond the VMA', 'rfc2', [4, 9], 'ENOENT'],
  ])('ends with %s', (_, version, [from, to], error) => {
    const m =
      version === 'rfc2'
        ? begun('rfc2')
        : begun('rfc2', { 'hgm-enabled-by': 'no', 'hgm-walk': 'follows', 'hgm-api': 'refused' });
    if (version !== 'rfc2') {
      m.play('userfaultfd_api', { features: [] });
      m.play('userfaultfd_register', { ...range(0, 8), modes: ['minor'] });
    }
    expect(m.play('userfaultfd_continue', continuing(from!, to!))).toBe(error);
  });
  it('ends with EEXIST over a leaf, and over a table, and keeps what came before', () => {
    const m = begun('rfc2');
    m.play('userfaultfd_continue', continuing(1, 2));
    expect(m.play('userfaultfd_continue', continuing(0, 4))).toBe('EEXIST');
    expect(m.play('userfaultfd_continue', continuing(0, 2))).toBe('EEXIST');
    expect(m.play('userfaultfd_continue', continuing(0, 1))).toBe('ok');
    m.play('userfaultfd_continue', continuing(2, 4));
    expect(m.play('userfaultfd_continue', continuing(3, 4))).toBe('EEXIST');
    expect(Count.valueOf(m.s.entireMapcount.at(0))).toBe(3);
  });
  it('ends with EFAULT where the page cache has nothing', () => {
    const m = hugetlbMachine({ kernel: versionOf('rfc2'), mappings: [SHARED] });
    m.play('hugetlbfs_file_mmap', { mapping: 'shared' });
    m.play('userfaultfd_api', { features: ['MINOR_HUGETLBFS_HGM'] });
    m.play('userfaultfd_register', { ...range(0, 8), modes: ['minor'] });
    expect(m.play('userfaultfd_continue', continuing(0, 1))).toBe('EFAULT');
  });
  it('ends with ENOMEM, and leaves no leaf', () => {
    const m = begun('rfc2');
    expect(m.play('userfaultfd_continue', continuing(0, 1), [0, 1])).toBe('ENOMEM');
    expect(entriesOf(m.s, 0)).toEqual([]);
  });
});

describe('a fault where a hugepage is mapped in parts', () => {
  it('tells user space of the page, and makes no table', () => {
    const m = begun('rfc2');
    m.play('userfaultfd_continue', continuing(0, 1));
    expect(m.play('hugetlb_fault', reading(1))).toBe('USERFAULT');
    expect(m.s.event.at(0)).not.toBe(0);
    expect(m.play('hugetlb_fault', reading(0))).toBe('ok');
  });
});
