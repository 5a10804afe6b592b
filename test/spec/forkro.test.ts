import { describe, expect, it } from '@effect/vitest';
import { Result } from '../../model/state/mm_types.ts';
import { forkro } from '../../spec/forkro.ts';
import {
  anon,
  CHILD,
  child,
  cowDevice,
  device,
  leaf,
  memory,
  mmState,
  pte,
  returned,
  shmem,
  stepVerdict,
  table,
  thp,
} from '../support/mm_state.ts';

const ro = { write: 0 } as const;
const mine = { pages: [0, 2] } as const;
const its = { mm: CHILD, ...mine } as const;

describe('I-FORKRO', () => {
  const shared = mmState(device(mine), leaf({}));

  it('holds when a shared device page stays writable in both', () => {
    const after = mmState(device(mine), leaf({}), child, device(its), leaf({ mm: CHILD }));
    expect(stepVerdict(forkro, shared, 'fork', after)).toBe('holds');
  });

  it('holds when the child has nothing yet and will fault', () => {
    const refaultable = device({ ...mine, hugeFault: 1 });
    const before = mmState(refaultable, leaf({}));
    expect(stepVerdict(forkro, before, 'fork', mmState(refaultable, leaf({}), child))).toBe('holds');
  });

  it('fails when the parent or the child loses it', () => {
    const parent = mmState(device(mine), leaf(ro), child, device(its), leaf({ mm: CHILD }));
    expect(stepVerdict(forkro, shared, 'fork', parent)).toMatchInlineSnapshot(
      `"page 0 in the shared pfnmap VMA of pages 0..1 (RW) was frame 0, writable; after fork the parent has frame 0, read-only, the child frame 0, writable"`,
    );
    const itsTable = table({ mm: CHILD, page: 0 }, pte(0), pte(1, ro));
    expect(
      stepVerdict(forkro, shared, 'fork', mmState(device(mine), leaf({}), child, device(its), itsTable)),
    ).toMatchInlineSnapshot(
      `"page 1 in the shared pfnmap VMA of pages 0..1 (RW) was frame 1, writable; after fork the parent has frame 1, writable, the child frame 1, read-only"`,
    );
  });

  it('fails when the child may write what the parent may not', () => {
    const before = mmState(device({ ...mine, prot: 1 }), leaf(ro));
    const after = mmState(
      device({ ...mine, prot: 1 }),
      leaf(ro),
      child,
      device({ ...its, prot: 1 }),
      leaf({ mm: CHILD }),
    );
    expect(stepVerdict(forkro, before, 'fork', after)).toMatchInlineSnapshot(
      `"page 0 in the shared pfnmap VMA of pages 0..1 (R) was frame 0, read-only; after fork the parent has frame 0, read-only, the child frame 0, writable"`,
    );
  });

  const before = mmState(anon(mine), thp({}));

  it('holds when both lose it in private memory', () => {
    const after = mmState(anon(mine), thp(ro), child, anon(its), thp({ mm: CHILD, ...ro }));
    expect(stepVerdict(forkro, before, 'fork', after)).toBe('holds');
  });

  it('fails when private memory stays writable in one of them', () => {
    const parent = mmState(anon(mine), thp({}), child, anon(its), thp({ mm: CHILD, ...ro }));
    expect(stepVerdict(forkro, before, 'fork', parent)).toMatchInlineSnapshot(
      `"page 0 in the private anon VMA of pages 0..1 (RW) was frame 18, writable; after fork the parent has frame 18, writable, the child frame 18, read-only"`,
    );
    const copied = mmState(cowDevice(mine), table({ page: 0 }, memory(31), pte(1, ro)));
    const after = mmState(
      cowDevice(mine),
      table({ page: 0 }, memory(31, ro), pte(1, ro)),
      child,
      cowDevice(its),
      table({ mm: CHILD, page: 1 }, memory(31), pte(1, ro)),
    );
    expect(stepVerdict(forkro, copied, 'fork', after)).toMatchInlineSnapshot(
      `"page 0 in the private pfnmap VMA of pages 0..1 (RW) was frame 31, writable; after fork the parent has frame 31, read-only, the child frame 31, writable"`,
    );
  });

  it('has no subject in other operations, in a fork that failed, and where nothing is mapped', () => {
    const lost = mmState(device(mine), leaf(ro));
    expect(stepVerdict(forkro, shared, 'mprotect', lost)).toBe('no subject');
    const failed = mmState(device(mine), leaf(ro), returned(Result.ENOMEM, 1));
    expect(stepVerdict(forkro, shared, 'fork', failed)).toBe('no subject');
    const file = mmState(device(mine), shmem({ pages: [2, 4] }), thp({ slot: 1, pfn: 16 }));
    expect(stepVerdict(forkro, file, 'fork', file)).toBe('no subject');
  });
});
