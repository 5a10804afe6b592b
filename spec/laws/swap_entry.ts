/** PG30 of swap entries, PG39 to PG41: an entry that is not present says where the page is, and keeps three bits of it. */
import type { FunctionName, Functions, LeafLevel, Pgtable } from '../../model/formats/pgtable.ts';
import { eq, isZero, toNumber, type U64 } from '../../model/formats/u64.ts';
import { atLevel, present } from './at_level.ts';
import { leaks, unlessGuessing } from './l1tf.ts';
import type { Law, Stage, Subject } from './law.ts';

const LEVELS: readonly LeafLevel[] = ['pte', 'pmd'];
const CITES = 'v7.1 include/linux/swapops.h, leafops.h softleaf_from_pte(); arch/*/include/asm/pgtable.h __swp_entry()';

/** A flag of a swap entry. */
interface Flag {
  readonly name: string;
  readonly is: (e: U64) => boolean;
  readonly set: (e: U64) => U64;
  readonly unset: (e: U64) => U64;
}

/** The functions of a swap entry at a level; the flags as far as the architecture has them. */
interface SwapAt {
  readonly make: Functions['swp_pte'];
  readonly type: Functions['swp_type'];
  readonly offset: Functions['swp_offset'];
  readonly flags: readonly Flag[];
}

const flagsOf = (t: Pgtable, level: LeafLevel): readonly Flag[] => {
  const own = t as Record<string, unknown>;
  return ['exclusive', 'soft_dirty', 'uffd_wp'].flatMap((name) => {
    const is = own[`${level}_swp_${name}`] as Flag['is'] | undefined;
    if (is === undefined) return [];
    const set = own[`${level}_swp_mk${name}`] as Flag['set'];
    return [{ name, is, set, unset: own[`${level}_swp_clear_${name}`] as Flag['unset'] }];
  });
};

const swapAt = ({ t, level }: Subject): SwapAt =>
  level === 'pmd'
    ? { make: t.swp_pmd!, type: t.pmd_swp_type!, offset: t.pmd_swp_offset!, flags: flagsOf(t, level) }
    : { make: t.swp_pte!, type: t.swp_type!, offset: t.swp_offset!, flags: flagsOf(t, level) };

const needs = (level: LeafLevel): readonly FunctionName[] =>
  level === 'pmd' ? ['swp_pmd', 'pmd_swp_type', 'pmd_swp_offset'] : ['swp_pte', 'swp_type', 'swp_offset'];

/** Every subset of the flags set on the entry. */
const withFlags = (flags: readonly Flag[], e: U64): readonly U64[] =>
  flags.reduce<readonly U64[]>((all, { set }) => all.flatMap((one) => [one, set(one)]), [e]);

type Wrong = (type: number, offset: U64) => readonly Stage[] | undefined;

/** A law of swap entries; `wrong` tells the first entry that is. */
const ofSwap = (
  law: Pick<Law, 'name' | 'says'> & Partial<Pick<Law, 'unless' | 'cites'>>,
  asks: Law['needs'],
  wrong: (subject: Subject) => Wrong,
): Law => ({
  cites: CITES,
  ...law,
  levels: LEVELS,
  needs: (level) => [...needs(level), ...asks(level)],
  over: 'swap entries',
  hurts: ['swap'],
  judge: (subject) => {
    const first = wrong(subject);
    return (offset, type) => first(toNumber(type), offset) === undefined;
  },
  tell: (subject, { pfn, prot }) => [
    { says: `type ${toNumber(prot)}, offset`, word: pfn, as: 'frame' },
    ...wrong(subject)(toNumber(prot), pfn)!,
  ],
});

const shown = (level: LeafLevel, says: string, word: U64): readonly Stage[] => [{ says, word, as: level }];

