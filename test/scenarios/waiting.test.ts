/** What is not possible while a folio is under migration, since its lock is taken. */
import { expect, it } from '@effect/vitest';
import { anonMemory, fileMapping } from '../../model/drivers/driver.ts';
import { blocks, SMALL } from '../../model/state/geometry.ts';
import { X86_64 } from '../../model/state/machine.ts';
import { mappings } from './accounts.ts';
import { fork, migrate, mmap, munmap, type Stage, type Played, perform, read, uffdMove, write } from './play.ts';

const ANON: Stage = {
  geometry: { ...SMALL, migrations: 1, memory: [...blocks('anon', 2, 2), ...blocks('anon', 1, 3)] },
};
const FILE: Stage = {
  geometry: { ...SMALL, migrations: 1, memory: [...blocks('file', 1, 2), ...blocks('anon', 1, 1)] },
  machine: { ...X86_64, faultAround: true },
};
const two = mmap(anonMemory('2 pages', { at: 0, pages: 2 }));
const other = mmap(anonMemory('another place', { at: 4, pages: 2 }));
const begun = [two, other, write(0, 0), fork, migrate(0, 0)];
const file = mmap(fileMapping('a file', { at: 0, pages: 2 }, 'file', 'private'));
const fileBegun = [file, read(0, 0), fork, migrate(0, 0)];

it.each<[says: string, plays: readonly Played[], place: Stage]>([
  ['a read of the parent', [...begun, read(0, 0)], ANON],
  ['a write of the child', [...begun, write(1, 1)], ANON],
  ['UFFDIO_MOVE of the entry', [...begun, uffdMove(0, 0, 4, 2)], ANON],
  ['a second migration', [...begun, write(0, 4), migrate(0, 4)], ANON],
  ['a fault on the page of the file, where nothing is mapped', [...fileBegun, read(1, 0)], FILE],
  ['a private copy of the page of the file', [...fileBegun, write(1, 0)], FILE],
])('waits: %s', (_says, plays, place) => {
  expect(perform(plays.slice(0, -1), place).kernelSays).toBe('ok');
  expect(() => perform(plays, place)).toThrow('is not possible here');
});

it.each<[says: string, plays: readonly Played[], place: Stage]>([
  ['an access to another page', [...begun, write(0, 4)], ANON],
  ['munmap of a part of the leaf', [...begun, munmap(0, 0, 1)], ANON],
  ['another page of the file', [...fileBegun, read(1, 1)], FILE],
])('does not wait: %s', (_says, plays, place) => {
  expect(perform(plays, place).kernelSays).toBe('ok');
});

it('is left out by a fault on the page beside it', () => {
  const cached = [file, read(0, 0), read(0, 1), fork, migrate(0, 0), read(1, 1)];
  expect(mappings(perform(cached, FILE).at, 1)).toEqual(['page 1 pfn 17 RO young WB']);
});
