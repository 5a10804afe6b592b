/** Plainer answers: every question of the trace gets its plain answer, then those of one step, then one by one. */
import type { Pass } from './pass.ts';
import type { Step } from './player.ts';

const isOdd = ({ answers }: Step): boolean => answers.some((answer) => answer !== 0);
/** Questions without a recorded answer get the plain one. */
const plain = (step: Step): Step => ({ ...step, said: [] });
/** The same, of one of its questions: the others of that name move up. */
const without = (step: Step, at: number): Step => ({ ...step, said: step.said.toSpliced(at, 1) });

export const plainerAnswers: Pass = function* (_tools, first) {
  let best = first;
  if (!best.steps.some(isOdd)) return;
  best = yield { keep: 0, rest: best.steps.map(plain) };
  for (let i = best.steps.length - 1; i >= 0; i--) {
    const step = best.steps[i];
    if (step === undefined || !isOdd(step)) continue;
    best = yield { keep: i, rest: [plain(step), ...best.steps.slice(i + 1)] };
    for (let at = step.answers.length - 1; at >= 0 && best.steps[i] === step; at--)
      if (step.answers[at] !== 0) best = yield { keep: i, rest: [without(step, at), ...best.steps.slice(i + 1)] };
  }
};
