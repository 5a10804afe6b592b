/**
 * A small subject with everything in it that a report can show: a violation under one toggle, a failed
 * assertion under another, a fault of the model under a third, a vacuous property, an action that never fires.
 */
import type { Catalogue, KernelChoice } from '../../checker/catalogue.ts';
import { type Cover, postedWith, versionOf } from '../../model/series/patch.ts';
import { reserveWorld } from './toy_reserve.ts';
import { alleyWorld, countersWorld, mirrorWorld } from './toy_worlds.ts';

const isSet = (kernel: KernelChoice, toggle: string, value: string): boolean =>
  kernel.settings.some((one) => one.toggle === toggle && one.value === value);

const COVER: Cover = {
  tag: 'PATCH v2',
  title: 'mm: reserve lazily',
  author: 'A. Hacker',
  source: { list: 'linux-mm', date: '2026-02-03', id: '20260203.7-1-a@hacker.example' },
};

export const catalogue: Catalogue = {
  kernels: [
    { name: 'v6.18-x86', arch: 'x86-64', says: 'Linux 6.18 on x86-64.', cites: 'v6.18' },
    { name: 'v6.18-ppc', arch: 'powerpc', says: 'Linux 6.18 on powerpc, hash page tables.', cites: 'v6.18' },
  ],
  series: [
    {
      name: 'lazy-reserve',
      says: 'Leaves the reserved table of a zapped huge PMD to exit_mmap().',
      cites: 'https://lore.kernel.org/linux-mm/lazy-reserve',
      more: ['Written for this test only.'],
      purpose: 'Nobody withdraws what is never used.',
      versions: [
        {
          ...versionOf({
            version: 'v1',
            says: 'Never withdraws.',
            patches: [
              {
                title: 'mm: do not withdraw',
                author: 'A. Hacker',
                source: { list: 'linux-mm', date: '2026-01-02' },
                says: 'a zap leaves the table where it is',
                sets: [{ toggle: 'zap-reserve', value: 'keep', evidence: 'inferred' }],
              },
            ],
          }),
          breaks: [{ property: 'reserveBalance', world: 'reserve', after: 2 }],
        },
        {
          ...versionOf({
            version: 'v2',
            says: 'Withdraws, and allocates afresh at a split.',
            cites: 'the cover letter of v2',
            cover: COVER,
            before: [{ toggle: 'zap-reserve', value: 'withdraw', evidence: 'source' }],
            patches: postedWith(COVER, [
              { title: 'mm: a comment', says: 'nothing: a comment', commit: '0123456789ab', author: 'B. Hacker' },
              {
                title: 'mm: split afresh',
                says: 'a split allocates its table',
                sets: [
                  { toggle: 'zap-reserve', value: 'withdraw', evidence: 'mail' },
                  { toggle: 'split-table', value: 'fresh', evidence: 'memory' },
                ],
              },
            ]),
          }),
          breaks: [],
        },
      ],
    },
  ],
  toggles: [
    {
      name: 'zap-reserve',
      says: 'What a zap does with the reserved table.',
      replaces: ['zap_huge_pmd'],
      values: [
        { value: 'withdraw', says: 'Frees it.' },
        { value: 'keep', says: 'Leaves it where it is.', replaces: ['zap_huge_pmd'] },
      ],
    },
    {
      name: 'split-table',
      says: 'Where a split finds its page table.',
      replaces: ['split_huge_pmd'],
      values: [
        { value: 'reserve', says: 'In the reserve.' },
        { value: 'fresh', says: 'From the allocator, which may fail.', replaces: ['split_huge_pmd'] },
      ],
    },
    {
      name: 'khugepaged',
      says: 'Whether khugepaged runs.',
      replaces: ['collapse_huge_page'],
      values: [
        { value: 'off', says: 'It sleeps.' },
        { value: 'faulty', says: 'It runs, and the model of it throws.' },
      ],
    },
  ],
  worlds: [
    {
      name: 'reserve',
      says: 'Huge PMDs of one process and the page tables held in reserve for them.',
      sizes: { quick: '2 PMDs', standard: '3 PMDs', deep: '4 PMDs' },
      brief: '2 PMDs',
      build: (kernel, size) =>
        reserveWorld({
          pmds: { quick: 2, standard: 3, deep: 4 }[size],
          keeps: isSet(kernel, 'zap-reserve', 'keep'),
          fresh: isSet(kernel, 'split-table', 'fresh'),
          faulty: isSet(kernel, 'khugepaged', 'faulty'),
          deposits: kernel.arch === 'x86-64' ? 1 : 2,
        }),
    },
    {
      name: 'counters',
      says: 'Independent counters: nothing but many states.',
      sizes: { quick: '4 counters to 7', standard: '4 counters to 31', deep: '4 counters to 63' },
      brief: '4 counters to 7',
      build: (_, size) => countersWorld({ quick: 7, standard: 31, deep: 63 }[size]),
    },
    {
      name: 'mirror',
      says: 'Two processes that differ in name only, searched with symmetry.',
      sizes: { quick: '2 processes', standard: '2 processes', deep: '2 processes' },
      brief: '2 processes',
      build: () => mirrorWorld,
    },
    {
      name: 'alley',
      says: 'Somebody walks into a blind alley.',
      sizes: { quick: '3 steps', standard: '3 steps', deep: '3 steps' },
      brief: '3 steps',
      build: ({ arch }) => alleyWorld(arch === 'x86-64'),
    },
  ],
  operations: [
    {
      name: 'zap_huge_pmd',
      says: 'Unmaps a huge PMD.',
      file: 'mm/huge_memory.c',
      mirrors: 'mm/huge_memory.c zap_huge_pmd()',
      stubs: 'the TLB flush',
      leavesOut: 'file-backed PMDs',
      cites: 'v6.18 mm/huge_memory.c',
    },
    {
      name: 'split_huge_pmd',
      says: 'Turns a huge PMD into a table of PTEs.',
      file: 'mm/huge_memory.c',
      mirrors: 'mm/huge_memory.c __split_huge_pmd_locked()',
      stubs: 'rmap',
      leavesOut: 'nothing that matters here',
    },
    {
      name: 'do_huge_pmd_anonymous_page',
      says: 'Maps a huge PMD.',
      file: 'mm/huge_memory.c',
      mirrors: 'mm/huge_memory.c',
      stubs: '',
      leavesOut: '',
    },
    {
      name: 'collapse_huge_page',
      says: 'Never fires.',
      file: 'mm/khugepaged.c',
      mirrors: 'mm/khugepaged.c',
      stubs: '',
      leavesOut: '',
    },
    {
      name: 'tick',
      says: 'Counts.',
      file: 'kernel/time/tick-common.c',
      mirrors: 'kernel/time/tick-common.c',
      stubs: '',
      leavesOut: '',
    },
    { name: 'walk', says: 'Goes on, or jumps.', file: 'nothing', mirrors: 'nothing', stubs: '', leavesOut: '' },
    {
      name: 'wake',
      says: 'Counts too.',
      file: 'kernel/sched/core.c',
      mirrors: 'kernel/sched/core.c',
      stubs: '',
      leavesOut: '',
    },
  ],
  properties: [
    { name: 'reserveBalance', kind: 'always', says: 'Every huge PMD has its tables in reserve, and nothing else has.' },
    { name: 'zapShrinks', kind: 'step', says: 'A zap leaves fewer PMDs mapped than before.' },
    { name: 'twoReserved', kind: 'sometimes', says: 'Two tables are in reserve at once.' },
    { name: 'noNullReserve', kind: 'assertion', says: 'A withdrawal finds a table in the reserve.' },
    { name: 'swapKept', kind: 'always', says: 'A swapped PMD keeps its entry.' },
    { name: 'everyCount', kind: 'sometimes', says: 'The last count is reached.' },
    { name: 'ordered', kind: 'always', says: 'A count never runs backwards.' },
    { name: 'firstComesFirst', kind: 'always', says: 'No process has seen three events.' },
    { name: 'noJump', kind: 'step', says: 'Nobody jumps.' },
    { name: 'goesOn', kind: 'never stuck', says: 'There is always a way on.' },
    // Named as a toggle is, so that `explain` has a name in more than one kind.
    { name: 'khugepaged', kind: 'assertion', says: 'khugepaged finds a huge PMD as it left it.' },
  ],
  architectures: [
    {
      name: 'toy64',
      says: 'An entry of one bit.',
      levels: ['pte'],
      releases: ['v6.18-x86'],
      series: [],
      functions: ['pfn_pte'],
      fields: [{ name: 'PSE', bits: '7 pmd', by: 'hardware' }],
    },
  ],
  functions: [{ name: 'toy_fault', says: 'Maps a page.', model: 'toy', toggles: ['split-table'] }],
  laws: [{ name: 'TL1', says: 'What goes in comes out.', levels: ['pte'], hurts: ['everybody'] }],
  questions: [
    {
      name: 'Q1',
      says: 'Does the first come first?',
      cites: 'nobody, nowhere',
      answer: 'Not in the mirror.',
      searches: [
        {
          asks: 'whether it does',
          kernel: 'v6.18-x86',
          world: ['mirror'],
          property: ['firstComesFirst'],
          finds: 'violated',
        },
      ],
    },
    {
      name: 'Q2',
      says: 'Does it, in the mirror?',
      cites: 'nobody, nowhere',
      answer: 'It does.',
      searches: [
        {
          asks: 'whether it does',
          kernel: 'v6.18-x86',
          world: ['mirror'],
          property: ['firstComesFirst'],
          finds: 'holds',
        },
      ],
    },
    { name: 'Q3', says: 'Why?', answer: 'That is not known.', searches: [] },
  ],
  findings: [
    {
      name: 'count-runs-back',
      says: 'A count runs backwards.',
      status: 'candidate',
      kernels: ['v6.18-x86'],
      worlds: ['mirror'],
      properties: ['ordered'],
      repair: [{ toggle: 'zap-reserve', value: 'withdraw' }],
    },
  ],
};
