/** What a patch does to a property in one world, and over several. */
import { match } from 'ts-pattern';
import type { Compared } from '../equiv/compare_worlds.ts';
import type { Lockstep } from '../equiv/lockstep.ts';
import type { Story, Told, ToldProperty } from '../narrate.ts';

/**
 * `violated`: with the change, and the base was not searched to its end. `same` and `other`: violated before and after, by the same
 * operations or by others. `gone`: it was violated, and what it is asked of does not occur any more. `undecided`: a search was cut
 * short, or what lies behind an assertion was not seen.
 */
export type Status =
  | 'newly violated'
  | 'violated'
  | 'mended'
  | 'gone'
  | 'same'
  | 'other'
  | 'undecided'
  | 'holds'
  | 'unexercised';

/** The worst first: over several worlds it stands for all. */
export const STATUSES: readonly Status[] = [
  'newly violated',
  'violated',
  'other',
  'same',
  'undecided',
  'gone',
  'mended',
  'holds',
  'unexercised',
];

export interface Judgement {
  readonly property: string;
  readonly status: Status;
  readonly world: string;
  /** Absent where the kernel does not have the property in this world. */
  readonly before?: ToldProperty;
  readonly after?: ToldProperty;
  /** Of what is `violated`: the base does not violate it within so many operations. */
  readonly notWithin?: number;
}

/** The operations of a trace, as one text. */
export const wayOf = ({ steps }: Story): string =>
  JSON.stringify(steps.map(({ op, args, answers }) => [op, args, answers.filter(({ plain }) => !plain)]));

const isViolated = (one: ToldProperty | undefined): one is ToldProperty & { readonly counterexample: Story } =>
  one?.counterexample !== undefined;

/** Whether `holds` may be said of it. */
const isUnknown = (one: ToldProperty | undefined): boolean => one?.verdict === 'unknown';

export const statusOf = (before: ToldProperty | undefined, after: ToldProperty | undefined): Status => {
  if (isViolated(after)) {
    if (!isViolated(before)) return isUnknown(before) ? 'violated' : 'newly violated';
    return wayOf(before.counterexample) === wayOf(after.counterexample) ? 'same' : 'other';
  }
  if (isUnknown(after)) return 'undecided';
  if (isViolated(before)) return after?.verdict === 'holds' ? 'mended' : 'gone';
  if (after?.verdict === 'holds') return 'holds';
  return 'unexercised';
};

/** How many operations a search that was cut short has seen all ways of, at least. */
const seenTo = ({ cut, depth }: Told): number => (cut === 'depth' ? depth : Math.max(0, depth - 2));

/** Whether the changed kernel fails an assertion that the other one may pass: as long as lockstep has not told, any. */
const mayBreakOff = (after: Told | undefined, { cut, brokeOff }: Partial<Lockstep>): boolean =>
  cut === undefined && brokeOff !== undefined
    ? brokeOff
    : (after?.properties ?? []).some((one) => one.kind === 'assertion' && isViolated(one));

/**
 * Where the changed kernel fails an assertion that the other one passes, nothing is known of what lies behind; nor of another assertion
 * that the same operation may newly fail, for the shortest way to one is told.
 */
const seen = (status: Status, brokeOff: boolean, isAssertion: boolean): Status =>
  match(status)
    .with('mended', 'gone', 'holds', (one) => (brokeOff ? 'undecided' : one))
    .with('same', 'other', (one) => (brokeOff && isAssertion ? 'undecided' : one))
    .otherwise((one) => one);

/** Of each assertion that operations fail on the changed kernel alone, the shortest way to it. */
const newlyFailed = ({ operations = [] }: Partial<Lockstep>): ReadonlyMap<string, Story> =>
  new Map(
    operations
      .flatMap(({ fails }) => (fails === undefined ? [] : [fails]))
      .toSorted((x, y) => y.story.length - x.story.length)
      .map(({ assertion, story }) => [assertion, story]),
  );

/**
 * Of the properties asked (all, where none is named) every one that one of the kernels has in a world. What should be reached some
 * time is not judged. An assertion that an operation fails with the change alone is newly violated, even if others have failed it.
 */
export const judgementsOf = (
  world: string,
  { before, after, together = {} }: Pick<Compared, 'before' | 'after'> & { readonly together?: Partial<Lockstep> },
  asked: readonly string[] = [],
): readonly Judgement[] => {
  const [was, is] = [before, after].map((told) => new Map((told?.properties ?? []).map((one) => [one.name, one])));
  const failed = newlyFailed(together);
  const brokeOff = mayBreakOff(after, together);
  const names = [...new Set([...was!.keys(), ...is!.keys()])];
  return names.flatMap((property): readonly Judgement[] => {
    const [a, b] = [was!.get(property), is!.get(property)];
    if ((a ?? b)!.kind === 'sometimes' || (asked.length > 0 && !asked.includes(property))) return [];
    const story = failed.get(property);
    const isNew = b !== undefined && story !== undefined;
    const status = isNew ? 'newly violated' : seen(statusOf(a, b), brokeOff, (a ?? b)!.kind === 'assertion');
    return [
      {
        property,
        world,
        status,
        ...(status === 'violated' && before !== undefined ? { notWithin: seenTo(before) } : {}),
        ...(a === undefined ? {} : { before: a }),
        ...(b === undefined ? {} : { after: isNew ? { ...b, counterexample: story } : b }),
      },
    ];
  });
};

/** The shortest trace that a judgement has: of the patched kernel, or of the base where that alone violates it. */
export const lengthOf = ({ before, after }: Judgement): number =>
  (after?.counterexample ?? before?.counterexample)?.length ?? 0;

/** Of each property the worst of all worlds, with the shortest trace. */
export const overWorlds = (all: readonly Judgement[]): readonly Judgement[] => {
  const worst = new Map<string, Judgement>();
  const rank = ({ status }: Judgement): number => STATUSES.indexOf(status);
  for (const one of all) {
    const other = worst.get(one.property);
    const isWorse =
      other === undefined || rank(one) < rank(other) || (rank(one) === rank(other) && lengthOf(one) < lengthOf(other));
    if (isWorse) worst.set(one.property, one);
  }
  return [...worst.values()];
};
