/** Types of swap entries by their numbers in include/linux/swap.h, worked out by hand from its macros. */
import { describe, expect, it } from 'vitest';
import { ARCHITECTURES } from '../../../model/arch/architectures.ts';
import { swapInWords } from '../../../model/arch/swap_types.ts';
import { assemble } from '../../../model/formats/pgtable.ts';
import type { PgtableRelease } from '../../../model/formats/architecture.ts';
import { bit, join, or, u64, ZERO } from '../../../model/formats/u64.ts';

const X86_64 = ARCHITECTURES.find(({ name }) => name === 'x86_64')!;
/** What types stand for, from 22 on. */
const from22 = (release: PgtableRelease): readonly string[] =>
  Array.from({ length: 10 }, (_, n) => {
    const lines = swapInWords(X86_64, release, 22 + n, u64(4));
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
    expect(from22('v6.12.117')).toEqual(from22('v6.12'));
    for (const release of ['v7.3', 'v6.18'] as const) expect(from22(release)).toEqual(from22('v7.1'));
  });
  it('names markers', () => {
    expect(swapInWords(X86_64, 'v7.1', 31, u64(3))).toEqual([
      'SWP_PTE_MARKER: PTE_MARKER_UFFD_WP, PTE_MARKER_POISONED',
    ]);
    expect(swapInWords(X86_64, 'v7.1', 31, ZERO)).toEqual(['SWP_PTE_MARKER: no marker of 0x0 is known']);
  });
});

describe('the frame of a migration entry', () => {
  const frame = join(u64(0x80200), bit(33));
  it('is below the marks, as MAX_PHYSMEM_BITS has it', () => {
    const words = (offset: typeof frame): string => swapInWords(X86_64, 'v7.1', 25, offset)[0]!;
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
  // swap_migration_ad_supported. A swp_entry_t of PAE has 32 bits.
  it.each(ARCHITECTURES.filter(({ name }) => name !== 'x86_pae').map((one) => [one.name, one] as const))(
    'of %s has room for both marks',
    (_name, { define, format, physmemBits }) => {
      const { swp_pte, swp_offset } = assemble(define);
      const dirty = physmemBits.map(({ bits }) => bit(bits - format.pageShift + 1));
      expect(dirty.map((mark) => swp_offset!(swp_pte!(0, mark)))).toEqual(dirty);
    },
  );
});
