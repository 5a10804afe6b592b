/** PG20 to PG24: a setter sets what its test asks, its opposite takes it back, and nothing else changes. */
import { eq, type U64, ZERO } from '../../model/formats/u64.ts';
import { atLevel, present } from './at_level.ts';
import type { Law, Subject } from './law.ts';
import { READ, SHADOW, WRITE } from './mmu.ts';
import { ALL, at, ofLeaf, type Step } from './of_leaf.ts';

const HELPERS = 'v7.1 Documentation/mm/arch_pgtable_helpers.rst; arch/*/include/asm/pgtable.h';

interface Pair {
  readonly asks: string;
  readonly sets: string;
  readonly unsets?: string;
}
const BASICS: readonly Pair[] = [
  { asks: 'write', sets: 'mkwrite', unsets: 'wrprotect' },
  { asks: 'write', sets: 'mkwrite_novma', unsets: 'wrprotect' },
  { asks: 'dirty', sets: 'mkdirty', unsets: 'mkclean' },
  { asks: 'young', sets: 'mkyoung', unsets: 'mkold' },
  { asks: 'special', sets: 'mkspecial' },
];
const SOFT_DIRTY: Pair = { asks: 'soft_dirty', sets: 'mksoft_dirty', unsets: 'clear_soft_dirty' };
const UFFD_WP: Pair = { asks: 'uffd_wp', sets: 'mkuffd_wp', unsets: 'clear_uffd_wp' };

const has = ({ t, level }: Subject, { asks, sets, unsets = sets }: Pair): boolean =>
  present(t, level, [asks, sets, unsets]).length === 3;

const step = (says: string, gives: Step['gives'], right: Step['right']): Step => ({ says, gives, right });

/** The setter and its opposite, alone and one after the other. */
const stepsOf =
  ({ t, level }: Subject) =>
  ({ asks, sets, unsets }: Pair): readonly Step[] => {
    const { ask, change } = atLevel(t, level);
    const [is, set] = [ask(asks), change(sets)];
    const isSet = (e: U64): boolean => is(e);
    const alone = step(`${level}_${sets}() of it`, set, isSet);
    if (unsets === undefined) return [alone];
    const unset = change(unsets);
    return [
      alone,
      step(`${level}_${unsets}() of it`, unset, (e) => !is(e)),
      step(`${level}_${sets}() after ${unsets}()`, (e) => set(unset(e)), isSet),
      step(
        `${level}_${unsets}() after ${sets}()`,
        (e) => unset(set(e)),
        (e) => !is(e),
      ),
    ];
  };

const pg20 = ofLeaf(
  {
    name: 'PG20',
    says: 'L_mkwrite(), L_mkdirty(), L_mkyoung() and L_mkspecial() set what L_write(), L_dirty(), L_young() and L_special() ask; L_wrprotect(), L_mkclean() and L_mkold() take it back',
    cites: HELPERS,
    levels: ALL,
    hurts: ['every walker', 'fork'],
  },
  (level) => at(level, ['write', 'mkwrite', 'wrprotect', 'dirty', 'mkdirty', 'mkclean', 'young', 'mkyoung', 'mkold']),
  (subject) => BASICS.filter((pair) => has(subject, pair)).flatMap(stepsOf(subject)),
);

const pg21 = (name: string, what: string, pair: Pair): Law =>
  ofLeaf(
    {
      name,
      says: `L_${pair.sets}() sets what L_${pair.asks}() asks, and L_${pair.unsets}() takes it back`,
      cites: `${HELPERS}; ${what}`,
      levels: ALL,
      hurts: ['every walker', 'mprotect'],
    },
    (level) => at(level, [pair.asks, pair.sets, pair.unsets!]),
    (subject) => stepsOf(subject)(pair),
  );

