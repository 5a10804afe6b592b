/** What has been validated on real kernels: one file under record/ for each comparison, as `--record` writes it. */
import { readdirSync, readFileSync } from 'node:fs';

export interface RunRecord {
  /** What `uname -r` said. */
  readonly kernel: string;
  readonly machine: string;
  readonly level: number;
  /** The modelled kernel, and toggles that calibration set. */
  readonly against: string;
  readonly seed: number;
  readonly length: number;
  readonly sequences: number;
  /** Where not all was played that the machine can play. */
  readonly scopes?: readonly string[];
  /** Steps found alike, by operation. */
  readonly operations: Readonly<Record<string, number>>;
  /** Functions of the model that were run for it, as "mm/memory.ts do_wp_page", and those that were not. */
  readonly functions: readonly string[];
  readonly never: readonly string[];
}

const RECORDS = new URL('./record/', import.meta.url);

/** All that is written down, the live kernels first. */
export const records = (): readonly RunRecord[] =>
  readdirSync(RECORDS)
    .filter((name) => name.endsWith('.json'))
    .toSorted()
    .map((name) => JSON.parse(readFileSync(new URL(name, RECORDS), 'utf8')) as RunRecord)
    .toSorted((a, b) => Number(b.machine === 'live') - Number(a.machine === 'live'));
