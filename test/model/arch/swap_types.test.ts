/** Types of swap entries by their numbers in include/linux/swap.h, worked out by hand from its macros. */
import { describe, expect, it } from 'vitest';
import { ARCHITECTURES } from '../../../model/arch/architectures.ts';
import { swapInWords } from '../../../model/arch/swap_types.ts';
import { assemble } from '../../../model/formats/pgtable.ts';
import type { Architecture, PgtableRelease } from '../../../model/formats/architecture.ts';
import { bit, eq, join, or, type U64, u64, ZERO } from '../../../model/formats/u64.ts';

const named = (name: string): Architecture => ARCHITECTURES.find((one) => one.name === name)!;
const X86_64 = named('x86_64');
const TYPES = Array.from({ length: 32 }, (_, type) => type);
const pteInWords = (release: PgtableRelease, type: number, offset: U64, architecture = X86_64): readonly string[] =>
  swapInWords(architecture, release, { level: 'pte', type, offset });
/** Which of the types that not every architecture has are there. */
const byKconfig = (one: Architecture, release: PgtableRelease): string => {
  const all = TYPES.flatMap((type) => pteInWords(release, type, ZERO, one)).join(' ');
  return ['SWP_HWPOISON', 'SWP_DEVICE'].filter((name) => all.includes(name)).join(' ');
};
/** The types of which no PMD is, with CONFIG_DEVICE_PRIVATE. */
const neverOfPmds = (release: PgtableRelease): readonly number[] =>
  TYPES.filter((type) =>
    swapInWords(X86_64, release, { level: 'pmd', type, offset: ZERO })[0]!.endsWith('no PMD is such an entry'),
  );
/** What types stand for, from 22 on. */
const from22 = (release: PgtableRelease): readonly string[] =>
  Array.from({ length: 10 }, (_, n) => {
    const lines = pteInWords(release, 22 + n, u64(4));
    return lines.slice(0, 2).join(', ').replaceAll(': frame 0x4', '');
  });

describe('the type of a swap entry', () => {
  it('is a swap device, or one of the last, by release and configuration', () => {
    expect(from22('v7.1')).toMatchInlineSnapshot(`
      [
        "swap device 22, slot 0x4",
        "swap device 23, slot 0x4",
        "with CONFIG_DEVICE_PRIVATE SWP_HWPOISON, without it swap device 24, slot 0x4",
        "with CONFIG_DEVICE_PRIVATE SWP_MIGRATION_READ, without it swap device 25, slot 0x4",
        "with CONFIG_DEVICE_PRIVATE SWP_MIGRATION_READ_EXCLUSIVE, without it swap device 26, slot 0x4",
        "with CONFIG_DEVICE_PRIVATE SWP_MIGRATION_WRITE, without it SWP_HWPOISON",
        "with CONFIG_DEVICE_PRIVATE SWP_DEVICE_WRITE, without it SWP_MIGRATION_READ",
        "with CONFIG_DEVICE_PRIVATE SWP_DEVICE_READ, without it SWP_MIGRATION_READ_EXCLUSIVE",
        "with CONFIG_DEVICE_PRIVATE SWP_DEVICE_EXCLUSIVE, without it SWP_MIGRATION_WRITE",
        "SWP_PTE_MARKER: PTE_MARKER_GUARD",
      ]
    `);
    expect(from22('v6.12').slice(0, 9)).toMatchInlineSnapshot(`
      [
        "swap device 22, slot 0x4",
        "with CONFIG_DEVICE_PRIVATE SWP_HWPOISON, without it swap device 23, slot 0x4",
        "with CONFIG_DEVICE_PRIVATE SWP_MIGRATION_READ, without it swap device 24, slot 0x4",
        "with CONFIG_DEVICE_PRIVATE SWP_MIGRATION_READ_EXCLUSIVE, without it swap device 25, slot 0x4",
        "with CONFIG_DEVICE_PRIVATE SWP_MIGRATION_WRITE, without it swap device 26, slot 0x4",
        "with CONFIG_DEVICE_PRIVATE SWP_DEVICE_WRITE, without it SWP_HWPOISON",
        "with CONFIG_DEVICE_PRIVATE SWP_DEVICE_READ, without it SWP_MIGRATION_READ",
        "with CONFIG_DEVICE_PRIVATE SWP_DEVICE_EXCLUSIVE_WRITE, without it SWP_MIGRATION_READ_EXCLUSIVE",
        "with CONFIG_DEVICE_PRIVATE SWP_DEVICE_EXCLUSIVE_READ, without it SWP_MIGRATION_WRITE",
      ]
    `);
    expect(from22('v6.12.117').slice(0, 9)).toEqual(from22('v6.12').slice(0, 9));
    for (const release of ['v7.3', 'v6.18'] as const) expect(from22(release)).toEqual(from22('v7.1'));
  });
  it('names markers', () => {
    expect(pteInWords('v7.1', 31, u64(3))).toEqual(['SWP_PTE_MARKER: PTE_MARKER_UFFD_WP, PTE_MARKER_POISONED']);
    expect(pteInWords('v7.1', 31, ZERO)).toEqual(['SWP_PTE_MARKER: no marker']);
    expect(pteInWords('v7.1', 31, u64(12))).toEqual([
      'SWP_PTE_MARKER: PTE_MARKER_GUARD, 0x8, which is no marker of v7.1',
    ]);
    expect(pteInWords('v6.12', 31, u64(4))).toEqual(['SWP_PTE_MARKER: 0x4, which is no marker of v6.12']);
  });
  it('is none from 32 on', () => {
    expect(pteInWords('v7.1', 32, ZERO, named('loongarch64'))).toEqual(['no type: there are 32 (MAX_SWAPFILES_SHIFT)']);
  });
  it('is SWP_HWPOISON, or of device memory, where the Kconfig of the architecture lets it be', () => {
    const found = ARCHITECTURES.map(
      (one) => `${one.name}: ${byKconfig(one, 'v7.1')}; of v6.12 ${byKconfig(one, 'v6.12')}`,
    );
    expect(found).toMatchInlineSnapshot(`
      [
        "x86_64: SWP_HWPOISON SWP_DEVICE; of v6.12 SWP_HWPOISON SWP_DEVICE",
        "x86_64_sme: SWP_HWPOISON SWP_DEVICE; of v6.12 SWP_HWPOISON SWP_DEVICE",
        "x86_pae: SWP_HWPOISON; of v6.12 SWP_HWPOISON",
        "arm64_4k: SWP_HWPOISON SWP_DEVICE; of v6.12 SWP_HWPOISON SWP_DEVICE",
        "arm64_16k: SWP_HWPOISON SWP_DEVICE; of v6.12 SWP_HWPOISON SWP_DEVICE",
        "arm64_64k: SWP_HWPOISON SWP_DEVICE; of v6.12 SWP_HWPOISON SWP_DEVICE",
        "arm64_4k_pa52: SWP_HWPOISON SWP_DEVICE; of v6.12 SWP_HWPOISON SWP_DEVICE",
        "arm64_16k_pa52: SWP_HWPOISON SWP_DEVICE; of v6.12 SWP_HWPOISON SWP_DEVICE",
        "arm64_64k_pa52: SWP_HWPOISON SWP_DEVICE; of v6.12 SWP_HWPOISON SWP_DEVICE",
        "ppc64_radix_4k: SWP_HWPOISON SWP_DEVICE; of v6.12 SWP_HWPOISON SWP_DEVICE",
        "ppc64_radix_64k: SWP_HWPOISON SWP_DEVICE; of v6.12 SWP_HWPOISON SWP_DEVICE",
        "ppc64_hash_4k: SWP_HWPOISON SWP_DEVICE; of v6.12 SWP_HWPOISON SWP_DEVICE",
        "ppc64_hash_64k: SWP_HWPOISON SWP_DEVICE; of v6.12 SWP_HWPOISON SWP_DEVICE",
        "riscv64: SWP_DEVICE; of v6.12 SWP_DEVICE",
        "riscv64_svpbmt: SWP_DEVICE; of v6.12 SWP_DEVICE",
        "riscv64_thead: SWP_DEVICE; of v6.12 SWP_DEVICE",
        "loongarch64: SWP_DEVICE; of v6.12 SWP_DEVICE",
        "loongarch64_4k: SWP_DEVICE; of v6.12 SWP_DEVICE",
        "s390: SWP_DEVICE; of v6.12 ",
      ]
    `);
  });
  it('is of a PMD if huge pages migrate, move to a device, or are of hugetlb', () => {
    // The swap devices, SWP_DEVICE_EXCLUSIVE, and of v6.18 the other two.
    const devices = TYPES.slice(0, 24);
    expect(neverOfPmds('v7.1')).toEqual([...devices, 30]);
    expect(neverOfPmds('v6.18')).toEqual([...devices, 28, 29, 30]);
  });
});

