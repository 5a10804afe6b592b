/** The report, with everything in it that a comparison can come to: as text fit for a mail, as JSON, as an exit code. */
import { describe, expect, it } from '@effect/vitest';
import type { Calibrated } from '../../../checker/conform/against.ts';
import { CALIBRATIONS } from '../../../checker/conform/calibrate.ts';
import type { Ground } from '../../../checker/conform/ground.ts';
import type { Judged } from '../../../checker/conform/judge.ts';
import { QUIRKS } from '../../../checker/conform/quirks.ts';
import { exitCodeOf, type Report } from '../../../checker/conform/report.ts';
import { reportJson } from '../../../checker/conform/report_json.ts';
import { reportText } from '../../../checker/conform/report_text.ts';
import type { Differing } from '../../../checker/conform/shrink.ts';
import { Tally } from '../../../checker/conform/tally.ts';
import { modelGround } from '../../support/model_runner.ts';
import { ALL, stageOf, V6_18, walkThrough } from '../../support/walks.ts';

const walk = walkThrough(
  stageOf('anon', [1, 511]),
  'mmap(parent, anon 2M)',
  'handle_mm_fault(parent, page 0, write)',
  'fork()',
  'munmap(child, pages 0..1)',
);
const DIFFERENCES = [
  { where: 'returns', expected: 'success', observed: 'errno 22' },
  {
    where: 'worker 1 pages',
    expected: 'none',
    observed: Array.from({ length: 9 }, (_, i) => `${512 * i}+512 HPX map=1 Ta A+0`).join('; '),
  },
];
const differing: Differing = { walk, steps: 3, _tag: 'differs', at: 3, differences: DIFFERENCES };
const judged: readonly Judged[] = [
  { walk, steps: 4, _tag: 'same' },
  { walk, steps: 4, _tag: 'same' },
  { walk, steps: 2, _tag: 'disturbed', by: ['khugepaged'], found: undefined },
  { walk, steps: 0, _tag: 'cut' },
  { walk, steps: 0, _tag: 'unavailable', what: 'object 0 memfd-huge 512: errno 22' },
  { walk, steps: 0, _tag: 'unavailable', what: 'object 0 memfd-huge 512: errno 22' },
];
const tallyOf = (all: readonly Judged[]): Tally => {
  const tally = new Tally();
  for (const one of all) tally.add('anon', one);
  return tally;
};

const ground = modelGround({ kernel: V6_18, sight: ALL });
const broken: Ground = {
  ...ground,
  machine: 'pfnmap',
  reports: [
    {
      line: `[   12.345678] WARNING: CPU: 0 PID: 77 at mm/rmap.c:1234 folio_remove_rmap_ptes+0x123/0x456 modules`,
      op: 'p1 munmap 0 512',
    },
  ],
  lacks: new Map([['dax', { offer: 'dax', why: 'there is no module dax_hmem in /lib/modules' }]]),
} as unknown as Ground;

const calibrated = (values: readonly string[], of: Judged): readonly Calibrated[] => [
  { ...CALIBRATIONS[0]!, values, judged: of },
];

const plain: Report = {
  ground,
  level: 1,
  chosen: { choice: { kernel: 'v6.18', series: [], settings: [] }, calibrated: [], alike: [], unlike: [] },
  amount: { seed: 1, sequences: 10, length: 2 },
  tally: tallyOf(judged.slice(0, 2)),
  minimal: [],
  eye: { quirks: [], sight: ALL },
  more: 0,
  traced: [],
  interrupted: false,
  seconds: 12.3,
  skipped: [],
  observed: [],
};
const full: Report = {
  ...plain,
  ground: broken,
  level: 3,
  chosen: {
    choice: { kernel: 'v6.18', series: [], settings: [{ toggle: 'pt-reclaim', value: 'no', evidence: 'asked' }] },
    alike: [],
    unlike: [],
    calibrated: [...calibrated(['thp'], judged[0]!), ...calibrated([], differing), ...calibrated([], judged[2]!)],
  },
  tally: tallyOf([...judged, differing]),
  minimal: [differing],
  eye: { quirks: QUIRKS, sight: ALL },
  skipped: [
    { scope: 'mthp', why: 'it needs a knob', enables: '--allow-knobs, as root' },
    { scope: 'truncate', why: 'it needs a knob', enables: '--allow-knobs, as root' },
    { scope: 'pins', why: 'io_uring cannot be set up', enables: 'sysctl kernel.io_uring_disabled=0' },
  ],
  observed: [{ sequence: 'dax', op: 'map 0 512 shared 0 0', lines: ['worker 0 page-table pages: 2'] }],
};

