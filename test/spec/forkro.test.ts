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
  alive,
  PAGE,
  SECOND_CHILD,
  pudLeaf,
  mixed,
  migrating,
  DRIVER,
  FILE,
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
    const before = mmState(refaultable, leaf({ special: 0 }));
    expect(stepVerdict(forkro, before, 'fork', mmState(refaultable, leaf({ special: 0 }), child))).toBe('holds');
  });

  it('wants what is special in the child as well, not accessed yet, but with MADV_DONTFORK', () => {
    const read = mmState(device(mine), leaf({ young: 1 }));
    const kept = [device(mine), leaf({ young: 1 })];
    const itsLeaf = (fields: object) => mmState(...kept, child, device(its), leaf({ mm: CHILD, ...fields }));
    expect(stepVerdict(forkro, read, 'fork', itsLeaf({}))).toBe('holds');
    expect(stepVerdict(forkro, read, 'fork', itsLeaf({ young: 1 }))).toContain('page 0 in the shared pfnmap VMA');
    expect(stepVerdict(forkro, read, 'fork', mmState(...kept, child, device(its)))).toMatchInlineSnapshot(
      `"page 0 in the shared pfnmap VMA of pages 0..1 (RW) was frame 0, writable; after fork the parent has frame 0, writable, the child nothing"`,
    );
    const kernels = device({ ...mine, mayWrite: 0, shared: 0, prot: 1 });
    const copied = mmState(kernels, leaf(ro), child, device({ ...its, mayWrite: 0, shared: 0, prot: 1 }));
    expect(stepVerdict(forkro, mmState(kernels, leaf(ro)), 'fork', copied)).toContain('the child nothing');
    const mixedPage = [mixed(mine), table({ page: 0 }, pte(0))];
    expect(stepVerdict(forkro, mmState(...mixedPage), 'fork', mmState(...mixedPage, child, mixed(its)))).toContain(
      'the child nothing',
    );
    const apart = [device({ ...mine, dontcopy: 1 }), leaf({})];
    expect(stepVerdict(forkro, mmState(...apart), 'fork', mmState(...apart, child))).toBe('holds');
  });

  it('fails when the parent or the child loses it', () => {
    const parent = mmState(device(mine), leaf(ro), child, device(its), leaf({ mm: CHILD }));
    expect(stepVerdict(forkro, shared, 'fork', parent)).toMatchInlineSnapshot(
      `"page 0 in the shared pfnmap VMA of pages 0..1 (RW) was frame 0, writable; after fork the parent has frame 0, read-only, the child frame 0, writable; the parent's entry, the leaf in pmd[0], has changed"`,
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

  it('holds when a page that may be pinned is copied for the child, and each may write to its own', () => {
    const own = mmState(anon(mine), table({ page: 0 }, memory(PAGE), memory(PAGE + 1)));
    const parent = [anon(mine), table({ page: 0 }, memory(PAGE), memory(PAGE + 1, ro))];
    const copy = table({ mm: CHILD, page: 1 }, memory(PAGE + 2), memory(PAGE + 1, ro));
    expect(stepVerdict(forkro, own, 'fork', mmState(...parent, child, anon(its), copy))).toBe('holds');
  });

  it('asks the child that this fork made, not another one', () => {
    const twins = mmState(anon(mine), thp({}), child, anon(its), thp({ mm: CHILD }));
    const third = [alive({ mm: SECOND_CHILD }), anon({ ...mine, mm: SECOND_CHILD }), thp({ mm: SECOND_CHILD, ...ro })];
    const after = [anon(mine), thp(ro), child, anon(its), thp({ mm: CHILD })];
    expect(stepVerdict(forkro, twins, 'fork', mmState(...after, ...third))).toBe('holds');
  });

  const four = { pages: [0, 4] } as const;
  const bar = mmState(device(four), pudLeaf({}));

  it('fails when a shared PUD leaf becomes read-only, as until v6.11', () => {
    const all = [device(four), pudLeaf(ro), child, device({ mm: CHILD, ...four }), pudLeaf({ mm: CHILD, ...ro })];
    expect(stepVerdict(forkro, bar, 'fork', mmState(...all))).toMatchInlineSnapshot(
      `"page 0 in the shared pfnmap VMA of pages 0..3 (RW) was frame 0, writable; after fork the parent has frame 0, read-only, the child frame 0, read-only; the parent's entry, the leaf in pud[0], has changed"`,
    );
    const kept = [device(four), pudLeaf({}), child, device({ mm: CHILD, ...four }), pudLeaf({ mm: CHILD })];
    expect(stepVerdict(forkro, bar, 'fork', mmState(...kept))).toBe('holds');
  });

  it('fails when an entry of a shared mapping changes, be it in nothing but a bit', () => {
    const old = [device(mine), leaf({ young: 1 }), child, device(its), leaf({ mm: CHILD })];
    expect(stepVerdict(forkro, shared, 'fork', mmState(...old))).toMatchInlineSnapshot(
      `"page 0 in the shared pfnmap VMA of pages 0..1 (RW) was frame 0, writable; after fork the parent has frame 0, writable, the child frame 0, writable; the parent's entry, the leaf in pmd[0], has changed"`,
    );
  });

  it('fails when a migration entry of a shared mapping loses the right to write', () => {
    const writable = mmState(mixed(mine), table({ page: 0 }, migrating(DRIVER, { write: 1 })));
    const after = [mixed(mine), table({ page: 0 }, migrating(DRIVER)), child, mixed(its)];
    expect(stepVerdict(forkro, writable, 'fork', mmState(...after))).toMatchInlineSnapshot(
      `"page 0 in the shared mixed VMA of pages 0..1 (RW, ->fault) was nothing; after fork the parent has nothing, the child nothing; the parent's entry, pte[0] of table 0, has changed"`,
    );
    const copied = mmState(anon(mine), table({ page: 0 }, migrating(PAGE, { write: 1 })));
    expect(stepVerdict(forkro, copied, 'fork', mmState(anon(mine), child, anon(its)))).toBe('no subject');
  });

  it('has no subject in other operations, in a fork that failed, and where nothing is mapped', () => {
    const lost = mmState(device(mine), leaf(ro));
    expect(stepVerdict(forkro, shared, 'mprotect', lost)).toBe('no subject');
    const failed = mmState(device(mine), leaf(ro), returned(Result.ENOMEM, 1));
    expect(stepVerdict(forkro, shared, 'fork', failed)).toBe('no subject');
    const copied = mmState(shmem({ pages: [2, 4] }), thp({ slot: 1, pfn: FILE }), child);
    expect(stepVerdict(forkro, shared, 'fork', shared)).toBe('no subject');
    expect(stepVerdict(forkro, mmState(device(mine)), 'fork', copied)).toBe('no subject');
  });
});
