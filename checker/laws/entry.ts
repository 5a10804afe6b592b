/** `mmcheck entry`: one page-table entry in words, as the hardware reads it and as the kernel's functions do. */
import * as Effect from 'effect/Effect';
import { ARCHITECTURES } from '../../model/arch/architectures.ts';
import type { Architecture } from '../../model/formats/architecture.ts';
import { type Level } from '../../model/formats/format.ts';
import { type LeafLevel, LEAF_LEVELS } from '../../model/formats/pgtable.ts';
import { parse, print } from '../../model/formats/print.ts';
import { hex, hexOf, shortHex, type U64 } from '../../model/formats/u64.ts';
import { EXEC, READ, SHADOW, USER, WRITE } from '../../spec/laws/mmu.ts';
import type { ExitCode, Setting } from '../check.ts';
import { find } from '../plan.ts';
import { hang } from '../report/columns.ts';
import { BadValue } from '../unusable.ts';
import { underTest } from './under_test.ts';

export interface EntryAsked {
  readonly entry: string;
  readonly arch: string | undefined;
  readonly level: string | undefined;
}

const done: ExitCode = 0;

const RIGHTS = [
  [READ, 'read'],
  [WRITE, 'write'],
  [EXEC, 'execute'],
  [SHADOW, 'shadow stack'],
  [USER, 'user'],
] as const;

const hardwareSays = (architecture: Architecture, level: LeafLevel, e: U64): string => {
  const { mmu } = underTest(architecture, 'v7.1');
  const mode = mmu.modes[mmu.mode(level, e)]!;
  if (!mmu.valid(e, level)) return `not valid: every access faults; the cache bits say ${mode}`;
  if (!mmu.legal(level, e)) return `no legal leaf at this level: a table, a reserved type, or reserved bits`;
  const rights = RIGHTS.filter(([right]) => (mmu.rights(level, e) & right) !== 0).map(([, name]) => name);
  return `frame ${shortHex(mmu.frame(level, e))}, ${rights.length === 0 ? 'no access' : rights.join(' ')}, ${mode}`;
};

/** The functions of v7.1 that say true of the entry, and its frame and protection by them. */
const kernelSays = (architecture: Architecture, level: LeafLevel, e: U64): readonly string[] => {
  const { t } = underTest(architecture, 'v7.1');
  const asks = Object.entries(t).filter(([name]) => name.startsWith(`${level}_`) && !/_swp_|_modify$/.test(name));
  const yes = asks.flatMap(([name, ask]) => ((ask as (e: U64) => unknown)(e) === true ? [`${name}()`] : []));
  const [pfn, pgprot] = [t[`${level}_pfn`], t[`${level}_pgprot`]];
  return [
    yes.join(', '),
    pfn === undefined ? '' : `${level}_pfn() ${shortHex(pfn(e))}`,
    pgprot === undefined ? '' : `${level}_pgprot() ${hexOf(pgprot(e))}`,
  ].filter((line) => line !== '');
};

/** A number with --level, or words, which name their level. */
const read = (
  { format }: Architecture,
  { entry, level }: EntryAsked,
): { readonly level: Level; readonly entry: U64 } => {
  const digits = /^(?:0x)?([0-9a-f]{1,16})$/i.exec(entry)?.[1];
  return digits === undefined ? parse(format, entry) : { level: level as Level, entry: hex(`0x${digits}`) };
};

export const entry = Effect.fnUntraced(function* ({ out }: Setting, asked: EntryAsked) {
  const architecture = yield* find('architecture', asked.arch ?? ARCHITECTURES[0]!.name, ARCHITECTURES);
  const levels = Object.keys(architecture.format.levels).map((name) => ({ name }));
  yield* find('level', asked.level ?? 'pte', levels);
  const found = yield* Effect.try({
    try: () => read(architecture, { ...asked, level: asked.level ?? 'pte' }),
    catch: (error) =>
      new BadValue({
        flag: 'entry',
        asked: asked.entry,
        takes: `a number of up to 16 hexadecimal digits, or words as it prints them (${(error as Error).message})`,
      }),
  });
  const { level, entry: word } = found;
  const leaf = LEAF_LEVELS.find((one) => one === level && architecture.levels.includes(one));
  const lines = [
    ...hang(`${hexOf(word)}  `, print(architecture.format, level, word)),
    ...(leaf === undefined ? [] : hang('  hardware  ', hardwareSays(architecture, leaf, word))),
    ...(leaf === undefined ? [] : kernelSays(architecture, leaf, word)).flatMap((line, i) =>
      hang(i === 0 ? '  kernel    ' : '            ', line),
    ),
  ];
  out.write(`${lines.join('\n')}\n`);
  return done;
});
