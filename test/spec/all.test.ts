import { describe, expect, it } from '@effect/vitest';
import { specOf } from '../../spec/all.ts';
import { assertions } from '../../spec/assertions.ts';
import { SERIES_V4 } from '../../spec/deposit_rule.ts';
import * as reach from '../../spec/reach.ts';
import { anon, deposits, device, leaf, mmState, table, pte, thp } from '../support/mm_state.ts';

const spec = specOf(SERIES_V4, { opsTellDeposit: true, machine: 'any', cowLeafForbidden: true });

describe('specOf', () => {
  it('lists properties of states first, then of transitions, then assertions', () => {
    expect(spec.map(({ kind, name }) => `${kind} ${name}`)).toMatchInlineSnapshot(`
      [
        "always I-ALIGN",
        "always I-DISC",
        "always I-DEP",
        "always I-NRPTES",
        "always I-LIVE",
        "always I-ZERO",
        "always I-REFAULT",
        "always I-SPECIAL",
        "always I-PERM",
        "always I-TRANS",
        "always I-CACHE",
        "always I-L1TF",
        "always I-NOCOW",
        "step I-FORKRO",
        "step I-BOUND",
        "step I-ATOM",
        "step I-DEPLOCK",
        "step WARN-cow-write",
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
      ]
    `);
  });

  it('holds of an empty process and of a sound state, without a thought for subjects', () => {
    const sound = mmState(
      device({ pages: [0, 2] }),
      leaf({}),
      anon({ pages: [2, 4] }),
      thp({ slot: 1 }),
      deposits({}, [0, 1]),
      device({ pages: [4, 6], pgoff: 4 }),
      table({ slot: 2, page: 2 }, pte(4), pte(5)),
    );
    const failing = [mmState(), sound].flatMap((s) =>
      spec.flatMap((one) => (one.kind === 'always' && !one.holds(s) ? [one.name] : [])),
    );
    expect(failing).toEqual([]);
  });

  it('gives every property of states and transitions a subject', () => {
    const always = spec.filter((one) => one.kind === 'always');
    expect(always.every(({ subject }) => subject !== undefined)).toBe(true);
    expect(spec.filter((one) => one.kind === 'step').every(({ subject }) => subject !== undefined)).toBe(true);
  });
});
