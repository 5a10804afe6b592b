/** What is reserved for frames of a device on x86, release by release: who frees what, and who is left with nothing. */
import { expect, it } from '@effect/vitest';
import { faultDriver, privateDriver, remapDriver, twoRemapsDriver } from '../../model/drivers/driver.ts';
import { blocks } from '../../model/state/geometry.ts';
import { exit, failing, fork, mmap, mprotect, mremap, munmap, perform, type Played, read, write } from './play.ts';

const PLACE = { geometry: { memtypes: 4, memory: blocks('anon', 1, 3) } };
const WC = mmap(remapDriver('WC', { at: 0, pages: 2 }));
const PRIVATE_WC = mmap(privateDriver('private WC', { at: 0, pages: 2, cache: 1 }));
const UC_MINUS = mmap(remapDriver('UC-', { at: 4, pages: 2, cache: 2 }));
const WB = mmap(remapDriver('WB', { at: 4, pages: 2, cache: 0 }));
const WT = mmap(remapDriver('WT', { at: 4, pages: 2, cache: 7 }));
const UC_NEXT = mmap(remapDriver('the next 2, UC', { at: 2, pages: 2, pfn: 2, cache: 3 }));
const ACROSS = mmap(remapDriver('frames 1 and 2, WC', { at: 4, pages: 2, pfn: 1 }));
/** Frames 1 and 2, and then frame 3; frames 0 and 1, and then frame 2. */
const BY_PARTS = mmap(twoRemapsDriver('3 pages from frame 1 on, by parts', { at: 4, pages: 3, pfn: 1 }, 2));
const IN_PARTS = mmap(twoRemapsDriver('3 pages by parts', { at: 4, pages: 3 }, 2));

/** The outcome, what is reserved at the end, and the counters of contexts. */
const told = (plays: readonly Played[], kernel: string): string => {
  const { outcome, state } = perform(plays, { ...PLACE, kernel });
  const reserved = state.flatMap((line) => /^memtype \d (.+)$/.exec(line)?.[1] ?? []);
  const krefs = state.flatMap((line) => /^context .+(kref \d)$/.exec(line)?.[1] ?? []);
  return [outcome, ...reserved, ...krefs].join('; ');
};

