/** Reads the guest's console: what init.c says of itself, and what the kernel reports of its own mistakes. */

/** See the head of init.c. */
export type InitSays =
  | { readonly _tag: 'Up' }
  | { readonly _tag: 'Lacks'; readonly offer: string; readonly why: string }
  | { readonly _tag: 'Run' }
  | { readonly _tag: 'Ended'; readonly how: 'exit' | 'signal'; readonly code: number }
  | { readonly _tag: 'Failed'; readonly why: string };

const INIT = /\bmmcheck-init: (up|run|lacks|ended|failed)\b:? ?(.*)$/;

export const initSays = (line: string): InitSays | undefined => {
  const [, what, rest = ''] = INIT.exec(line) ?? [];
  switch (what) {
    case 'up':
      return { _tag: 'Up' };
    case 'run':
      return { _tag: 'Run' };
    case 'lacks': {
      const [offer = '', ...why] = rest.split(': ');
      return { _tag: 'Lacks', offer, why: why.join(': ') };
    }
    case 'ended': {
      const [how, code] = rest.split(' ');
      return { _tag: 'Ended', how: how === 'signal' ? 'signal' : 'exit', code: Number(code) };
    }
    case 'failed':
      return { _tag: 'Failed', why: rest };
    case undefined:
    default:
      return undefined;
  }
};

export interface KernelReport {
  readonly line: string;
  /**
   * How many result lines had come by then. The operation behind the last of them is the one that did it, or that one
   * itself: the two serial ports are two wires.
   */
  readonly after: number;
}

/** First lines of reports; those below (registers, stacks) are in the console for whom they help. */
const REPORT =
  /\bBUG: |\bWARNING: |\bkernel BUG at |\bOops: |\bBad page |non-zero pgtables_bytes|Bad rss-counter|\bKASAN: |\bUBSAN: |\bgeneral protection fault|\bKernel panic |\bINFO: (task|rcu_|lockdep)|\bbad (pgd|p4d|pud|pmd|pte)\b|\brefcount_t: |\blist_(add|del) corruption/;

export const isKernelReport = (line: string): boolean => initSays(line) === undefined && REPORT.test(line);