describe('the frame of a migration entry', () => {
  const frame = join(u64(0x80200), bit(33));
  it('is below the marks, as MAX_PHYSMEM_BITS has it', () => {
    const words = (offset: typeof frame): string => pteInWords('v7.1', 25, offset)[0]!;
    expect(words(frame)).toBe('with CONFIG_DEVICE_PRIVATE SWP_MIGRATION_READ: frame 0x200080200');
    expect(words(or(frame, bit(35)))).toBe(
      'with CONFIG_DEVICE_PRIVATE SWP_MIGRATION_READ: frame 0x200080200, dirty (with 4 levels of tables, MAX_PHYSMEM_BITS 46) ' +
        'or frame 0xa00080200 (with 5 levels, MAX_PHYSMEM_BITS 52)',
    );
    expect(words(join(frame, bit(40), bit(41)))).toBe(
      'with CONFIG_DEVICE_PRIVATE SWP_MIGRATION_READ: frame 0x200080200, young, dirty (with 5 levels, MAX_PHYSMEM_BITS 52)',
    );
    expect(words(or(frame, bit(42)))).toContain('frame 0x200080200, 0x40000000000 above, which is to be 0');
  });
  it.each(ARCHITECTURES.map((one) => [one.name, one] as const))(
    'of %s has room for both marks where swap_migration_ad_supported',
    (_name, { define, format, physmemBits }) => {
      const { swp_pte, swp_offset } = assemble(define);
      for (const { bits, noMarks = false } of physmemBits) {
        const dirty = bit(bits - format.pageShift + 1);
        expect(eq(swp_offset!(swp_pte!(0, dirty)), dirty)).toBe(!noMarks);
      }
    },
  );
  it('of PAE has no marks with FLATMEM', () => {
    const words = pteInWords('v7.1', 28, or(u64(0x80200), bit(24)), named('x86_pae'));
    expect(words).toEqual([
      'SWP_MIGRATION_READ: frame 0x80200, young (with SPARSEMEM, MAX_PHYSMEM_BITS 36) ' +
        'or frame 0x1080200 (with FLATMEM, MAX_PHYSMEM_BITS 38)',
    ]);
  });
});