describe('the text', () => {
  it('of a comparison without a difference is short', () => {
    expect(reportText(plain)).toMatchInlineSnapshot(`
      "mmcheck conform: Linux model of v6.18, live
        level 1: as at 0, and mapcounts, kinds and frames of folios, as root
        held against v6.18
        masked nothing
        seed 1: 10 random sequences, and all sequences of 2

      scope  sequences  steps  differ  disturbed  cut
      anon           2      8       0          0    0

      ALIKE: 2 sequences, 8 steps, 12 s"
    `);
  });
  it('of one with everything tells all of it', () => {
    expect(reportText(full)).toMatchInlineSnapshot(`
      "mmcheck conform: Linux model of v6.18, machine pfnmap
        level 3: in a virtual machine, as at 2, with page-table entries, deposits,
              references and pins
        held against v6.18 pt-reclaim=no
        it answers huge-zero-write=thp
        UNKNOWN huge-zero-write: unknown behaviour: returns: errno 22, where at best
                success is known (a read, then a write of a huge page that nobody has
                written to)
        UNKNOWN huge-zero-write: not found out: disturbed by khugepaged (a read, then
                a write of a huge page that nobody has written to)
        masked exclusive-in-leaf, huge-zero-is-file, pud-leaf-accessed-early,
               dax-page-is-nothing, no-pagemap-scan, rss-in-batches
        seed 1: 10 random sequences, and all sequences of 2

      scope  sequences  steps  differ  disturbed  cut
      anon           4     11       1          1    1
        not played 2 of anon: object 0 memfd-huge 512: errno 22
        skipped   mthp, truncate: it needs a knob; enabled by --allow-knobs, as root
        skipped   pins: io_uring cannot be set up; enabled by sysctl
                  kernel.io_uring_disabled=0
        not offered dax: there is no module dax_hmem in /lib/modules
        THE KERNEL SAID [ 12.345678] WARNING: CPU: 0 PID: 77 at mm/rmap.c:1234
                        folio_remove_rmap_ptes+0x123/0x456 modules (after: p1 munmap 0
                        512)

      DIFFERS in anon[1,511] after 4 operations

         1  mmap(parent, anon 2M)
              map 261632 512 anon hugepage
         2  handle_mm_fault(parent, page 0, write)
              write 261632 1 2
         3  fork()
              fork
         4  munmap(child, pages 0..1)
              p1 munmap 261632 512

        returns
          expected  success
          observed  errno 22
        worker 1 pages
          expected  none
          observed  0+512 HPX map=1 Ta A+0; 512+512 HPX map=1 Ta A+0; 1024+512 HPX
                    map=1 Ta A+0; 1536+512 HPX map=1 Ta A+0; 2048+512 HPX map=1 Ta
                    A+0; 2560+512 HPX map=1 Ta A+0; 3072+512 HPX map=1 Ta A+0;
                    3584+512 HPX map=1 Ta A+0; 4096+512 HPX map=1 Ta A+0
        begins in    mm/vma.c do_vmi_munmap()
        goes through vma_closes_first, zap_huge_pmd, zap_counts_pmd,
                     vma_is_special_huge, has_deposited_pgtable,
                     arch_needs_pgtable_deposit, zap_marks_dirty,
                     pgtable_trans_huge_withdraw, pte_free

      How to read it: "512+16" are 16 pages of 4 KiB from page 512 of the test area
      on; worker 0 is the parent, a child has the number of its fork. Of pages: H in
      a leaf, P present, F of a file or shared, X mapped once, Z a zero page; map=
      mappings; T of a large folio, a anonymous, E exclusive, z zero; A+0 folio A
      from its first page on. Of entries: w writable, y accessed, d dirty, s special,
      n PROT_NONE, c the cache mode (PAT index); ref= and pins= of the folio.

      Observed, and compared with nothing: dax
        map 0 512 shared 0 0
            worker 0 page-table pages: 2

      THE KERNEL WENT WRONG: 1 report; 4 sequences, 11 steps, 12 s"
    `);
  });
  it('is fit for a mail', () => {
    for (const report of [plain, full])
      expect(
        Math.max(
          ...reportText(report)
            .split('\n')
            .map((line) => line.length),
        ),
      ).toBeLessThanOrEqual(80);
  });
});

describe('the JSON document', () => {
  it('has what a program wants to know', () => {
    const told = JSON.parse(reportJson(full)) as Readonly<Record<string, unknown>>;
    expect(told).toMatchObject({
      tool: 'mmcheck conform',
      kernel: { machine: 'pfnmap' },
      level: 3,
      against: { kernel: 'v6.18' },
      scopes: [
        {
          name: 'anon',
          sequences: 4,
          steps: 11,
          disturbed: 1,
          cut: 1,
          differing: 1,
          unavailable: { 'object 0 memfd-huge 512: errno 22': 2 },
        },
      ],
      operations: { mmap: 3, handle_mm_fault: 3, fork: 3, munmap: 2 },
      differences: [{ stage: 'anon[1,511]', differences: DIFFERENCES }],
    });
    const [one] = told['differences'] as readonly { readonly steps: readonly unknown[]; readonly script: string }[];
    expect(one!.steps[3]).toEqual({
      label: 'munmap(child, pages 0..1)',
      line: 'p1 munmap 261632 512',
      mirrors: 'mm/vma.c do_vmi_munmap()',
      ...walk.steps[3]!.move,
    });
    expect(one!.script.split('\n').filter((line) => line.startsWith('p1'))).toEqual(['p1 munmap 261632 512']);
  });
});

describe('the exit code', () => {
  it.each<[string, Report, number]>([
    ['0 where all is alike', plain, 0],
    ['1 where something differs', full, 1],
    ['1 where the kernel says that it went wrong', { ...plain, ground: broken }, 1],
    ['3 where nothing was compared', { ...plain, tally: tallyOf([]) }, 3],
    ['3 where all was disturbed', { ...plain, tally: tallyOf([judged[2]!]) }, 3],
    ['3 where nothing is to be had', { ...plain, tally: tallyOf([judged[4]!]) }, 3],
    ['3 where something was cut', { ...plain, tally: tallyOf([judged[0]!, judged[3]!]) }, 3],
    ['0 where something was looked at only', { ...plain, tally: tallyOf([]), observed: full.observed }, 0],
  ])('is %s', (_, report, code) => {
    expect(exitCodeOf(report)).toBe(code);
  });
});
