import { describe, expect, it } from '@effect/vitest';
import { Result } from '../../model/state/mm_types.ts';
import { mincore, node, smaps } from '../../spec/answers.ts';
import { countedLeaf, countedPtes } from '../support/mm_folios.ts';
import {
  anon,
  CHILD,
  DAX,
  dax,
  device,
  DRIVER,
  faultLeaf,
  FILE,
  HUGE_ZERO,
  memory,
  migrating,
  migration,
  mixed,
  mmState,
  none,
  PAGE,
  type Piece,
  pte,
  pudLeaf,
  reached,
  returned,
  shmem,
  stepVerdict,
  table,
  thp,
  THP,
  ZERO_PAGE,
} from '../support/mm_state.ts';

const says = (error: 'ENOENT' | 'EFAULT') => returned(Result[error]);
/** Asked for page 0, unless said. */
const asked = (pieces: readonly Piece[], answer: Piece, page = 0, name = 'move_pages') =>
  stepVerdict(node, mmState(...pieces), name, mmState(...pieces, answer), { mm: 0, page });

const ours = [anon({ pages: [0, 2] }), table({ page: 0 }, memory(PAGE), none)];
const huge = [anon({ pages: [0, 2] }), thp({})];
const file = [shmem({ pages: [0, 2] }), countedLeaf({ pfn: FILE })];

describe('I-NODE', () => {
  it('wants the node of what an entry counts, small or by a leaf', () => {
    expect(asked(ours, reached(PAGE))).toBe('holds');
    expect(asked(huge, reached(THP + 1), 1)).toBe('holds');
    expect(asked(file, reached(FILE + 1), 1)).toBe('holds');
    expect(asked(ours, says('ENOENT'))).toMatchInlineSnapshot(
      `"move_pages() says ENOENT for parent page 0 of the private anon VMA of pages 0..1 (RW), which translates to frame 22, writable"`,
    );
  });
  it('wants the node of no other page', () => {
    expect(asked(huge, reached(THP), 1)).toContain(`the node of frame ${THP}`);
    expect(asked(ours, reached(PAGE), 1)).toContain('which translates to nothing');
  });
  it('takes either error for a hole, a migration entry, and what is special', () => {
    for (const error of ['ENOENT', 'EFAULT'] as const) {
      expect(asked(ours, says(error), 1)).toBe('holds');
      expect(asked([anon({ pages: [0, 2] }), migration({})], says(error))).toBe('holds');
      expect(asked([device({ pages: [0, 2] }), table({ page: 0 }, pte(0), pte(1))], says(error))).toBe('holds');
      expect(asked([device({ pages: [0, 4] }), pudLeaf({ pfn: 0 })], says(error), 3)).toBe('holds');
      expect(asked([mixed({ pages: [0, 2] }), table({ page: 0 }, pte(DRIVER), none)], says(error))).toBe('holds');
    }
    expect(asked([device({ pages: [0, 2], fault: 1 }), faultLeaf({ pfn: DRIVER })], reached(DRIVER))).toContain(
      'frame',
    );
    expect(asked([mixed({ pages: [0, 2] }), table({ page: 0 }, memory(DRIVER), none)], reached(DRIVER))).toBe('holds');
  });
  it('knows one error for zeroes, and without a VMA; and one for the memory of a device', () => {
    const zero = [anon({ pages: [0, 2] }), table({ page: 0 }, memory(ZERO_PAGE, { write: 0 }), none)];
    const zeroes = [anon({ pages: [0, 2] }), thp({ pfn: HUGE_ZERO, write: 0, special: 1 })];
    for (const pieces of [zero, zeroes, []]) {
      expect(asked(pieces, says('EFAULT'))).toBe('holds');
      expect(asked(pieces, says('ENOENT'))).toContain('says ENOENT');
    }
    expect(asked(zeroes, reached(HUGE_ZERO))).toContain(`frame ${HUGE_ZERO}`);
    const byPud = [dax({ pages: [0, 4] }), pudLeaf({ pfn: DAX, special: 0 })];
    expect(asked(byPud, says('ENOENT'), 1)).toBe('holds');
    expect(asked(byPud, says('EFAULT'), 1)).toContain('says EFAULT');
    expect(asked(byPud, reached(DAX + 1), 1)).toContain(`frame ${DAX + 1}`);
  });
  it('asks of move_pages() only', () => {
    expect(asked(ours, says('ENOENT'), 0, 'mincore')).toBe('no subject');
  });
});

