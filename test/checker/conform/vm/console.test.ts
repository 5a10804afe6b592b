import { describe, expect, it } from 'vitest';
import { initSays, isKernelReport } from '../../../../checker/conform/vm/console.ts';
import { watchGuest } from '../../../../checker/conform/vm/guest.ts';

describe('what init says', () => {
  it.each([
    ['[    2.1] mmcheck-init: up', { _tag: 'Up' }],
    ['[    2.1] mmcheck-init: run', { _tag: 'Run' }],
    [
      '[    2.1] mmcheck-init: lacks quiet khugepaged: write /sys/x 1: No such file or directory',
      { _tag: 'Lacks', offer: 'quiet khugepaged', why: 'write /sys/x 1: No such file or directory' },
    ],
    ['[    2.1] mmcheck-init: ended exit 0', { _tag: 'Ended', how: 'exit', code: 0 }],
    ['[    2.1] mmcheck-init: ended signal 11', { _tag: 'Ended', how: 'signal', code: 11 }],
    ['mmcheck-init: failed: /dev/ttyS1: No such device', { _tag: 'Failed', why: '/dev/ttyS1: No such device' }],
    ['[    2.1] Run /init as init process', undefined],
  ])('%s', (line, said) => {
    expect(initSays(line)).toEqual(said);
  });
});

describe('a report of the kernel', () => {
  it.each([
    '[    1.8] BUG: unable to handle page fault for address: fffffa9504000028',
    '[    1.8] BUG: Bad page map in process runner  pte:80000001000002b7 pmd:0399d067',
    '[    1.8] BUG: Bad page state in process runner  pfn:0ffe0',
    '[    1.8] BUG: Bad rss-counter state mm:00000000e1a6a3f1 type:MM_ANONPAGES val:512',
    '[    1.8] BUG: non-zero pgtables_bytes on freeing mm: -4096',
    '[    1.8] BUG: KASAN: slab-use-after-free in zap_huge_pmd+0x1/0x2',
    '[    1.8] WARNING: CPU: 0 PID: 129 at mm/huge_memory.c:2100 zap_huge_pmd+0x1/0x2',
    '[    1.8] WARNING: mm/huge_memory.c:2100 at zap_huge_pmd+0x1/0x2, CPU#0: runner/129',
    '[    1.8] kernel BUG at mm/page_table_check.c:123!',
    '[    1.8] Oops: 0000 [#1] PREEMPT SMP NOPTI',
    '[    1.8] Oops: general protection fault, probably for non-canonical address 0xdead000000000122: 0000 [#1]',
    '[    1.8] Kernel panic - not syncing: Fatal exception',
    '[    1.8] INFO: task runner:129 blocked for more than 120 seconds.',
  ])('%s', (line) => {
    expect(isKernelReport(line)).toBe(true);
  });
  it.each([
    '[    1.0] amd_pstate: the _CPC object is not present in SBIOS or ACPI disabled',
    '[    1.7] nd_pmem namespace0.0: unable to guarantee persistence of writes',
    '[    1.8] Call Trace:',
    '[    1.8]  vma_adjust_trans_huge+0xdb/0x1a0',
    '[    2.1] mmcheck-init: lacks x: write /x BUG: no',
  ])('is not: %s', (line) => {
    expect(isKernelReport(line)).toBe(false);
  });
});

describe('a guest', () => {
  it('places a report behind the results that had come', () => {
    const lines: string[] = [];
    const { guest, consoleLine, resultLine } = watchGuest((line) => lines.push(line));
    expect(guest.phase).toBe('booting');
    consoleLine('[ 1.0] mmcheck-init: up');
    consoleLine('[ 1.0] mmcheck-init: lacks swap: swapon /dev/zram0: Invalid argument');
    consoleLine('[ 1.0] mmcheck-init: run');
    resultLine('{"runner":1}');
    resultLine('{"seq":"a"}');
    consoleLine('[ 1.1] BUG: Bad page state in process runner  pfn:0ffe0');
    resultLine('{"i":0}');
    expect(guest).toMatchObject({
      phase: 'up',
      reports: [{ line: '[ 1.1] BUG: Bad page state in process runner  pfn:0ffe0', after: 2 }],
      lacks: [{ offer: 'swap', why: 'swapon /dev/zram0: Invalid argument' }],
      lastLine: '{"i":0}',
      ended: undefined,
    });
    consoleLine('[ 1.2] mmcheck-init: ended exit 2');
    expect(guest).toMatchObject({ phase: 'ended', ended: 'exit 2' });
    expect(lines).toEqual(['{"runner":1}', '{"seq":"a"}', '{"i":0}']);
  });
});
