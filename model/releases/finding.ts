/** What a finding says: which releases are known to violate what, how that is known, and what repairs it. */
import { type Release, releases } from './releases.ts';

export type Finding<R extends string = Release> = Violates<R> &
  (
    | { readonly status: 'known bug'; readonly seen?: Sighting }
    | { readonly status: 'candidate' }
    | { readonly status: 'reproduced'; readonly seen: Sighting }
  );

interface Sighting {
  /** As uname has it, without what a distribution adds. */
  readonly kernels: readonly string[];
  readonly said: string;
  /** Who asked it, where that was no trace of `mmcheck conform`. */
  readonly by?: string;
}

interface Violates<R> {
  readonly name: string;
  readonly says: string;
  readonly cites: string;
  /** The architectures whose entries have it, by patterns; by default every one. Abstract entries are those of x86_64. */
  readonly arch?: readonly string[];
  readonly kernels: readonly R[];
  /** Not read there, and taken to be as in the others. */
  readonly assumed?: readonly R[];
  readonly worlds: readonly string[];
  /** The size at which they show it, where that is not the quick one. */
  readonly size?: 'standard';
  readonly properties: readonly string[];
  /** What it violates besides where entries are carried bit for bit (`--arch`). */
  readonly exactly?: readonly string[];
  /** The toggles that repair it, what-ifs included. */
  readonly repair: readonly { readonly toggle: string; readonly value: string }[];
}

export const ALL = releases('v6.9');
export const SINCE_6_12 = releases('v6.12');
export const SINCE_6_15 = releases('v6.15');
/** Up to v7.1, and mended in 6.12.117. */
export const BEFORE_6_12_STABLE = releases('v6.9', 'v7.1').filter((name) => name !== 'v6.12.117');
export const BEFORE_6_15 = releases('v6.9', 'v6.12');
