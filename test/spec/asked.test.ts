import { describe, expect, it } from '@effect/vitest';
import { blocks, type Geometry } from '../../model/state/geometry.ts';
import { type Machine, X86_64 } from '../../model/state/machine.ts';
import { specOf } from '../../spec/all.ts';
import { MAINLINE } from '../../spec/deposit_rule.ts';
import { geometry } from '../support/mm_state.ts';

const namesIn = (
  has: Geometry['memory'],
  pins = 0,
  machine: Machine = X86_64,
  trackedFrames = 0,
  lookups: 0 | 1 = 0,
): readonly string[] =>
  specOf(MAINLINE, {
    opsTellDeposit: false,
    machine,
    geometry: {
      ...geometry,
      memory: has,
      pins,
      trackedFrames,
      lookups,
      guestPages: lookups,
      locks: 0,
      poison: 0,
    },
    revokes: false,
    reads: false,
    asksNodes: false,
    asksSmaps: false,
    asksCore: false,
    remotes: false,
    cowLeafForbidden: false,
  }).flatMap((one) => ('name' in one ? [one.name] : []));
const bare = namesIn([]);
const added = (names: readonly string[]) => names.filter((name) => !bare.includes(name));

const differing = (facts: Partial<Machine>) => {
  const names = namesIn([], 0, { ...X86_64, ...facts });
  return [
    ...names.filter((name) => !bare.includes(name)).map((name) => `+${name}`),
    ...bare.filter((name) => !names.includes(name)).map((name) => `-${name}`),
  ];
};

describe('what is asked where', () => {
  it('asks nothing of memory, nor of revoking, in a world without', () => {
    expect(bare).toMatchInlineSnapshot(`
      [
        "I-ALIGN",
        "I-LEVELS",
        "I-DEP",
        "I-NRPTES",
        "I-LIVE",
        "I-ZERO",
        "I-REFAULT",
        "I-SPECIAL",
        "I-PERM",
        "I-VMA",
        "I-TRANS",
        "I-CACHE",
        "I-FMT",
        "I-LEAF",
        "I-NOCOW",
        "I-SWAP",
        "I-SWAPEXCL",
        "I-SWAPDATA",
        "I-PGPROT",
        "I-AD",
        "I-FORKRO",
        "I-BOUND",
        "I-ATOM",
        "I-PGOFF",
        "I-DEPLOCK",
        "WARN-cow-write",
        "I-REACH",
        "I-TOUCH",
        "I-FITS",
        "I-DROP",
        "I-RESERVE",
        "I-MBIND",
        "I-SOFTDIRTY",
        "I-NOEMPTY",
        "assert_spin_locked",
        "BUG_ON(cow-pfnmap)",
        "BUG_ON(!pte_none)",
        "VM_BUG_ON(!pte_none)",
        "VM_BUG_ON_VMA(range)",
        "fault-loop",
        "bad-pmd",
        "bad-pud",
        "descent-into-leaf",
        "VM_WARN(anon-pud)",
        "WARN(insert-mismatch)",
        "rmap-sanity",
        "refcount-of-free",
        "refcount-underflow",
        "no-struct-page",
        "BUG(normal-pud)",
        "no-PMD-table",
      ]
    `);
  });

  it('asks of each kind of memory what it can break', () => {
    expect(added(namesIn(blocks('dax', 2, 1)))).toMatchInlineSnapshot(`
      [
        "I-PARTIAL",
        "I-REF",
        "I-MAPCOUNT",
        "I-RSS",
        "I-STAT",
        "I-DAXTAILS",
        "BUG_ON(insert-page)",
        "bad-page-map",
        "bad-page",
        "BUG(pud-split)",
      ]
    `);
    expect(added(namesIn(blocks('shmem', 2, 1)))).toMatchInlineSnapshot(`
      [
        "I-PARTIAL",
        "I-REF",
        "I-MAPCOUNT",
        "I-RSS",
        "I-STAT",
        "I-DIRTY",
        "I-TRUNC",
        "I-SPLIT",
        "I-COLLAPSE",
        "bad-page-map",
        "bad-page",
        "VM_BUG_ON(folio_mapped)",
      ]
    `);
    expect(added(namesIn(blocks('anon', 2, 1)))).toMatchInlineSnapshot(`
      [
        "I-PARTIAL",
        "I-REF",
        "I-MAPCOUNT",
        "I-RSS",
        "I-STAT",
        "I-EXCL",
        "I-KEPT",
        "I-OWN",
        "I-LAZYFREE",
        "I-SWAPFREED",
        "I-SPLIT",
        "I-DEFER",
        "I-COLLAPSE",
        "bad-page-map",
        "exclusive-and-shared",
        "bad-page",
        "VM_BUG_ON_PAGE(write-shared)",
      ]
    `);
    expect(added(namesIn(blocks('zero page', 1, 1)))).toContain('I-ZEROPAGE');
    expect(added(namesIn(blocks('huge zero', 2, 1)))).toContain('I-ZEROPAGE');
    expect(added(namesIn(blocks('dax', 2, 1), 1))).toContain('I-PIN');
    expect(added(namesIn(blocks('dax', 2, 1), 1))).not.toContain('I-PINCOPY');
    expect(added(namesIn(blocks('anon', 1, 1), 1))).toContain('I-PINCOPY');
  });

  it('asks about look-ups where there are some', () => {
    expect(added(namesIn([], 0, X86_64, 0, 1))).toEqual([
      'I-LOOKUP',
      'I-SCOPE',
      'I-IOPROT',
      'I-SECOND',
      'I-SLOT',
      'I-FOUND',
      'I-USE',
      'I-RIGHTS',
      'I-RAM',
      'I-GIVEN',
      'VM_BUG_ON(pmd_trans_huge)',
      'entry-in-freed-table',
    ]);
  });

  it('asks who keeps track of dirty pages whether he is told', () => {
    expect(added(namesIn([], 0, X86_64, 1))).toEqual(['I-MKWRITE', 'WARN(written-leaf)']);
    expect(added(namesIn([], 0, { ...X86_64, pmdLeaves: false, pudLeaves: false }, 1))).not.toContain(
      'WARN(written-leaf)',
    );
  });

  it('asks of a machine what it can break', () => {
    expect(differing({ l1tf: true })).toEqual(['+I-L1TF']);
    expect(differing({ depositsPer: 'slot' })).toEqual(['+I-ORDER', '+no-PUD-leaves']);
    expect(differing({ depositsPer: 'mm' })).toEqual(['+VM_BUG_ON(pmd_huge_pte)']);
    expect(differing({ pmdLeaves: false })).toEqual(['+no-PMD-leaves']);
    expect(differing({ pudLeaves: false })).toMatchInlineSnapshot(`
      [
        "+no-PUD-leaves",
        "-bad-pud",
        "-descent-into-leaf",
        "-VM_WARN(anon-pud)",
        "-BUG(normal-pud)",
      ]
    `);
    expect(differing({ pmdLeaves: false, pudLeaves: false })).toContain('-WARN(insert-mismatch)');
  });
});
