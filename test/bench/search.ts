/**
 * `npm run bench`: the speed of the search, through its public interface, beside a search written by hand for
 * one model. Runs are interleaved and the median is printed, because machines are noisy; times are those of
 * the processor. `npm run bench -- 7` takes a smaller two-phase commit (9 by default), `-- 9 5` five rounds.
 */
import { explore, type Shares, type Verdict, type World } from 'mmcheck/search';
import { catalogue } from '../../checker/mm_catalogue.ts';
import { twoPhase } from '../checker/search/worlds/two_phase.ts';
import { twoPhaseByHand } from './two_phase_by_hand.ts';

const managers = Number(process.argv[2] ?? 9);
const rounds = Number(process.argv[3] ?? 3);

/** Timed besides two-phase commit: the largest world of mm that is pinned, on the fourth version of the series. */
const mm = catalogue.worlds.find(({ name }) => name === 'pfnmap')!;
const settings = catalogue.series
  .find(({ name }) => name === 'huge-remap-pfn-range')!
  .versions.find(({ version }) => version === 'v4')!.sets;
const further: readonly World<unknown, unknown>[] = [
  mm.build({ kernel: 'v7.1', arch: 'x86_64', series: [], settings }, 'standard'),
];

/** Milliseconds of processor time that `run` takes, and what it gives. */
const timed = <A>(run: () => A): { readonly ms: number; readonly result: A } => {
  globalThis.gc?.();
  const from = process.cpuUsage();
  const result = run();
  const { user, system } = process.cpuUsage(from);
  return { ms: (user + system) / 1000, result };
};
const median = (list: readonly number[]): number => list.toSorted((a, b) => a - b)[list.length >> 1]!;
const say = (what: string, figure: string): void => console.log(`  ${what.padEnd(34)}${figure.padStart(14)}`);

const report = ({ states, transitions, peakBytes }: Verdict, ms: number): void => {
  say('states', states.toLocaleString('en'));
  say('transitions', transitions.toLocaleString('en'));
  say('states/s', Math.round((1000 * states) / ms).toLocaleString('en'));
  say('ns a transition', ((ms * 1e6) / transitions).toFixed(1));
  say('bytes a state', (peakBytes / states).toFixed(1));
};

/** A run of its own, because measuring costs. */
const reportShares = <V, D>(world: World<V, D>): void => {
  const shares: Shares = { moves: 0, properties: 0, lookup: 0 };
  const total = explore(world, { shares }).seconds * 1000;
  const rest = total - shares.moves - shares.properties - shares.lookup;
  const per = (part: number): string => `${((100 * part) / total).toFixed(0)} %`;
  say('guards and effects', per(shares.moves));
  say('properties', per(shares.properties));
  say('look-up', per(shares.lookup));
  say('hash, lately seen, book-keeping', per(rest));
};

const byHand: number[] = [];
const general: number[] = [];
const world = twoPhase(managers);
const log2Slots =
  Math.ceil(Math.log2(twoPhaseByHand(Math.min(managers, 5), 16).states * 6 ** Math.max(0, managers - 5))) + 1;
let verdict = explore(twoPhase(Math.min(managers, 5)));
for (let round = 0; round < rounds; round++) {
  const hand = timed(() => twoPhaseByHand(managers, log2Slots));
  const ours = timed(() => explore(world));
  verdict = ours.result;
  if (hand.result.states !== verdict.states || hand.result.transitions !== verdict.transitions)
    throw new Error(
      `the two searches differ: ${JSON.stringify(hand.result)}, ${verdict.states}, ${verdict.transitions}`,
    );
  byHand.push((hand.ms * 1e6) / verdict.transitions);
  general.push((ours.ms * 1e6) / verdict.transitions);
}
console.log(`${world.name}, median of ${rounds}`);
report(verdict, (median(general) * verdict.transitions) / 1e6);
reportShares(world);
say('by hand, ns a transition', median(byHand).toFixed(1));
say('general / by hand', (median(general) / median(byHand)).toFixed(2));
for (const one of further) {
  console.log(one.name);
  const { ms, result } = timed(() => explore(one));
  report(result, ms);
  reportShares(one);
}
