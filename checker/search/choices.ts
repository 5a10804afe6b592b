/**
 * One run of an effect is a path through its choices: "does this allocation succeed?", and so on.
 * The search runs an effect again until every path has been taken, the first answers first.
 */
import type { Choose } from './world.ts';

/** More questions than any one effect asks; beyond it the model loops. */
const QUESTIONS_MAX = 64;

export interface Answer {
  readonly question: string;
  readonly answer: string;
}

export class Choices {
  /** The answers of this run, then what is left of an earlier, longer one. */
  readonly #taken = new Int32Array(QUESTIONS_MAX);
  readonly #ways = new Int32Array(QUESTIONS_MAX);
  readonly #questions: string[] = Array.from({ length: QUESTIONS_MAX }, () => '');
  readonly #answers: (readonly string[])[] = Array.from({ length: QUESTIONS_MAX }, () => []);
  /** Questions asked so far in this run, and how many of them have an answer laid down. */
  #asked = 0;
  #fixed = 0;

  readonly choose: Choose = (question, answers) => {
    if (this.#asked === QUESTIONS_MAX) throw new RangeError(`an effect asked more than ${QUESTIONS_MAX} questions`);
    if (answers.length === 0) throw new RangeError(`no answers to choose from: ${question}`);
    const i = this.#asked++;
    if (i >= this.#fixed) this.#taken[i] = 0;
    this.#ways[i] = answers.length;
    this.#questions[i] = question;
    this.#answers[i] = answers;
    return this.#taken[i]!;
  };

  /** The next run is the first one: every question gets its first answer. */
  restart(): void {
    this.#asked = 0;
    this.#fixed = 0;
  }

  /** The next run gives these answers, and first answers to what else it asks. */
  follow(answers: readonly number[]): void {
    this.#taken.set(answers);
    this.#asked = 0;
    this.#fixed = answers.length;
  }

  /** Lays down the next path, and says whether there is one. */
  next(): boolean {
    let last = this.#asked - 1;
    while (last >= 0 && this.#taken[last]! + 1 >= this.#ways[last]!) last--;
    this.#asked = 0;
    this.#fixed = last + 1;
    if (last < 0) return false;
    this.#taken[last]!++;
    return true;
  }

  /** The answers of the run that has just ended, as numbers. */
  path(): readonly number[] {
    return [...this.#taken.subarray(0, this.#asked)];
  }

  /** The same in words. */
  told(): readonly Answer[] {
    return this.path().map((code, i) => ({
      question: this.#questions[i]!,
      answer: this.#answers[i]![code] ?? `${code}`,
    }));
  }
}
