/** Random sequences of mappings, with every counter checked against a second set of books after every step. */
import { describe, expect, it } from '@effect/vitest';
import fc from 'fast-check';
import { folio_maybe_mapped_shared } from '../../../model/mm/rmap.ts';
import type { Use } from '../../../model/state/geometry.ts';
import { countersOf, folioState, statistics } from '../../support/folio_state.ts';
import { bootDevice } from '../../support/mappings.ts';
import { make, type MoveName, MOVES, type On } from './rmap_moves.ts';
import { counters, coverOf, type Folio, framesOf, ownersWrong, twinOf, usersOf, vmstat } from './rmap_twin.ts';

const N = 4;
const FOLIOS: readonly Omit<Folio, 'frame'>[] = [
  { kind: 'dax', pages: 2 * N },
  { kind: 'anon', pages: N },
  { kind: 'anon', pages: N },
  { kind: 'shmem', pages: N },
  { kind: 'file', pages: N },
  { kind: 'fsdax', pages: N },
  { kind: 'anon', pages: 2 },
  { kind: 'anon', pages: 1 },
  { kind: 'file', pages: 1 },
];
const useOf = (kind: Folio['kind']): Use => (kind === 'fsdax' ? 'dax' : kind);

const start = (pageMapcount: boolean, mmId: boolean): Omit<On, 'pick'> => {
  const want = FOLIOS.map(({ kind, pages }) => ({ use: useOf(kind), pages }));
  const { s, frames } = folioState({ n: N, pmds: 2, pins: 2, want, facts: { pageMapcount, mmId } });
  const folios = FOLIOS.map(({ kind, ...one }, i) => Object.assign({ kind, frame: frames[i]! }, one));
  for (const { kind, frame } of folios) if (kind === 'dax' || kind === 'fsdax') bootDevice(s, frame, kind);
  return { s, twin: twinOf(folios, N, pageMapcount) };
};

/** Both sets of books, the owners apart, of which the second has only what may not be. */
const ofModel = ({ s, twin }: Omit<On, 'pick'>) => ({
  folios: twin.folios.map((one) => ({ ...one, ...countersOf(s, one.frame, one.pages), owners: '' })),
  ...statistics(s),
});
const ofTwin = ({ twin }: Omit<On, 'pick'>) => ({
  folios: twin.folios.map((one) => ({ ...one, ...counters(twin, one), owners: '' })),
  ...vmstat(twin),
});

/** What the model says of owners, and of who may share, and is not so. */
const wrong = ({ s, twin }: Omit<On, 'pick'>): readonly string[] =>
  twin.folios.flatMap((one) => {
    const { owners } = countersOf(s, one.frame, one.pages);
    const found = one.pages === 1 ? '' : ownersWrong(twin, one, owners, s.machine.mmId);
    const missed = usersOf(twin, one) > 1 && !folio_maybe_mapped_shared(s, one.frame);
    const shared = framesOf(one).filter((frame) => twin.exclusive.has(frame) && coverOf(twin, one, frame) > 1);
    return [
      ...(found === '' ? [] : [`folio ${one.frame}: owners ${owners}: ${found}`]),
      ...(missed ? [`folio ${one.frame} is mapped by several mms, and never said to be`] : []),
      ...shared.map((frame) => `frame ${frame} is exclusive and mapped more than once`),
    ];
  });

const NAMES = Object.keys(MOVES) as readonly MoveName[];
/** A move, and the numbers that choose for it. */
const move = fc.tuple(fc.constantFrom(...NAMES), fc.array(fc.nat(), { minLength: 6, maxLength: 6 }));
const moves = fc.array(move, { minLength: 1, maxLength: 100, size: 'max' });

describe.each([
  [true, true],
  [true, false],
  [false, true],
  [false, false],
])('with page mapcounts: %s, with owners: %s', (pageMapcount, mmId) => {
  it('every counter is what it should be, whatever has been done', { timeout: 60_000 }, () => {
    const made = new Set<string>();
    fc.assert(
      fc.property(moves, (sequence) => {
        const on = start(pageMapcount, mmId);
        for (const [name, numbers] of sequence) {
          const left = [...numbers];
          made.add(make(name, { ...on, pick: (from) => from[(left.pop() ?? 0) % from.length]! }));
          expect(ofModel(on)).toEqual(ofTwin(on));
          expect(wrong(on)).toEqual([]);
        }
      }),
      { numRuns: 600 },
    );
    for (const name of [...NAMES, 'fork PTEs, refused', 'fork a leaf, refused', 'share a page, refused'])
      expect(made).toContain(name);
  });
});
