/** What a search has come to, as tests of hugetlb compare it: '45 states, 341 transitions, depth 8; H12 7'. */
import type { Verdict } from '../../checker/search/index.ts';

export const foundText = ({ states, transitions, depth, properties }: Verdict): string => {
  const violated = properties.flatMap(({ name, trace }) =>
    trace === undefined ? [] : [`${name} ${trace.moves.length}`],
  );
  return `${states} states, ${transitions} transitions, depth ${depth}; ${violated.join(', ')}`;
};
