import { describe, expect, it } from '@effect/vitest';
import { FOLIO_LEAVES } from './folio_leaves.ts';
import { FOLIO_SIZES } from './folio_sizes.ts';
import { BAR } from './levels.ts';
import { SHARING } from './sharing.ts';
import { SWAPPED } from './swap.ts';
import { SWAP_FREED } from './swap_freed.ts';
import { SWAPPED_ELSEWHERE } from './swap_releases.ts';
import { TWO_STEPS } from './migration.ts';
import { ON_DEVICE } from './device_private.ts';
import { POISONED } from './hwpoison.ts';
import { LOCKED } from './mlock.ts';
import { LOCKED_FILES } from './mlock_files.ts';
import { PEERS } from './p2pdma.ts';
import { READ } from './readers.ts';
import { endOf, expectedOf } from './numbered.ts';

describe('a BAR', () => {
  it.each(BAR)('$name: $says', (one) => expect(endOf(one)).toEqual(expectedOf(one)));
});
describe('leaves of folios', () => {
  it.each(FOLIO_LEAVES)('$name: $says', (one) => expect(endOf(one)).toEqual(expectedOf(one)));
});
describe('memory that processes share', () => {
  it.each(SHARING)('$name: $says', (one) => expect(endOf(one)).toEqual(expectedOf(one)));
});
describe('migration', () => {
  it.each(TWO_STEPS)('$name: $says', (one) => expect(endOf(one)).toEqual(expectedOf(one)));
});
describe('folios that are split and collapsed', () => {
  it.each(FOLIO_SIZES)('$name: $says', (one) => expect(endOf(one)).toEqual(expectedOf(one)));
});

describe('page tables that are read', () => {
  it.each(READ)('$name: $says', (one) => expect(endOf(one)).toEqual(expectedOf(one)));
});
describe('memory that breaks', () => {
  it.each(POISONED)('$name: $says', (one) => expect(endOf(one)).toEqual(expectedOf(one)));
});
describe('memory that only a device reaches', () => {
  it.each(ON_DEVICE)('$name: $says', (one) => expect(endOf(one)).toEqual(expectedOf(one)));
});
describe('locked memory', () => {
  it.each([...LOCKED, ...LOCKED_FILES])('$name: $says', (one) => expect(endOf(one)).toEqual(expectedOf(one)));
});
describe('peer-to-peer memory', () => {
  it.each(PEERS)('$name: $says', (one) => expect(endOf(one)).toEqual(expectedOf(one)));
});
describe('swap', () => {
  it.each([...SWAPPED, ...SWAP_FREED, ...SWAPPED_ELSEWHERE])('$name: $says', (one) =>
    expect(endOf(one)).toEqual(expectedOf(one)),
  );
});
