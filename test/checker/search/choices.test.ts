import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Choices } from '../../../checker/search/choices.ts';

/** A tree of questions: how many answers there are, and what each leads to. */
interface Tree {
  readonly ways: readonly Tree[];
}
const tree = fc.letrec<{ tree: Tree }>((tie) => ({
  tree: fc.oneof(
    { maxDepth: 4, depthSize: 'small' },
    fc.constant({ ways: [] }),
    fc.record({ ways: fc.array(tie('tree'), { minLength: 1, maxLength: 3 }) }),
  ),
})).tree;

/** All paths through a tree, the first answers first. */
const pathsOf = ({ ways }: Tree): readonly (readonly number[])[] =>
  ways.length === 0 ? [[]] : ways.flatMap((next, answer) => pathsOf(next).map((rest) => [answer].concat(rest)));

const walk = (root: Tree, choices: Choices): void => {
  for (let at = root; at.ways.length > 0;)
    at =
      at.ways[
        choices.choose(
          'which',
          at.ways.map((_, i) => `way ${i}`),
        )
      ]!;
};

describe('Choices', () => {
  it('takes every path once, the first answers first', () => {
    fc.assert(
      fc.property(tree, (root) => {
        const choices = new Choices();
        const taken: (readonly number[])[] = [];
        choices.restart();
        do {
          walk(root, choices);
          taken.push(choices.path());
        } while (choices.next());
        expect(taken).toEqual(pathsOf(root));
      }),
    );
  });

  it('follows the answers it is given, and then gives first ones', () => {
    const choices = new Choices();
    choices.follow([2, 1]);
    const given = [3, 2, 5].map((n, i) =>
      choices.choose(
        `question ${i}`,
        Array.from({ length: n }, (_, k) => `${k}`),
      ),
    );
    expect(given).toEqual([2, 1, 0]);
    expect(choices.told()).toEqual([
      { question: 'question 0', answer: '2' },
      { question: 'question 1', answer: '1' },
      { question: 'question 2', answer: '0' },
    ]);
  });

  it('forgets what was asked when it starts again', () => {
    const choices = new Choices();
    choices.follow([1]);
    choices.choose('?', ['a', 'b']);
    choices.restart();
    expect(choices.path()).toEqual([]);
    expect(choices.next()).toBe(false);
    expect(choices.choose('?', ['a', 'b'])).toBe(0);
  });

  it('tries a thousand answers', () => {
    const answers = Array.from({ length: 1000 }, (_, i) => `${i}`);
    const choices = new Choices();
    const seen = new Set<number>();
    choices.restart();
    do seen.add(choices.choose('?', answers));
    while (choices.next());
    expect(seen.size).toBe(1000);
  });

  it('refuses questions without answers, and without end', () => {
    const choices = new Choices();
    expect(() => choices.choose('which', [])).toThrow(new RangeError('no answers to choose from: which'));
    const forever = () => {
      for (;;) choices.choose('again?', ['yes']);
    };
    expect(forever).toThrow(new RangeError('an effect asked more than 64 questions'));
  });
});