/** What a setter means to change beside its own flag: rights of the hardware, and other flags. */
interface Effects {
  readonly rights: number;
  readonly flags: readonly string[];
}
/** A clean page that may be written can be read-only to the hardware, which so learns of the first write. */
const TRACKED = WRITE;
/** The entry becomes valid, or ceases to be, where the hardware has no accessed bit; nowhere else does anything change. */
const VALIDITY = -1;
const OWN: Readonly<Record<string, Effects>> = {
  // Of a page that can be read only by the kernel's leave, write brings read. What comes of dirty, and of a shadow stack: PG23.
  mkwrite: { rights: WRITE | READ | SHADOW, flags: ['write', 'dirty'] },
  mkwrite_novma: { rights: WRITE | READ | SHADOW, flags: ['write', 'dirty'] },
  wrprotect: { rights: WRITE | SHADOW, flags: ['write', 'dirty'] },
  mkdirty: { rights: TRACKED, flags: ['dirty', 'soft_dirty'] },
  mkclean: { rights: TRACKED, flags: ['dirty'] },
  mkyoung: { rights: VALIDITY, flags: ['young'] },
  mkold: { rights: VALIDITY, flags: ['young'] },
  mkspecial: { rights: 0, flags: ['special'] },
  mksoft_dirty: { rights: 0, flags: ['soft_dirty'] },
  clear_soft_dirty: { rights: 0, flags: ['soft_dirty'] },
  // What is write-protected for userfaultfd is write-protected.
  mkuffd_wp: { rights: WRITE | SHADOW, flags: ['uffd_wp', 'write', 'dirty'] },
  clear_uffd_wp: { rights: 0, flags: ['uffd_wp'] },
};

const FLAGS = ['present', 'write', 'dirty', 'young', 'special', 'soft_dirty', 'uffd_wp', 'protnone'];
const HUGE_FLAGS = ['leaf', 'trans_huge'];

/** An entry as the hardware and the kernel's tests see it; flags as a mask. */
interface View {
  readonly pfn: U64;
  readonly flags: number;
  readonly valid: boolean;
  readonly rights: number;
  readonly mode: number;
  readonly key: number;
  readonly legal: boolean;
  readonly frame: U64;
}

const viewOf = ({ t, level, mmu }: Subject, names: readonly string[]) => {
  const { ask, pfn } = atLevel(t, level);
  const tests = names.map(ask);
  return (e: U64): View => {
    let flags = 0;
    for (let n = 0; n < tests.length; n++) if (tests[n]!(e)) flags |= 1 << n;
    const valid = mmu.valid(e, level);
    return {
      pfn: pfn(e),
      flags,
      valid,
      rights: mmu.rights(level, e),
      mode: mmu.mode(level, e),
      key: mmu.key?.(e) ?? 0,
      legal: mmu.legal(level, e),
      frame: valid ? mmu.frame(level, e) : ZERO,
    };
  };
};

/** Rights and frame are the same, but for those rights that may differ; of what is not valid on one side there is nothing to compare. */
const reachesAlike = (before: View, after: View, rights: number): boolean =>
  (rights === VALIDITY && before.valid !== after.valid) ||
  (((before.rights ^ after.rights) & (rights === VALIDITY ? -1 : ~rights)) === 0 && eq(before.frame, after.frame));

/** Whether two views differ in what may. */
const alike = (before: View, after: View, rights: number, flags: number): boolean =>
  ((before.flags ^ after.flags) & ~flags) === 0 &&
  reachesAlike(before, after, rights) &&
  before.mode === after.mode &&
  before.key === after.key &&
  (after.legal || !before.legal) &&
  eq(before.pfn, after.pfn);

/** Nobody makes an entry writable that cannot be read: of PROT_NONE, or for execution alone. */
const neverAsked = (name: string, { rights }: View): boolean => name.startsWith('mkwrite') && (rights & READ) === 0;

/** Each setter, and whether an entry and what the setter makes of it are alike; the view of the entry is taken once. */
const settersOf = (subject: Subject) => {
  const { t, level } = subject;
  const seen = present(t, level, level === 'pte' ? FLAGS : [...FLAGS, ...HUGE_FLAGS]);
  const view = viewOf(subject, seen);
  const setters = present(t, level, Object.keys(OWN)).map((name) => {
    const { rights, flags } = OWN[name]!;
    const may = rights === VALIDITY && subject.mmu.oldIsInvalid !== true ? 0 : rights;
    const own = seen.reduce((mask, flag, n) => mask | (flags.includes(flag) ? 1 << n : 0), 0);
    const set = atLevel(t, level).change(name);
    const right = (before: View, e: U64): boolean => neverAsked(name, before) || alike(before, view(set(e)), may, own);
    return { name, set, right };
  });
  return { view, setters };
};

const pg22: Law = {
  ...ofLeaf(
    {
      name: 'PG22',
      says: 'A setter changes nothing else: not the frame, the cache mode, another right or another flag; but L_mkdirty() may set soft-dirty, L_mkuffd_wp() write-protects, and without an accessed bit of the hardware an old entry is invalid',
      cites: HELPERS,
      levels: ALL,
      hurts: ['every walker', 'fork'],
    },
    (level) => at(level, ['pfn', 'mkwrite', 'wrprotect', 'mkdirty', 'mkclean', 'mkyoung', 'mkold']),
    (subject) => {
      const { view, setters } = settersOf(subject);
      return setters.map(({ name, set, right }) => ({
        says: `${subject.level}_${name}() of it`,
        gives: set,
        right: (_after, e) => right(view(e), e),
      }));
    },
  ),
  judge: (subject) => {
    const { leaf } = atLevel(subject.t, subject.level);
    const { view, setters } = settersOf(subject);
    return (pfn, prot) => {
      const e = leaf(pfn, prot);
      const before = view(e);
      for (const { right } of setters) if (!right(before, e)) return false;
      return true;
    };
  },
};

