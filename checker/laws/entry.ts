/** `mmcheck entry`: one page-table entry in words, as the hardware reads it and as the kernel's functions do. */
import * as Effect from 'effect/Effect';
import { match } from 'ts-pattern';
import { ARCHITECTURES } from '../../model/arch/architectures.ts';
import { swapInWords } from '../../model/arch/swap_types.ts';
import { PGTABLE_RELEASES, type PgtableRelease } from '../../model/formats/architecture.ts';
import type { Format, Level } from '../../model/formats/format.ts';
import { type LeafLevel, LEAF_LEVELS, type Pgtable } from '../../model/formats/pgtable.ts';
import { parse, print } from '../../model/formats/print.ts';
import { hex, hexOf, shortHex, type U64 } from '../../model/formats/u64.ts';
import { EXEC, READ, SHADOW, USER, WRITE } from '../../spec/laws/mmu.ts';
import type { ExitCode, Setting } from '../check.ts';
import { find } from '../named.ts';
import { hang } from '../report/columns.ts';
import { BadValue } from '../unusable.ts';
import { releaseNamed, seriesNamed } from './asked_kernel.ts';
import { type UnderTest, underTest } from './under_test.ts';

export interface EntryAsked {
  readonly entry: string;
  readonly arch: string | undefined;
  readonly level: string | undefined;
  readonly kernel: string | undefined;
  readonly series: string | undefined;
}

const done: ExitCode = 0;

const RIGHTS = [
  [READ, 'read'],
  [WRITE, 'write'],
  [EXEC, 'execute'],
  [SHADOW, 'shadow stack (CET)'],
  [USER, 'user'],
] as const;

type State = 'none' | 'swap' | 'mapped';

/**
 * pte_none(), is_swap_pte(), or what is left; where there are no swap entries nothing is one, and neither is a table to the hardware
 * (a PMD of s390 that nobody marked present).
 */
const stateOf = ({ t, mmu }: UnderTest, level: LeafLevel, e: U64): State => {
  if (t[`${level}_none`]?.(e) === true) return 'none';
  const isAbsent = t[`${level}_present`]?.(e) === false && !mmu.valid(e, level);
  return isAbsent && swapIn(t, level) !== undefined ? 'swap' : 'mapped';
};

/** __swp_type() and __swp_offset() of a level that has swap entries. */
const swapIn = (t: Pgtable, level: LeafLevel) => {
  const [type, offset] = level === 'pte' ? [t.swp_type, t.swp_offset] : [t.pmd_swp_type, t.pmd_swp_offset];
  return level === 'pud' || type === undefined || offset === undefined ? undefined : { type, offset };
};

const hardwareSays = (under: UnderTest, level: LeafLevel, e: U64): string => {
  const { mmu } = under;
  const mode = mmu.modes[mmu.mode(level, e)]!;
  if (!mmu.valid(e, level)) {
    const cache = stateOf(under, level, e) === 'mapped' ? `; the cache bits say ${mode}` : '';
    return `not valid: every access faults${cache}`;
  }
  if (!mmu.legal(level, e)) return `no legal leaf at this level: a table, a reserved type, or reserved bits`;
  const rights = RIGHTS.filter(([right]) => (mmu.rights(level, e) & right) !== 0).map(([, name]) => name);
  const by = mmu.rightsBy === undefined ? '' : ` by ${mmu.rightsBy}`;
  const access = rights.length === 0 ? 'no access' : rights.join(' ');
  return `frame ${shortHex(mmu.frame(level, e))}, ${access}${by}, ${mode}`;
};

/** The functions whose names fit that say true of the entry: 'pte_young(), pte_write()'. */
const sayTrue = (t: Pgtable, names: RegExp, e: U64): string =>
  Object.entries(t)
    .filter(([name, ask]) => names.test(name) && (ask as (e: U64) => unknown)(e) === true)
    .map(([name]) => `${name}()`)
    .join(', ');