const resident =
  (pages: number): Piece =>
  (draft) =>
    draft.resident.put(0, pages);
const read = (pieces: readonly Piece[], pages: number, mm = 0) =>
  stepVerdict(smaps, mmState(...pieces), 'smaps', mmState(...pieces, resident(pages)), { mm });

describe('I-SMAPS', () => {
  const one = [anon({ pages: [0, 2] }), countedPtes({ page: 0 }, memory(PAGE), none)];

  it('wants the pages that entries count, by leaves and by migration entries, too', () => {
    expect(read(one, 1)).toBe('holds');
    expect(read([...one, shmem({ pages: [2, 4] }), countedLeaf({ slot: 1, pfn: FILE })], 3)).toBe('holds');
    expect(read([anon({ pages: [0, 2] }), table({ page: 0 }, migrating(PAGE), none)], 1)).toBe('holds');
    expect(read([anon({ pages: [0, 2] }), migration({})], 2)).toBe('holds');
    expect(read(one, 0)).toMatchInlineSnapshot(
      `"smaps of the parent says that 0 pages are resident; its PTEs and PMDs count 1"`,
    );
  });
  it('wants no zeroes, and no frames of a device', () => {
    const zero = [anon({ pages: [0, 2] }), table({ page: 0 }, pte(ZERO_PAGE, { write: 0 }), none)];
    expect(read(zero, 0)).toBe('holds');
    expect(read(zero, 1)).toContain('1 page are');
    expect(read([device({ pages: [0, 2] }), table({ page: 0 }, pte(0), pte(1))], 0)).toBe('holds');
  });
  it('asks of the process that is read', () => {
    expect(read(one, 0, CHILD)).toBe('holds');
    expect(read(one, 1, CHILD)).toContain('smaps of the child');
  });
});

const core = (pieces: readonly Piece[], mask: number, to = 2) =>
  stepVerdict(
    mincore,
    mmState(...pieces),
    'mincore',
    mmState(...pieces, ({ inCore }) => inCore.put(0, mask)),
    { mm: 0, range: { from: 0, to } },
  );

describe('I-MINCORE', () => {
  it('wants what is mapped, or migrates, and no hole in anonymous memory', () => {
    expect(core(ours, 0b01)).toBe('holds');
    expect(core(huge, 0b11)).toBe('holds');
    expect(core([anon({ pages: [0, 2] }), migration({})], 0b11)).toBe('holds');
    expect(core(huge, 0b01)).toMatchInlineSnapshot(
      `"mincore() says that parent page 1 of the private anon VMA of pages 0..1 (RW) is not resident; it translates to frame 19, writable"`,
    );
    expect(core(ours, 0b11)).toContain('page 1 of the private anon VMA of pages 0..1 (RW) is resident');
  });
  it('leaves holes in files to the page cache, and VM_PFNMAP to the kernel', () => {
    for (const mask of [0, 0b11]) {
      expect(core([shmem({ pages: [0, 2] })], mask)).toBe('holds');
      expect(core([device({ pages: [0, 2] }), table({ page: 0 }, pte(0), pte(1))], mask)).toBe('holds');
    }
    expect(core(file, 0b01)).toContain('page 1 of the shared shmem VMA');
  });
  it('asks of the range, and of a call that is done', () => {
    expect(core(huge, 0b01, 1)).toBe('holds');
    const failed = mmState(...huge, returned(Result.ENOMEM));
    expect(stepVerdict(mincore, failed, 'mincore', failed, { mm: 0, range: { from: 0, to: 2 } })).toBe('no subject');
  });
});
