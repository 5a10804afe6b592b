/** What is not compared here, why, and what would let it be: nothing is left out in silence. */
import { isTurned } from './knobs.ts';
import type { Ground } from './ground.ts';
import type { ConformScope } from './scope.ts';

/** What a kernel may lack; see `features` of the runner. */
export const FEATURES = {
  thp: { lacks: 'transparent huge pages are off', enables: 'transparent_hugepage=madvise or always' },
  uring: { lacks: 'io_uring cannot be set up', enables: 'CONFIG_IO_URING, sysctl kernel.io_uring_disabled=0' },
  uffd: { lacks: 'there is no UFFDIO_MOVE', enables: 'v6.8 or later, CONFIG_USERFAULTFD, in user mode at least' },
  softdirty: { lacks: 'entries have no soft-dirty bit', enables: 'CONFIG_MEM_SOFT_DIRTY; the machine plain has it' },
  kvm: { lacks: 'there is no /dev/kvm', enables: 'CONFIG_KVM_AMD; the machine pfnmap has a processor for it' },
  swap: { lacks: 'there is no swap', enables: 'CONFIG_ZRAM; the machine plain has it' },
} as const;
export type Feature = keyof typeof FEATURES;

export interface Skipped {
  readonly scope: string;
  readonly why: string;
  /** What would enable it. */
  readonly enables: string;
}

const has = ({ header: { features } }: Ground, feature: Feature): boolean =>
  feature === 'thp' ? features['thp'] === 'always' || features['thp'] === 'madvise' : features[feature] === true;

/** Why a scope cannot be played on this ground; undefined when it can. */
export const skippedHere = (
  ground: Ground,
  { name, machines, needs, knobs }: Pick<ConformScope, 'name' | 'machines' | 'needs' | 'knobs'>,
  knobsAllowed: boolean,
) => {
  const skipped = (why: string, enables: string): Skipped => ({ scope: name, why, enables });
  if (!machines.includes(ground.machine)) {
    const where = machines.filter((one) => one !== 'live').map((one) => `--machine ${one}`);
    return skipped('not played here', `--kernel-image and ${where.join(' or ')}`);
  }
  const lacking = needs.find((one) => !has(ground, one));
  if (lacking !== undefined) return skipped(FEATURES[lacking].lacks, FEATURES[lacking].enables);
  if (ground.machine !== 'live' || knobsAllowed || knobs.every(isTurned)) return undefined;
  const what = `it needs ${knobs.map(({ path, value }) => `${path}=${value}`).join(', ')}`;
  return skipped(what, '--allow-knobs, as root');
};

/** What a virtual machine does not show of entries, though it might; undefined when it does. */
export const entriesSkipped = ({ machine, header }: Ground): Skipped | undefined =>
  machine === 'live' || header.level >= 3
    ? undefined
    : {
        scope: 'page-table entries, deposits, references and pins',
        why: 'the runner cannot read kernel memory there',
        enables: 'CONFIG_PROC_KCORE, CONFIG_KALLSYMS and CONFIG_DEBUG_INFO_BTF',
      };
