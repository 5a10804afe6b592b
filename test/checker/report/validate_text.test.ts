/** What is said of worlds in which a patch throws, beside those that were compared. */
import { expect, it } from 'vitest';
import type { Compared } from '../../../checker/equiv/compare_worlds.ts';
import type { PlannedKernel } from '../../../checker/plan.ts';
import { plain } from '../../../checker/report/paint.ts';
import { validateText } from '../../../checker/report/validate_text.ts';
import type { Judgement } from '../../../checker/validate/status.ts';

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
const text = (worlds: Readonly<Record<string, Compared>>, judgements: readonly Judgement[] = []): string =>
  validateText(
    {
      change: { base, patched, title: 'throws.ts' },
      size: 'quick',
      worlds: Object.entries(worlds).map(([world, compared]) => ({ world, compared })),
      judgements,
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

it('tells of what has no occasion any more, and of what cannot be seen', () => {
  const blind: Compared = { ...same, together: { ...same.together!, bothFail: true } };
  const broken = { name: 'I-DEP', says: '', kind: 'always', verdict: 'violated', exercised: true } as const;
  const step = { op: 'munmap', step: 'munmap', args: {}, answers: [], changes: [] };
  const story = { length: 1, from: 0, initial: [], steps: [step], explanation: '' };
  const gone: Judgement = {
    property: 'I-DEP',
    world: 'mixedmap',
    status: 'gone',
    before: { ...broken, counterexample: story },
  };
  expect(text({ mixedmap: blind }, [gone]).replaceAll(/\s+/g, ' ')).toContain(
    'has no occasion any more for 1 property: I-DEP (mixedmap, after 1 operation: munmap); no operation behaves differently; not seen is what lies behind an assertion that both fail, in 1 world.',
  );
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
