/**
 * Two kernels in lockstep: a world whose state is a pair, one state of each. A move is made on both, with the same answers to the
 * same questions (does this allocation succeed?); where what is observed of them differs, an assertion fails that has the name of
 * the operation. So a search of this world finds, for every operation, the shortest sequence after which the kernels differ.
 *
 * `together`: both go on from what they have left themselves, as long as that is alike; so nothing lies behind a difference.
 * `behind b`: both go on from what the second one has left, so that every operation is compared in every state that it reaches.
 */
import type { AnyWorld } from '../outcomes.ts';
import { type Action, type Choose, isEnabled, ModelBug, type Move, NEVER } from '../search/index.ts';
import type { Words } from '../search/layout.ts';
import { runSteps } from '../search/transition.ts';
import type { Observer } from './observer.ts';
import { sameWords } from './same_words.ts';

/** What became of a move on one of them: it was made, or is not possible, or an assertion of the model has failed. */
type Ended = 'made' | 'not possible' | ModelBug;

export interface Sides {
  readonly a: Words;
  readonly b: Words;
}

export type Going = 'together' | 'behind b';

export interface Product {
  readonly world: AnyWorld;
  /** The halves of a state of the product, each with its scratch tables. */
  readonly sidesOf: (words: Words) => Sides;
  /** How the last move that differed ended on each, and what it has left there. */
  readonly parted: () => { readonly a: Ended; readonly b: Ended; readonly sides: Sides };
}

/** The property of steps of an operation, beside the assertion, which ends a path. */
export const differing = (name: string): string => `${name} goes on`;

/** The assertion of an operation that the second kernel ends by an assertion which the first does not fail there. */
export const failing = (name: string): string => `${name} fails`;

/** The name of the assertion that fails where both kernels fail the same one: nothing is said about what lies behind. */
export const BOTH_FAIL = 'both kernels fail an assertion';

/** The second kernel gets the answers that the first one got: the n-th time a question is asked, its n-th answer. */
class Answers {
  readonly #questions: string[] = [];
  readonly #answers: string[] = [];
  readonly #given: boolean[] = [];
  #asked = 0;
  #choose: Choose = () => 0;

  begin(choose: Choose): void {
    this.#asked = 0;
    this.#choose = choose;
  }

  readonly first: Choose = (question, answers) => {
    const code = this.#choose(question, answers);
    const i = this.#asked++;
    this.#questions[i] = question;
    this.#answers[i] = answers[code]!;
    this.#given[i] = false;
    return code;
  };

