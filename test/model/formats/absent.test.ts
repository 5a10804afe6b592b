/** What the words call empty, or a swap entry, is that to the kernel: p??_none(), p??_present(), __swp_type(), __swp_offset(). */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ARCHITECTURES } from '../../../model/arch/architectures.ts';
import {
  type Architecture,
  formatIn,
  PGTABLE_RELEASES,
  type PgtableRelease,
} from '../../../model/formats/architecture.ts';
import { decode } from '../../../model/formats/format.ts';
import { assemble, type LeafLevel, type Pgtable } from '../../../model/formats/pgtable.ts';
import { print } from '../../../model/formats/print.ts';
import { bit, hexOf, or, toNumber, type U64, ZERO } from '../../../model/formats/u64.ts';

const anyWord = fc.record({ hi: fc.integer(), lo: fc.integer() });

/** Without a bit, with each, and with each two: what is empty has two at most. */
const BITS = Array.from({ length: 64 }, (_, n) => bit(n));
const FEW_BITS = [ZERO, ...BITS.flatMap((one, n) => BITS.slice(n).map((other) => or(one, other)))];

/** An empty PMD of loongarch is the address of invalid_pte_table, a table to the format. */
const isTable = ({ name }: Architecture, level: LeafLevel): boolean => name.startsWith('loongarch') && level === 'pmd';

/** Each level of v7.1, and of the releases that have a format of their own. */
const everyLevel = ARCHITECTURES.flatMap((one) =>
  PGTABLE_RELEASES.filter((release) => release === 'v7.1' || one.formats?.[release] !== undefined).flatMap((release) =>
    one.levels.map((level) => [one.name, release, level, one] as const),
  ),
);
const functionsIn = ({ define, releases }: Architecture, release: PgtableRelease): Pgtable =>
  assemble(
    define,
    (releases[release] ?? []).map(({ patch }) => patch),
  );

/** Of what is neither, the functions know more kinds than two. */
const kernelSays = (t: Pgtable, level: LeafLevel, e: U64): string => {
  if (t[`${level}_none`]!(e)) return 'none';
  return t[`${level}_present`]!(e) ? 'present' : 'absent';
};

/** A name that the kernel would not give: none, or swap. */
const misnamed =
  (one: Architecture, release: PgtableRelease, level: LeafLevel, t = functionsIn(one, release)) =>
  (e: U64): boolean => {
    const { shape } = decode(formatIn(one, release), level, e);
    const says = kernelSays(t, level, e);
    const none = !isTable(one, level) && (shape === 'none') !== (says === 'none');
    return none || (shape === 'swap' && says !== 'absent');
  };

describe('an entry that is not present', () => {
  it.each(everyLevel)('%s %s %s is called none if it is none, and swap only if it is not present', (...of) => {
    const [, release, level, one] = of;
    const isMisnamed = misnamed(one, release, level);
    expect(FEW_BITS.filter(isMisnamed).map(hexOf)).toEqual([]);
    fc.assert(
      fc.property(anyWord, (e) => {
        expect(isMisnamed(e)).toBe(false);
      }),
    );
  });

  const swapLevels = ARCHITECTURES.flatMap((one) => {
    const { swp_pte, swp_pmd, swp_type, swp_offset, pmd_swp_type, pmd_swp_offset } = assemble(one.define);
    return [
      [one.name, 'pte', one, { make: swp_pte, type: swp_type, offset: swp_offset }] as const,
      [one.name, 'pmd', one, { make: swp_pmd, type: pmd_swp_type, offset: pmd_swp_offset }] as const,
    ].filter(([, , , { make }]) => make !== undefined);
  });
  it.each(swapLevels)('%s %s prints type and offset of a swap entry', (_, level, { format, define }, swp) => {
    const t = assemble(define);
    const marks = (['exclusive', 'soft_dirty', 'uffd_wp'] as const).flatMap((mark) => {
      const make = Object.entries(t).find(([name]) => name === `${level}_swp_mk${mark}`)?.[1];
      return make === undefined ? [] : [make as (e: U64) => U64];
    });
    fc.assert(
      fc.property(fc.nat(31), anyWord, fc.subarray(marks), (type, offset, some) => {
        const e = some.reduce((made, mark) => mark(made), swp.make!(type, offset));
        // What the kernel itself takes for a page, as it does with some marks, is none in words either.
        fc.pre(kernelSays(t, level, e) === 'absent');
        const words = print(format, level, e);
        const said = (name: string): number => Number(new RegExp(`\\b${name}=(\\d+)`).exec(words)?.[1] ?? 0);
        expect(words).toMatch(new RegExp(` swap ${level}$`));
        expect([said('type'), said('offset')]).toEqual([swp.type!(e), toNumber(swp.offset!(e))]);
      }),
    );
  });
});
