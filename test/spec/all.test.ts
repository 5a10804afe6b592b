import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from '@effect/vitest';
import { specOf } from '../../spec/all.ts';
import { assertions } from '../../spec/assertions.ts';
import { SERIES_V4 } from '../../spec/deposit_rule.ts';
import * as reach from '../../spec/reach.ts';
import { countedLeaf, countedPtes, countedPud, pinned } from '../support/mm_folios.ts';
import {
  anon,
  CHILD,
  child,
  dax,
  DAX,
  deposits,
  device,
  FILE,
  leaf,
  memory,
  mmState,
  pte,
  shmem,
  table,
  THP,
} from '../support/mm_state.ts';

const spec = specOf(SERIES_V4, { opsTellDeposit: true, machine: 'any', cowLeafForbidden: true });

describe('specOf', () => {
  it('lists properties of states first, then of transitions, then assertions', () => {
    expect(spec.map(({ kind, name }) => `${kind} ${name}`)).toMatchInlineSnapshot(`
      [
        "always I-ALIGN",
        "always I-LEVELS",
        "always I-DISC",
        "always I-DEP",
        "always I-NRPTES",
        "always I-LIVE",
        "always I-ZERO",
        "always I-REFAULT",
        "always I-SPECIAL",
        "always I-PERM",
        "always I-VMA",
        "always I-TRANS",
        "always I-CACHE",
        "always I-FMT",
        "always I-LEAF",
        "always I-L1TF",
        "always I-NOCOW",
        "always I-REVOKE",
        "always I-MKWRITE",
        "always I-PARTIAL",
        "always I-ZEROPAGE",
        "always I-PRIVATE",
        "always I-REF",
        "always I-MAPCOUNT",
        "always I-RSS",
        "always I-STAT",
        "always I-EXCL",
        "always I-PIN",
        "always I-UNCACHED",
        "always I-SWAP",
        "always I-SWAPEXCL",
        "always I-SWAPDATA",
        "always I-POOL",
        "always I-DAXTAILS",
        "always I-DAXFOLIO",
        "always I-DAXSHARE",
        "always I-DAXZERO",
        "always I-DAXPAGES",
        "always I-DAXTAG",
        "always I-DAXFREE",
        "always I-DAXWAIT",
        "always I-PAGECACHE",
        "always I-LOOKUP",
        "always I-SCOPE",
        "always I-IOPROT",
        "always I-SECOND",
        "always I-SLOT",
        "always I-MEMTYPE",
        "always I-TRACKREF",
        "always I-MLOCK",
        "step I-PGPROT",
        "step I-AD",
        "step I-FORKRO",
        "step I-BOUND",
        "step I-ATOM",
        "step I-PGOFF",
        "step I-KEPT",
        "step I-OWN",
        "step I-LAZYFREE",
        "step I-PINCOPY",
        "step I-PINMOVE",
        "step I-PINSWAP",
        "step I-SWAPFREED",
        "step I-DIRTY",
        "step I-TRUNC",
        "step I-FILEDATA",
        "step I-PINFILE",
        "step I-UFFDWP",
        "step I-UFFDMISSING",
        "step I-GUP",
        "step I-READ",
        "step I-PURE",
        "step I-NODE",
        "step I-SMAPS",
        "step I-MINCORE",
        "step I-REMOTE",
        "step I-DAXBREAK",
        "step I-FOUND",
        "step I-USE",
        "step I-RIGHTS",
        "step I-RAM",
        "step I-GIVEN",
        "step I-DEPLOCK",
        "step WARN-dax",
        "step WARN-p2pdma",
        "step WARN-cow-write",
        "step I-REACH",
        "step I-TOUCH",
        "step I-FITS",
        "step I-DROP",
        "step I-RESERVE",
        "step I-SPLIT",
        "step I-DEFER",
        "step I-PINCOLLAPSE",
        "step I-COLLAPSE",
        "step I-GRANT",
        "step I-FORKS",
        "step WARN-pat-info",
        "step I-MLOCKED",
        "step I-RESIDENT",
        "step I-MBIND",
        "step I-SOFTDIRTY",
        "step I-POISON",
        "assertion I-NOEMPTY",
        "assertion I-ORDER",
        "assertion assert_spin_locked",
        "assertion BUG_ON(cow-pfnmap)",
        "assertion BUG_ON(!pte_none)",
        "assertion VM_BUG_ON(pmd_huge_pte)",
        "assertion no-PMD-leaves",
        "assertion VM_BUG_ON(!pte_none)",
        "assertion VM_BUG_ON_VMA(range)",
        "assertion fault-loop",
        "assertion bad-pmd",
        "assertion bad-pud",
        "assertion descent-into-leaf",
        "assertion no-PUD-leaves",
        "assertion VM_WARN(anon-pud)",
        "assertion WARN(insert-mismatch)",
        "assertion WARN(written-leaf)",
        "assertion BUG_ON(insert-page)",
        "assertion bad-page-map",
        "assertion rmap-sanity",
        "assertion exclusive-and-shared",
        "assertion refcount-of-free",
        "assertion refcount-underflow",
        "assertion bad-page",
        "assertion VM_BUG_ON(folio_mapped)",
        "assertion VM_BUG_ON_PAGE(write-shared)",
        "assertion pin-not-exclusive",
        "assertion gup-of-pfn",
        "assertion no-struct-page",
        "assertion BUG(normal-pud)",
        "assertion no-PMD-table",
        "assertion walk-in-freed-table",
        "assertion VM_BUG_ON(pmd_trans_huge)",
        "assertion entry-in-freed-table",
        "assertion BUG(pud-split)",
      ]
    `);
  });

  it('gives every property a name of its own, one sentence and a source', () => {
    const said = [...spec, ...Object.values(reach)];
    expect(new Set(said.map(({ name }) => name)).size).toBe(said.length);
    for (const one of said) expect('says' in one && one.says).toMatch(/^[^\n]+\.$/);
    for (const one of spec) expect('cites' in one && one.cites).toMatch(/\.[chS]\b|\.rst/);
  });

  it('declares the assertions that the model throws', () => {
    expect(assertions.map(({ name }) => name)).toMatchInlineSnapshot(`
      [
        "I-NOEMPTY",
        "I-ORDER",
        "assert_spin_locked",
        "BUG_ON(cow-pfnmap)",
        "BUG_ON(!pte_none)",
        "VM_BUG_ON(pmd_huge_pte)",
        "no-PMD-leaves",
        "VM_BUG_ON(!pte_none)",
        "VM_BUG_ON_VMA(range)",
        "fault-loop",
        "bad-pmd",
        "bad-pud",
        "descent-into-leaf",
        "no-PUD-leaves",
        "VM_WARN(anon-pud)",
        "WARN(insert-mismatch)",
        "WARN(written-leaf)",
        "BUG_ON(insert-page)",
        "bad-page-map",
        "rmap-sanity",
        "exclusive-and-shared",
        "refcount-of-free",
        "refcount-underflow",
        "bad-page",
        "VM_BUG_ON(folio_mapped)",
        "VM_BUG_ON_PAGE(write-shared)",
        "pin-not-exclusive",
        "gup-of-pfn",
        "no-struct-page",
        "BUG(normal-pud)",
        "no-PMD-table",
        "walk-in-freed-table",
        "VM_BUG_ON(pmd_trans_huge)",
        "entry-in-freed-table",
        "BUG(pud-split)",
      ]
    `);
  });

  it('holds of an empty process and of a sound state, without a thought for subjects', () => {
    const sound = mmState(
      device({ pages: [0, 2] }),
      leaf({}),
      anon({ pages: [2, 4] }),
      countedLeaf({ slot: 1, pfn: THP }),
      pinned({ page: 3, pfn: THP + 1 }),
      deposits({}, [0, 1]),
      device({ pages: [4, 6], pgoff: 4 }),
      table({ slot: 2, page: 2 }, pte(4), pte(5)),
      child,
      dax({ mm: CHILD, pages: [4, 8] }),
      countedPud({ mm: CHILD, pud: 1, pfn: DAX }),
      shmem({ mm: CHILD, pages: [0, 2] }),
      countedPtes({ mm: CHILD, page: 3 }, memory(FILE), memory(FILE + 1, { dirty: 1 })),
    );
    const failing = [mmState(), sound].flatMap((s) =>
      spec.flatMap((one) => (one.kind === 'always' && !one.holds(s) ? [one.name] : [])),
    );
    expect(failing).toEqual([]);
  });

  it('declares every name that the model throws', () => {
    const root = new URL('../../model/', import.meta.url);
    const sources = readdirSync(root, { recursive: true, encoding: 'utf8' }).filter(
      // Those of hugetlb: test/spec/hugetlb/all.test.ts.
      (path) => path.endsWith('.ts') && !path.startsWith('hugetlb/'),
    );
    const thrown = sources.flatMap((path) =>
      [...readFileSync(new URL(path, root), 'utf8').matchAll(/new ModelBug\(\s*'([^']+)'/g)].map(([, name]) => name!),
    );
    expect([...new Set(thrown)].toSorted()).toEqual(assertions.map(({ name }) => name).toSorted());
  });

  it('gives every property of states and transitions a subject', () => {
    const always = spec.filter((one) => one.kind === 'always');
    expect(always.every(({ subject }) => subject !== undefined)).toBe(true);
    expect(spec.filter((one) => one.kind === 'step').every(({ subject }) => subject !== undefined)).toBe(true);
  });
});