  readonly second: Choose = (question, answers) => {
    for (let i = 0; i < this.#asked; i++) {
      if (this.#given[i] === true || this.#questions[i] !== question) continue;
      this.#given[i] = true;
      const code = answers.indexOf(this.#answers[i]!);
      if (code >= 0) return code;
    }
    return this.#choose(question, answers);
  };
}

type AnyAction = Action<unknown, unknown>;

const sameEnd = (a: Ended, b: Ended): boolean =>
  a instanceof ModelBug && b instanceof ModelBug ? a.name === b.name : a === b;

/** Makes a move on one of them. */
const run = (one: AnyAction, view: unknown, args: Readonly<Record<string, unknown>>, choose: Choose): Ended => {
  if (!isEnabled(one, view, args)) return 'not possible';
  try {
    return runSteps(one, view, args, choose) ? 'made' : 'not possible';
  } catch (error) {
    if (error instanceof ModelBug) return error;
    throw error;
  }
};

export const productOf = (a: AnyWorld, b: AnyWorld, observer: Observer, going: Going): Product => {
  const { width, working } = a.layout;
  const answers = new Answers();
  let endA: Ended = 'made';
  let endB: Ended = 'made';
  /** Of the last move: it differed, and yet goes on. */
  let differs = false;
  const left: Sides = { a: a.layout.zero(), b: b.layout.zero() };
  const sidesOf = (words: Words): Sides => ({ a: words.subarray(0, working), b: words.subarray(working, 2 * working) });

  // What is compared are representatives, so that names do not matter.
  const [copyA, copyB] = [a.layout.zero(), b.layout.zero()];
  const [draftA, draftB] = [a.layout.draftOf(copyA), b.layout.draftOf(copyB)];
  const alike = (sides: Sides): boolean => {
    if (sameWords(sides.a, sides.b)) return true;
    copyA.set(sides.a);
    copyB.set(sides.b);
    a.canonical?.(draftA);
    b.canonical?.(draftB);
    if (!sameWords(copyA, copyB)) return observer.alike(copyA, copyB);
    sides.b.set(sides.a);
    return true;
  };

  /** Both halves, with what reads and writes them: made once for each buffer of the search. */
  const bind = (words: Words) => {
    const sides = sidesOf(words);
    return { sides, a: a.layout.draftOf(sides.a), b: b.layout.draftOf(sides.b) };
  };
  type Pair = ReturnType<typeof bind>;

  const actions = a.actions.map((first, i): AnyAction => {
    const second = b.actions[i]!;
    const both = (draft: unknown, args: Readonly<Record<string, unknown>>, choose: Choose) => {
      const pair = draft as Pair;
      answers.begin(choose);
      endA = run(first, pair.a, args, answers.first);
      endB = run(second, pair.b, args, answers.second);
      differs = !sameEnd(endA, endB) || (endA === 'made' && !alike(pair.sides));
      if (differs) {
        // Also where the first fails another assertion, or does not get there: this one is new.
        const fails = endB instanceof ModelBug;
        left.a.set(pair.sides.a);
        left.b.set(pair.sides.b);
        if (fails) throw new ModelBug(failing(first.name), 'differs');
        if (going === 'together' || endB !== 'made') throw new ModelBug(first.name, 'differs');
      } else if (endB instanceof ModelBug) throw new ModelBug(BOTH_FAIL, endB.message);
      if (endB !== 'made') return NEVER;
      if (going === 'behind b') pair.sides.a.set(pair.sides.b);
      pair.sides.a.fill(0, width);
      pair.sides.b.fill(0, width);
      return undefined;
    };
    return {
      ...first,
      when: (view) => first.when?.((view as Pair).a) !== false || second.when?.((view as Pair).b) !== false,
      guard: (view, args) => isEnabled(first, (view as Pair).a, args) || isEnabled(second, (view as Pair).b, args),
      steps: [{ name: first.name, run: both }],
    };
  });

  const world: AnyWorld = {
    name: a.name,
    layout: {
      width: 2 * working,
      tables: {},
      working: 2 * working,
      zero: () => new Int32Array(2 * working),
      diff: () => [],
      print: () => [],
      viewOf: bind,
      draftOf: bind,
    },
    initial: a.initial.map((write, i) => (draft) => {
      const { sides, a: first, b: second } = draft as Pair;
      write(first);
      b.initial[i]!(second);
      if (going === 'behind b') sides.a.set(sides.b);
      sides.a.fill(0, width);
      sides.b.fill(0, width);
    }),
    actions,
    properties: [
      ...[...new Set([...actions.flatMap(({ name }) => [name, failing(name)]), BOTH_FAIL])].map((name) => ({
        kind: 'assertion' as const,
        name,
        says: `${name} does the same on both kernels.`,
      })),
      ...(going === 'together'
        ? []
        : actions.map(({ name }) => ({
            kind: 'step' as const,
            name: differing(name),
            says: `${name} does the same on both kernels.`,
            holds: (_before: unknown, move: Move) => move.name !== name || !differs,
          }))),
    ],
    // Of two states that are not the same names are left alone: a representative of one need not be that of the other.
    ...(a.canonical === undefined
      ? {}
      : {
          canonical: (draft) => {
            const pair = draft as Pair;
            if (!sameWords(pair.sides.a, pair.sides.b)) return;
            a.canonical!(pair.a);
            pair.sides.b.set(pair.sides.a);
          },
        }),
  };
  return { world, sidesOf, parted: () => ({ a: endA, b: endB, sides: left }) };
};