const pg39 = ofSwap(
  {
    name: 'PG39',
    says: '__swp_type() and __swp_offset() of a swap entry give back type and offset, also after its flags were set and cleared',
  },
  () => [],
  (subject) => {
    const { make, type: typeOf, offset: offsetOf, flags } = swapAt(subject);
    return (type, offset) => {
      const plain = make(type, offset);
      const entries = withFlags(flags, plain).map((e) => flags.reduce((one, { unset }) => unset(one), e));
      const bad = [plain, ...entries].find((e) => typeOf(e) !== type || !eq(offsetOf(e), offset));
      return bad && shown(subject.level, 'the entry', bad);
    };
  },
);

const pg40 = ofSwap(
  {
    name: 'PG40',
    says: 'A swap entry is not L_present(), L_protnone(), L_trans_huge() or L_none(), and not valid to the hardware, whatever its flags',
    cites: `${CITES}; arch/x86/include/asm/pgtable_64.h ("Bit 7 in swap entry should be 0")`,
  },
  (level) => [`${level}_present`],
  (subject) => {
    const { t, level, mmu } = subject;
    const { make, flags } = swapAt(subject);
    const names = level === 'pte' ? ['present', 'protnone'] : ['present', 'protnone', 'trans_huge'];
    const { ask } = atLevel(t, level);
    const never = present(t, level, names).map(ask);
    const none = present(t, level, ['none']).map(ask)[0] ?? isZero;
    return (type, offset) => {
      // Slot 0 is the header of the device, and struct swap_header counts slots with 32 bits.
      const isEntry = type !== 0 || (!isZero(offset) && offset.hi === 0);
      const bad = withFlags(flags, make(type, offset)).find(
        (e) => mmu.valid(e, level) || (isEntry && none(e)) || never.some((test) => test(e)),
      );
      return bad && shown(level, 'the entry', bad);
    };
  },
);

const pg41 = ofSwap(
  {
    name: 'PG41',
    says: 'Exclusive, soft-dirty and uffd-wp of a swap entry are clear at first; each is set and cleared by itself, and changes no other bit of them and neither type nor offset',
  },
  () => [],
  (subject) => {
    const { make, type: typeOf, offset: offsetOf, flags } = swapAt(subject);
    const same = (a: U64, b: U64): boolean => typeOf(a) === typeOf(b) && eq(offsetOf(a), offsetOf(b));
    const wrongFor = ({ is, set, unset }: Flag, e: U64): boolean => {
      const others = flags.filter((one) => one.is !== is);
      return [set(e), unset(e)].some(
        (after, n) =>
          is(after) !== (n === 0) || !same(after, e) || others.some((other) => other.is(after) !== other.is(e)),
      );
    };
    return (type, offset) => {
      const plain = make(type, offset);
      if (flags.some(({ is }) => is(plain))) return shown(subject.level, 'the entry', plain);
      for (const e of withFlags(flags, plain)) {
        const flag = flags.find((one) => wrongFor(one, e));
        if (flag !== undefined)
          return [
            ...shown(subject.level, 'the entry', e),
            ...shown(subject.level, `${flag.name} set`, flag.set(e)),
            ...shown(subject.level, `${flag.name} cleared`, flag.unset(e)),
          ];
      }
      return undefined;
    };
  },
);

/** arch_max_swapfile_size() of x86: the offset has three bits below those of a frame number. */
const OFFSET_LIMIT = 2 ** 36;

const pg30swap = ofSwap(
  {
    name: 'PG30-swap',
    says: 'PG30 of a swap entry, as large as a swap device may be where CPUs have L1TF',
    cites:
      'v7.1 arch/x86/include/asm/pgtable_64.h ("The offset is inverted"), arch/x86/mm/init.c arch_max_swapfile_size()',
    unless: unlessGuessing,
  },
  () => [],
  (subject) => {
    const { level, mmu } = subject;
    const { make, flags } = swapAt(subject);
    return (type, offset) => {
      if (toNumber(offset) >= OFFSET_LIMIT) return undefined;
      const bad = withFlags(flags, make(type, offset)).find((e) => leaks(mmu, level, e));
      return bad && shown(level, 'the entry', bad);
    };
  },
);

export const SWAP_LAWS: readonly Law[] = [pg30swap, pg39, pg40, pg41];
