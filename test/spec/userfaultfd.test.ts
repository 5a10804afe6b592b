import { describe, expect, it } from '@effect/vitest';
import { Pte, Uffd } from '../../model/state/mm_types.ts';
import { uffdmissing, uffdwp } from '../../spec/userfaultfd.ts';
import { stepVerdict } from '../support/mm_state.ts';
import { cached, cacheGeometry, type CachePiece, counts, registered, stateWith } from '../support/page_cache_state.ts';

const shmem = (...pieces: readonly CachePiece[]) => stateWith(cacheGeometry('shmem'), ...pieces);
const none = Pte.of({});
const marker = Pte.of({ exclusive: 1 });
const page = Pte.of({ present: 1, pfn: 20, exclusive: 1 });
const wp = (...ptes: readonly Pte[]) => shmem(registered(0, Uffd.wp, ...ptes));
const bare = Pte.of({ present: 1, pfn: 20, write: 1 });

describe('I-UFFDWP', () => {
  it('wants a bit or a marker to stay, in whichever form', () => {
    expect(stepVerdict(uffdwp, wp(page, none), 'collapse', wp(marker, none))).toBe('holds');
    expect(stepVerdict(uffdwp, wp(marker, none), 'handle_mm_fault', wp(page, none))).toBe('holds');
    expect(stepVerdict(uffdwp, wp(marker, none), 'collapse', wp())).toMatchInlineSnapshot(
      `"parent page 0 was protected from writes; after collapse it translates to nothing, and nothing protects it"`,
    );
    expect(stepVerdict(uffdwp, wp(page, none), 'handle_mm_fault', wp(bare, none))).toMatchInlineSnapshot(
      `"parent page 0 was protected from writes; after handle_mm_fault it translates to frame 20, writable, and nothing protects it"`,
    );
  });

  it('lets user space lift it, or unmap the page', () => {
    const before = wp(none, marker);
    const lifted = (name: string, args: Record<string, unknown>) => stepVerdict(uffdwp, before, name, wp(), args);
    expect(lifted('UFFDIO_WRITEPROTECT', { mm: 0, page: 1, to: 'off' })).toBe('holds');
    expect(lifted('munmap', { mm: 0, range: { from: 1, to: 2 } })).toBe('holds');
    expect(lifted('exit', { mm: 0 })).toBe('holds');
    expect(lifted('UFFDIO_WRITEPROTECT', { mm: 0, page: 0, to: 'off' })).toContain('parent page 1');
    expect(lifted('exit', { mm: 1 })).toContain('parent page 1');
    expect(stepVerdict(uffdwp, wp(none, none), 'collapse', wp())).toBe('no subject');
  });
});

describe('I-UFFDMISSING', () => {
  const missing = registered(0, Uffd.missing);
  const before = shmem(missing, cached(0, 20), counts(1));
  const filled = shmem(missing, cached(0, 16, { pages: 2 }), counts(2));

  it('wants a hole to stay one', () => {
    expect(stepVerdict(uffdmissing, before, 'collapse', filled)).toMatchInlineSnapshot(
      `"page 1 of the file was a hole, and user space is to fill it; the collapse gave it frame 17"`,
    );
    expect(stepVerdict(uffdmissing, before, 'collapse', before)).toBe('holds');
    expect(stepVerdict(uffdmissing, before, 'handle_mm_fault', filled)).toBe('holds');
  });

  it('has no subject where nobody is registered, or for protection alone, or there is no hole', () => {
    for (const piece of [registered(0, Uffd.wp), registered(2, Uffd.missing)])
      expect(
        stepVerdict(
          uffdmissing,
          shmem(piece, cached(0, 20), cached(2, 16, { pages: 2 }), counts(3)),
          'collapse',
          filled,
        ),
      ).toBe('no subject');
    expect(stepVerdict(uffdmissing, filled, 'collapse', filled)).toBe('no subject');
  });
});
