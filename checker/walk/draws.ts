/** Where the numbers of random walks come from: fast-check makes the same of the same seed. */
import fc from 'fast-check';

/** Numbers below 2^31, without end, as they are asked for. */
export type Draws = () => number;

/** Walks whose draws are made at once. */
const SOME = 1024;

/** Without its bias towards small numbers, which stand for moves here. */
const numbers = fc.noBias(fc.infiniteStream(fc.nat(), { noHistory: true }));
const seeds = fc.noBias(fc.infiniteStream(fc.integer(), { noHistory: true }));

/** The draws of each walk, one walk after another. */
export function* drawsOfWalks(seed: number, walks: number): Generator<Draws> {
  const [some] = fc.sample(seeds, { seed, numRuns: 1 });
  for (let first = 0; first < walks; first += SOME) {
    const streams = fc.sample(numbers, { seed: some!.next().value as number, numRuns: Math.min(SOME, walks - first) });
    for (const stream of streams) yield () => stream.next().value as number;
  }
}