it.each<[says: string, plays: readonly Played[], on: Readonly<Record<string, string>>]>([
  [
    'the upper half goes first, and the reservation with it',
    [WC, munmap(0, 1, 2), munmap(0, 0, 1)],
    { 'v6.9': 'ok', 'v6.15': 'ok', 'v7.1': 'ok' },
  ],
  [
    'the lower half goes first',
    [WC, munmap(0, 0, 1)],
    {
      'v6.9': 'I-MEMTYPE@2; frames 0..1 WC',
      'v6.15': 'I-MEMTYPE@2; frames 0..1 WC',
      'v7.1': 'ok; frames 0..1 WC; kref 1',
    },
  ],
  [
    'and then the upper half',
    [WC, munmap(0, 0, 1), munmap(0, 1, 2)],
    { 'v6.9': 'I-MEMTYPE@2; frame 0 WC', 'v6.15': 'I-MEMTYPE@2; frame 0 WC', 'v7.1': 'ok' },
  ],
  [
    'a split by mprotect(), and the end of the process',
    [WC, mprotect(0, 0, 1, 'R'), exit(0)],
    { 'v6.12': 'I-MEMTYPE@3; frame 0 WC', 'v7.1': 'ok' },
  ],
  [
    'fork',
    [WC, fork],
    {
      'v6.12': 'ok; frames 0..1 WC; frames 0..1 WC',
      'v6.15': 'ok; frames 0..1 WC; frames 0..1 WC',
      'v7.1': 'ok; frames 0..1 WC; kref 2',
    },
  ],
  [
    'fork, and the end of the parent',
    [WC, fork, exit(0)],
    { 'v6.12': 'ok; frames 0..1 WC', 'v6.15': 'ok; frames 0..1 WC', 'v7.1': 'ok; frames 0..1 WC; kref 1' },
  ],
  ['mremap()', [WC, mremap(0, 0, 4, 2)], { 'v6.12': 'ok; frames 0..1 WC', 'v7.1': 'ok; frames 0..1 WC; kref 1' }],
  [
    'mremap() without memory for a table',
    [WC, failing(mremap(0, 0, 5, 2), 1)],
    {
      'v6.12': 'ENOMEM@2; frames 0..1 WC',
      'v6.15': 'ENOMEM@2 I-MEMTYPE@2 WARN-pat-info@2; frames 0..1 WC',
      'v7.1': 'ENOMEM@2; frames 0..1 WC; kref 1',
    },
  ],
  [
    'mremap() of a half',
    [WC, mremap(0, 1, 5, 1)],
    { 'v6.12': 'I-MEMTYPE@2; frames 0..1 WC', 'v7.1': 'ok; frames 0..1 WC; kref 2' },
  ],
  [
    'mremap() of a private mapping without memory for a table',
    [PRIVATE_WC, failing(mremap(0, 0, 5, 2), 1)],
    { 'v6.12': 'ENOMEM@2; frames 0..1 WC', 'v6.15': 'ENOMEM@2 I-CACHE@2', 'v7.1': 'ENOMEM@2; frames 0..1 WC; kref 1' },
  ],
  [
    'fork of a copy',
    [PRIVATE_WC, write(0, 0), fork],
    {
      'v6.12': 'EINVAL@3 I-CACHE@3 I-MEMTYPE@3 I-FORKS@3',
      'v6.12.117': 'EINVAL@3 I-FORKS@3; frames 0..1 WC',
      'v6.15': 'EINVAL@3 I-FORKS@3; frames 0..1 WC',
      'v7.1': 'ok; frames 0..1 WC; kref 2',
    },
  ],
  [
    'which leaves the frames to others',
    [PRIVATE_WC, write(0, 0), fork, UC_MINUS],
    {
      'v6.12': 'EINVAL@3 I-CACHE@3 I-MEMTYPE@3 I-FORKS@3; frames 0..1 UC-',
      'v6.12.117': 'EINVAL@3 I-FORKS@3; frames 0..1 WC; frames 0..1 WC',
      'v7.1': 'ok; frames 0..1 WC; frames 0..1 WC; kref 2; kref 1',
    },
  ],
  [
    'fork without memory for page tables',
    [WC, failing(fork, 2)],
    {
      'v6.12': 'ENOMEM@2 I-MEMTYPE@2; frames 0..1 WC; frames 0..1 WC',
      'v6.15': 'ENOMEM@2; frames 0..1 WC',
      'v7.1': 'ENOMEM@2; frames 0..1 WC; kref 1',
    },
  ],
  [
    'fork without memory for the reservation',
    [WC, failing(fork, 1)],
    {
      'v6.12': 'ENOMEM@2 WARN-pat-info@2; frames 0..1 WC',
      'v6.15': 'ENOMEM@2; frames 0..1 WC',
      'v7.1': 'ENOMEM@2; frames 0..1 WC; kref 1',
    },
  ],
  [
    'remap_pfn_range() without memory for page tables',
    [failing(WC, 2)],
    { 'v6.10': 'ENOMEM@1', 'v6.11': 'ENOMEM@1 WARN-pat-info@1', 'v7.1': 'ENOMEM@1' },
  ],
  [
    'UC- of what is WC gives WC',
    [WC, UC_MINUS],
    { 'v6.15': 'ok; frames 0..1 WC; frames 0..1 WC', 'v7.1': 'ok; frames 0..1 WC; frames 0..1 WC; kref 1; kref 1' },
  ],
  ['WB of a device is UC-', [WB], { 'v6.15': 'ok; frames 0..1 UC-', 'v7.1': 'ok; frames 0..1 UC-; kref 1' }],
  [
    'WT of what is WC is refused',
    [WC, WT],
    { 'v6.15': 'EINVAL@2; frames 0..1 WC', 'v7.1': 'EINVAL@2; frames 0..1 WC; kref 1' },
  ],
  [
    'a range with two modes is refused',
    [WC, UC_NEXT, ACROSS],
    {
      'v6.15': 'EINVAL@3; frames 0..1 WC; frames 2..3 UC',
      'v7.1': 'EINVAL@3; frames 0..1 WC; frames 2..3 UC; kref 1; kref 1',
    },
  ],
  [
    'a part of a VMA whose frames have two modes is refused',
    [WC, BY_PARTS],
    {
      'v6.9': 'EINVAL@2; frames 0..1 WC',
      'v6.12.117': 'EINVAL@2; frames 0..1 WC',
      'v6.15': 'EINVAL@2; frames 0..1 WC',
      'v7.1': 'EINVAL@2; frames 0..1 WC; kref 1',
      'v7.3': 'EINVAL@2; frames 0..1 WC; kref 1',
    },
  ],
  [
    'and is mapped as they are where they have one, for which nothing is reserved',
    [WC, UC_NEXT, IN_PARTS],
    {
      'v6.9': 'ok; frames 0..1 WC; frames 2..3 UC',
      'v7.1': 'ok; frames 0..1 WC; frames 2..3 UC; kref 1; kref 1',
    },
  ],
])('%s', (_says, plays, on) => {
  expect(Object.fromEntries(Object.keys(on).map((kernel) => [kernel, told(plays, kernel)]))).toEqual(on);
});

it('the flags of a leaf, read as those of a PTE, make WC into WP, and fork() fails: with VM_PAT and the series before v4', () => {
  const before_v4 = [
    ['remap-leaf', 'yes'],
    ['remap-deposit', 'yes'],
    ['fork-deposit', 'has-deposited'],
    ['pfn-pmd-format', 'base-pte'],
  ].map(([toggle = '', value = '']) => ({ toggle, value, evidence: 'source' as const }));
  const v4 = [...before_v4, { toggle: 'split-pgprot', value: 'base-pte', evidence: 'source' as const }];
  const on = (settings: typeof v4) => perform([WC, fork], { ...PLACE, kernel: 'v6.15', settings }).kernelSays;
  expect(on(before_v4)).toBe('EINVAL@2');
  expect(on(v4)).toBe('ok');
});

it('a leaf takes the mode of its first frame, whatever the others are reserved for', () => {
  const page = mmap(remapDriver('a page WC, frame 1', { at: 4, pages: 1, pfn: 1 }));
  const bar = mmap(faultDriver('BAR 2M', { at: 0, pages: 2 }));
  const on = (kernel: string) => perform([page, bar, read(0, 0), read(0, 1)], { ...PLACE, kernel }).outcome;
  expect([on('v6.11'), on('v6.12'), on('v7.1')]).toEqual(['ok', 'I-CACHE@3', 'I-CACHE@3']);
});
