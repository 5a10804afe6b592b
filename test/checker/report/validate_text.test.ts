/** What is said of worlds in which a patch throws, beside those that were compared. */
import { expect, it } from 'vitest';
import type { Compared } from '../../../checker/equiv/compare_worlds.ts';
import type { PlannedKernel } from '../../../checker/plan.ts';
import { plain } from '../../../checker/report/paint.ts';
import { validateText } from '../../../checker/report/validate_text.ts';

const base: PlannedKernel = { kernel: 'v7.1', arch: 'x86_64', series: [], settings: [], set: [] };
const patched: PlannedKernel = { ...base, own: [{ path: '/throws.ts', name: 'throws.ts', title: 'mm: a try' }] };
const throws: Compared = {
  called: {},
  fault: { message: 'munmap threw Error: oops', place: 'throws.ts:4', length: 0, steps: [] },
};
const same: Compared = {
  called: { zap_huge_pmd: 1 },
  decided: ['zap_huge_pmd'],
  together: {
    verdict: 'equivalent',
    states: 12,
    transitions: 60,
    depth: 3,
    waiting: 0,
    seconds: 0,
    peakBytes: 0,
    operations: [],
    initially: [],
    bothFail: false,
    brokeOff: false,
  },
};
const text = (worlds: Readonly<Record<string, Compared>>): string =>
  validateText(
    {
      change: { base, patched, title: 'throws.ts' },
      size: 'quick',
      worlds: Object.entries(worlds).map(([world, compared]) => ({ world, compared })),
      judgements: [],
      left: 0,
    },
    { paint: plain, verbose: false, catalogue: { kernels: [] } },
  );

it('is nothing where a patch throws in each', () => {
  expect(text({ 'vfio-arm64': throws, memtype: { called: {} } })).toMatchInlineSnapshot(`
    "v7.1 -> v7.1 + throws.ts
      patch        throws.ts: mm: a try

    throws.ts:4, in vfio-arm64: munmap threw Error: oops

    The patch cannot be used: nothing is said about the kernel."
  `);
});

it('holds so far, where not all was seen', () => {
  const cut: Compared = { ...same, together: { ...same.together!, verdict: 'incomplete', cut: 'interrupted' } };
  const shown = text({ mixedmap: cut }).replaceAll(/\s+/g, ' ');
  expect(shown).toContain(
    'throws.ts newly violates nothing so far; no operation behaves differently so far; not all was seen of 1 world.',
  );
  expect(shown).toContain('incomplete mixedmap');
});

it('is what was found in the others', () => {
  expect(text({ 'vfio-arm64': throws, mixedmap: same })).toMatchInlineSnapshot(`
    "v7.1 -> v7.1 + throws.ts
      patch        throws.ts: mm: a try

    throws.ts newly violates nothing so far; no operation behaves differently so
    far; not all was seen of 1 world.

    throws.ts:4, in vfio-arm64: munmap threw Error: oops

    Nothing is said about vfio-arm64; what follows is of the other worlds.

    What throws.ts changes, property by property:
      none was judged

    Operations:
      no operation behaves differently

    Covered:
      worlds       mixedmap (quick), which call what is changed
      calls        zap_huge_pmd"
  `);
});