/** What the type of a swap entry stands for, and its marks. */
const swapSays = ({ architecture, t }: UnderTest, release: PgtableRelease, level: LeafLevel, e: U64) => {
  const swap = swapIn(t, level)!;
  const [type, offset] = [swap.type(e), swap.offset(e)];
  return [
    `__swp_type() ${type}, __swp_offset() ${shortHex(offset)}`,
    ...swapInWords(architecture, release, { level, type, offset }),
    sayTrue(t, new RegExp(`^${level}_swp_(exclusive|soft_dirty|uffd_wp)$`), e),
  ];
};

const mappedSays = ({ t }: UnderTest, level: LeafLevel, e: U64): readonly string[] => {
  const [pfn, pgprot] = [t[`${level}_pfn`], t[`${level}_pgprot`]];
  return [
    sayTrue(t, new RegExp(`^${level}_(?!swp_|modify$)`), e),
    pfn === undefined ? '' : `${level}_pfn() ${shortHex(pfn(e))}`,
    pgprot === undefined ? '' : `${level}_pgprot() ${hexOf(pgprot(e))}`,
  ];
};

/** The kernel, then what its functions say. */
const kernelSays = (under: UnderTest, release: PgtableRelease, level: LeafLevel, e: U64): readonly string[] => {
  const says = match(stateOf(under, level, e))
    .with('none', () => [`${level}_none()`])
    .with('swap', () => swapSays(under, release, level, e))
    .with('mapped', () => mappedSays(under, level, e))
    .exhaustive();
  return [under.kernel, ...says.filter((line) => line !== '')];
};

/** A number with --level, or words, which name their level. */
const read = (
  format: Format,
  { entry, level }: Pick<EntryAsked, 'entry' | 'level'>,
): { readonly level: Level; readonly entry: U64 } => {
  const digits = /^(?:0x)?([0-9a-f]{1,16})$/i.exec(entry)?.[1];
  return digits === undefined ? parse(format, entry) : { level: level as Level, entry: hex(`0x${digits}`) };
};

const inLines = (under: UnderTest, release: PgtableRelease, level: Level, word: U64): readonly string[] => {
  const { levels } = under.architecture;
  const words = hang(`${hexOf(word)}  `, print(under.format, level, word));
  const leaf = LEAF_LEVELS.find((one) => one === level && levels.includes(one));
  if (leaf === undefined) return words;
  const kernel = kernelSays(under, release, leaf, word);
  return [
    ...words,
    ...hang('  hardware  ', hardwareSays(under, leaf, word)),
    ...kernel.flatMap((line, i) => hang(i === 0 ? '  kernel    ' : '            ', line)),
  ];
};

export const entry = Effect.fnUntraced(function* ({ out }: Setting, asked: EntryAsked) {
  const architecture = yield* find('architecture', asked.arch ?? ARCHITECTURES[0]!.name, ARCHITECTURES);
  const release = (yield* releaseNamed(asked.kernel ?? PGTABLE_RELEASES[0])).name;
  const series = asked.series === undefined ? [] : [(yield* seriesNamed(asked.series)).name];
  const under = underTest(architecture, release, series);
  const levels = Object.keys(under.format.levels).map((name) => ({ name }));
  yield* find('level', asked.level ?? 'pte', levels);
  const { level, entry: word } = yield* Effect.try({
    try: () => read(under.format, { ...asked, level: asked.level ?? 'pte' }),
    catch: (error) =>
      new BadValue({
        flag: 'entry',
        asked: asked.entry,
        takes: `a number of up to 16 hexadecimal digits, or words as it prints them (${(error as Error).message})`,
      }),
  });
  if (asked.level !== undefined && asked.level !== level)
    return yield* new BadValue({
      flag: '--level',
      asked: asked.level,
      takes: `the level of the words, which is ${level}`,
    });
  out.write(`${inLines(under, release, level, word).join('\n')}\n`);
  return done;
});
