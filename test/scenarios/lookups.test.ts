import { describe, expect, it } from '@effect/vitest';
import { faultDriver, privateDriver } from '../../model/drivers/driver.ts';
import { blocks } from '../../model/state/geometry.ts';
import { Found, Level } from '../../model/state/lookups.ts';
import { ACCESSES, DEVICES, KVM, type LookedUp } from './lookups.ts';
import { ends, locks, looksUp, mmap, mprotect, munmap, perform, type Played, revokes, uses, write } from './play.ts';

/** Lines of the state that tell of look-ups, and of what they are for. */
const OURS = /^(look-up|guest page|device mapping)/;
/** What the last operation has accessed, if anything. */
const accessed = (by: Found): readonly string[] =>
  Found.level(by) === Level.none ? [] : [`accesses the device by ${Found.show(by)}`];

const endOf = ({ plays, place }: LookedUp) => {
  const { outcome, state, copied } = perform(plays, place);
  return { result: outcome, has: [...state.filter((line) => OURS.test(line)), ...accessed(copied)] };
};

describe.each([
  ['KVM', KVM],
  ['devices', DEVICES],
  ['accesses', ACCESSES],
] as const)('%s', (_who, scenarios) => {
  it.each(scenarios)('$name: $says', (one) => expect(endOf(one)).toEqual({ result: one.result ?? 'ok', has: one.has }));
});

describe('what a look-up holds back', () => {
  const PARENT = 0;
  const geometry = { lookups: 1, dmaMappings: 1 } as const;
  const bar = mmap(faultDriver('BAR 2M', { at: 0, pages: 2 }));
  const play = (...plays: readonly Played[]) => perform([bar, ...plays], { geometry }).outcome;
  const start = looksUp('vfio', 0, 'read');

  it('the mmap lock, until it has let it go', () => {
    for (const writer of [munmap(PARENT, 0, 2), mprotect(PARENT, 0, 2, 'R')]) {
      expect(() => play(start, writer)).toThrow('not possible here');
      expect(() => play(start, locks, writer)).toThrow('not possible here');
      expect(play(start, locks, ends, writer, uses)).toBe('ok');
    }
  });

  it('the lock of its entry, until its end', () => {
    expect(play(start, revokes, locks)).toBe('EINVAL@4');
    expect(() => play(start, locks, revokes)).toThrow('not possible here');
    expect(play(start, locks, ends, revokes, uses)).toBe('ok');
  });

  it('of several look-ups of a call the one in flight, and not the first', () => {
    const four = mmap(privateDriver('private registers', { at: 0, pages: 4 }));
    const second = [four, looksUp('acrn', 1, 'read', 2), locks, ends, uses, locks];
    const inMemory = { geometry: { ...geometry, memory: blocks('anon', 1, 2) } };
    expect(perform([...second, write(PARENT, 1)], inMemory).outcome).toBe('ok');
    expect(() => perform([...second, write(PARENT, 2)], inMemory)).toThrow('not possible here');
  });
});
