/** All that must hold of a kernel. Which states a world should reach is its own choice: see reach.ts. */
import type { Property } from '../checker/search/index.ts';
import type { Machine } from '../model/state/machine.ts';
import type { MmView } from '../model/state/mm_types.ts';
import { align } from './align.ts';
import { assertionsOn } from './assertions.ts';
import { atom } from './atom.ts';
import { bound } from './bound.ts';
import { cache } from './cache.ts';
import { noCow } from './cow.ts';
import { deposit } from './deposit.ts';
import type { DepositRule } from './deposit_rule.ts';
import { disc } from './disc.ts';
import { forkro } from './forkro.ts';
import { nrptes } from './nrptes.ts';
import { perm } from './perm.ts';
import { noProtNoneBeyondLimit } from './l1tf.ts';
import { live, zero } from './pte_pages.ts';
import { refault } from './refault.ts';
import { special } from './special.ts';
import { translate } from './translate.ts';
import { cowWrite, deplock } from './warnings.ts';

interface SpecOptions {
  /** Whether the kernel takes the vm_ops of a VMA for a sign that its special leaves have a deposit. */
  readonly opsTellDeposit: boolean;
  /** What this machine cannot break is left out. */
  readonly machine: Machine | 'any';
  /** Whether remap_pfn_range() must fall back to PTEs in a CoW VMA; otherwise a leaf there must be read-only. */
  readonly cowLeafForbidden: boolean;
}

/** Properties of slots and counters first, then those of every page, then those of a transition. */
export const specOf = (
  rule: DepositRule,
  { opsTellDeposit, machine, cowLeafForbidden }: SpecOptions,
): readonly Property<MmView>[] => [
  align,
  ...(opsTellDeposit ? [disc] : []),
  deposit(rule),
  nrptes,
  live,
  zero,
  refault,
  special,
  perm,
  translate,
  cache,
  ...(machine === 'any' || machine.l1tf ? [noProtNoneBeyondLimit] : []),
  noCow(cowLeafForbidden),
  forkro,
  bound,
  atom(rule),
  deplock,
  cowWrite,
  ...assertionsOn(machine),
];
