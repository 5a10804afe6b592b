import { expect, it } from '@effect/vitest';
import fc from 'fast-check';
import { X86_64 } from '../../model/state/machine.ts';
import { memmapOf } from '../../model/state/memmap.ts';
import { mmLayout, type MmView } from '../../model/state/mm_types.ts';
import { filedata, pagecache, pinfile } from '../../spec/page_cache.ts';
import { translate } from '../../spec/translate.ts';
import { uffdmissing, uffdwp } from '../../spec/userfaultfd.ts';
import { stepVerdict, verdict } from '../support/mm_state.ts';
import { cacheGeometry } from '../support/page_cache_state.ts';

const anyOf = (use: 'shmem' | 'file') => {
  const geometry = cacheGeometry(use, false);
  const layout = mmLayout(geometry);
  const memmap = memmapOf(geometry);
  const words = fc.array(fc.integer(), { minLength: layout.working, maxLength: layout.working });
  return words.map((bits): MmView => ({ ...layout.viewOf(Int32Array.from(bits)), geometry, memmap, machine: X86_64 }));
};
const pairs = fc.oneof(...(['shmem', 'file'] as const).map((use) => fc.tuple(anyOf(use), anyOf(use))));
const moves = fc.constantFrom('mmap', 'munmap', 'exit', 'truncate', 'collapse', 'UFFDIO_WRITEPROTECT');
const args = { mm: 0, page: 1, range: { from: 0, to: 2 }, part: { file: 'shmem', from: 1 }, slot: 0 };

it('properties of a page cache with a table have an answer to any state and any move, and ask only where their subject is', () => {
  fc.assert(
    fc.property(pairs, moves, ([before, after], name) => {
      const answers = [
        ...[pagecache, translate].map((one) => verdict(one, after)),
        ...[filedata, pinfile, uffdwp, uffdmissing].map((one) => stepVerdict(one, before, name, after, args)),
      ];
      expect(answers).not.toContain('');
      expect(answers).not.toContain('violated without a subject');
    }),
  );
});