/** A page that was written to is dirty until it is cleaned, whoever may write to it meanwhile. */
const pg23 = ofLeaf(
  {
    name: 'PG23',
    says: 'L_dirty() is the same after L_wrprotect(); L_mkwrite(), also after L_wrprotect(), does not lose it, and does not make dirty what L_mkclean() cleaned; L_wrprotect() leaves no shadow stack',
    cites: 'v7.1 mm/debug_vm_pgtable.c pte_basic_tests(); arch/x86/include/asm/pgtable.h pte_mksaveddirty()',
    levels: ALL,
    hurts: ['fork', 'mprotect', 'swap'],
  },
  (level) => at(level, ['dirty', 'wrprotect', 'mkwrite', 'mkdirty', 'mkclean']),
  ({ t, level, mmu }) => {
    const { ask, change } = atLevel(t, level);
    const dirty = ask('dirty');
    const [wrprotect, mkwrite] = [change('wrprotect'), change('mkwrite')];
    const [mkdirty, mkclean] = [change('mkdirty'), change('mkclean')];
    const isShadow = (e: U64): boolean => (mmu.rights(level, e) & SHADOW) !== 0;
    // What is not read-only but by its rights, as a shadow stack of arm64, may be dirty as soon as it has the right to write.
    const made = (says: string, gives: Step['gives']): Step => ({
      says: `${level}_${says} of it`,
      gives,
      right: (after, e) => dirty(after) || !dirty(e),
    });
    const kept = (says: string, gives: Step['gives']): Step => ({
      says: `${level}_${says} of it`,
      gives,
      right: (after, e) => dirty(after) === dirty(e) && (!isShadow(after) || isShadow(e)),
    });
    const becomes = (name: string, first: string, gives: Step['gives'], is: boolean): Step => ({
      says: `${level}_${name}() after ${first}()`,
      gives,
      right: (after) => dirty(after) === is && (name !== 'wrprotect' || !isShadow(after)),
    });
    const uffd = present(t, level, ['mkuffd_wp']).map((name) => kept(`${name}()`, change(name)));
    const novma = present(t, level, ['mkwrite_novma']).flatMap((name) => {
      const set = change(name);
      return [
        made(`${name}()`, set),
        becomes(name, 'mkdirty', (e) => set(mkdirty(e)), true),
        becomes(name, 'mkclean', (e) => set(mkclean(e)), false),
      ];
    });
    return [
      kept('wrprotect()', wrprotect),
      made('mkwrite()', mkwrite),
      becomes('mkwrite', 'mkdirty', (e) => mkwrite(mkdirty(e)), true),
      becomes('mkwrite', 'mkclean', (e) => mkwrite(mkclean(e)), false),
      made('mkwrite() after wrprotect()', (e) => mkwrite(wrprotect(e))),
      ...novma,
      ...uffd,
      becomes('wrprotect', 'mkdirty', (e) => wrprotect(mkdirty(e)), true),
      becomes('wrprotect', 'mkclean', (e) => wrprotect(mkclean(e)), false),
    ];
  },
);

const pg24 = ofLeaf(
  {
    name: 'PG24',
    says: 'A leaf of vm_get_page_prot() that nobody wrote to is not dirty once it is write-protected',
    cites: 'v7.1 mm/debug_vm_pgtable.c pte_basic_tests()',
    levels: ALL,
    over: 'vm_get_page_prot()',
    hurts: ['fork', 'swap'],
  },
  (level) => at(level, ['dirty', 'wrprotect']),
  ({ t, level }) => {
    const { ask, change } = atLevel(t, level);
    const dirty = ask('dirty');
    return [{ says: `${level}_wrprotect() of it`, gives: change('wrprotect'), right: (after) => !dirty(after) }];
  },
);

export const SETTER_LAWS: readonly Law[] = [
  pg20,
  pg21('PG21', 'CONFIG_MEM_SOFT_DIRTY', SOFT_DIRTY),
  pg21('PG21-uffd', 'CONFIG_HAVE_ARCH_USERFAULTFD_WP', UFFD_WP),
  pg22,
  pg23,
  pg24,
];
