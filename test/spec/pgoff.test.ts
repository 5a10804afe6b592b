import { describe, expect, it } from '@effect/vitest';
import { Result } from '../../model/state/mm_types.ts';
import { pgoff } from '../../spec/pgoff.ts';
import {
  anon,
  CHILD,
  child,
  device,
  file,
  mmState,
  type Piece,
  returned,
  shmem,
  stepVerdict,
} from '../support/mm_state.ts';

const whole = mmState(shmem({ pages: [0, 2], pgoff: 1 }));
const lower = shmem({ pages: [0, 1], pgoff: 1 });
const upper = shmem({ pages: [1, 2], pgoff: 2 });
const PAGE0 = { mm: 0, range: { from: 0, to: 1 } };
const TO4 = { mm: 0, move: { from: 0, to: 4, pages: 2 } };
const asked = (
  name: string,
  after: readonly Piece[],
  args: Readonly<Record<string, unknown>> = PAGE0,
  before = whole,
) => stepVerdict(pgoff, before, name, mmState(...after), args);
const its = (pgoffOf: number) => [child, shmem({ mm: CHILD, pages: [0, 2], pgoff: pgoffOf })];

describe('I-PGOFF', () => {
  it('holds when a VMA is split and each part goes on from where it begins', () => {
    expect(asked('mprotect', [lower, upper])).toBe('holds');
    expect(stepVerdict(pgoff, mmState(lower, upper), 'mprotect', whole, PAGE0)).toBe('holds');
  });

  it('fails when the upper part keeps vm_pgoff, becomes another, or is lost', () => {
    expect(asked('mprotect', [lower, shmem({ pages: [1, 2], pgoff: 1 })])).toMatchInlineSnapshot(
      `"parent page 1 was page 2 of the shared shmem VMA of pages 0..1 (RW); after mprotect parent page 1 is page 1 of the shared shmem VMA of page 1 (RW)"`,
    );
    expect(asked('mprotect', [lower, file({ pages: [1, 2], pgoff: 2 })])).toMatchInlineSnapshot(
      `"parent page 1 was page 2 of the shared shmem VMA of pages 0..1 (RW); after mprotect parent page 1 is page 2 of the shared file VMA of page 1 (RW, ->fault)"`,
    );
    expect(asked('mprotect', [lower])).toMatchInlineSnapshot(
      `"parent page 1 was page 2 of the shared shmem VMA of pages 0..1 (RW); after mprotect parent page 1 is in no VMA"`,
    );
    expect(asked('munmap', [lower])).toContain('parent page 0');
  });

  it('lets munmap() and exit() take what they name, and nothing else', () => {
    expect(asked('munmap', [upper])).toBe('holds');
    expect(asked('munmap', [])).toMatchInlineSnapshot(
      `"parent page 1 was page 2 of the shared shmem VMA of pages 0..1 (RW); after munmap parent page 1 is in no VMA"`,
    );
    expect(asked('munmap', [lower, upper, returned(Result.ENOMEM, 1)])).toBe('holds');
    expect(asked('munmap', [upper, returned(Result.ENOMEM, 1)])).toContain('is in no VMA');
    expect(asked('exit', [], { mm: 0 })).toBe('holds');
    expect(asked('exit', [lower], { mm: 0 })).toContain('after exit');
    expect(asked('exit', [], { mm: 1 })).toContain('after exit');
  });

  it('lets mmap() map what was free, when it succeeds', () => {
    const more = [lower, upper, device({ pages: [2, 4], pgoff: 7 })];
    expect(asked('mmap', more, { mm: 0, driver: 'any' })).toBe('holds');
    expect(asked('mmap', [...more, returned(Result.ENOMEM)], { mm: 0, driver: 'any' })).toContain('parent page 2');
    expect(asked('mmap', more, { mm: 1, driver: 'any' })).toContain('parent page 2');
    expect(asked('mmap', [device({ pages: [0, 2] })], { mm: 0, driver: 'any' })).toContain('parent page 0');
  });

  it('follows mremap(), all of it or none', () => {
    expect(asked('mremap', [shmem({ pages: [4, 6], pgoff: 1 })], TO4)).toBe('holds');
    expect(asked('mremap', [shmem({ pages: [4, 6], pgoff: 0 })], TO4)).toMatchInlineSnapshot(
      `"parent page 0 was page 1 of the shared shmem VMA of pages 0..1 (RW); after mremap parent page 4 is page 0 of the shared shmem VMA of pages 4..5 (RW)"`,
    );
    expect(asked('mremap', [lower, upper, shmem({ pages: [4, 6], pgoff: 1 })], TO4)).toContain('parent page 0');
    expect(asked('mremap', [lower, upper], TO4)).toContain('parent page 0');
    expect(asked('mremap', [lower, upper, returned(Result.ENOMEM, 1)], TO4)).toBe('holds');
    expect(asked('UFFDIO_MOVE', [lower, upper], TO4)).toBe('holds');
  });

  it('gives a child what its parent has, but for what MADV_DONTFORK leaves out', () => {
    expect(asked('fork', [lower, upper, ...its(1)], {})).toBe('holds');
    expect(asked('fork', [lower, upper, ...its(0)], {})).toMatchInlineSnapshot(
      `"parent page 0 was page 1 of the shared shmem VMA of pages 0..1 (RW); after fork child page 0 is page 0 of the shared shmem VMA of pages 0..1 (RW)"`,
    );
    expect(asked('fork', [lower, upper, child], {})).toContain('child page 0 is in no VMA');
    const left = mmState(shmem({ pages: [0, 2], dontcopy: 1 }));
    expect(asked('fork', [shmem({ pages: [0, 2], dontcopy: 1 }), child], {}, left)).toBe('holds');
    expect(asked('fork', [lower, upper, returned(Result.ENOMEM, 1)], {})).toBe('holds');
  });

  it('asks nothing of vm_pgoff of anonymous memory, but for its kind', () => {
    const memory = mmState(anon({ pages: [0, 2] }));
    expect(asked('mprotect', [anon({ pages: [0, 1] }), anon({ pages: [1, 2], pgoff: 9 })], PAGE0, memory)).toBe(
      'holds',
    );
    expect(asked('mprotect', [lower, upper], PAGE0, memory)).toContain('after mprotect');
  });

  it('has no subject where no VMA changes, and none is to', () => {
    expect(asked('handle_mm_fault', [shmem({ pages: [0, 2], pgoff: 1 })])).toBe('no subject');
  });
});
