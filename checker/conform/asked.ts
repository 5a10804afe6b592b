/** The flags of `mmcheck conform`, from text to what they mean. */
import { existsSync } from 'node:fs';
import * as Effect from 'effect/Effect';
import { find } from '../named.ts';
import { BadValue } from '../unusable.ts';
import { NeedsFlag } from './runner_failed.ts';
import { LEVELS } from './levels.ts';
import { readKernelImage } from './vm/kernel_image.ts';
import { machines } from './vm/machines.ts';

/** As they were typed. */
export interface ConformAsked {
  readonly level: string;
  readonly seed?: string | undefined;
  readonly sequences?: string | undefined;
  readonly length?: string | undefined;
  readonly scope: readonly string[];
  readonly trace: readonly string[];
  readonly against: string;
  readonly series: readonly string[];
  readonly set: readonly string[];
  readonly list: boolean;
  readonly kernelImage?: string | undefined;
  readonly modules?: string | undefined;
  readonly machine?: string | undefined;
  readonly emitC?: string | undefined;
  readonly record?: string | undefined;
  readonly allowKnobs: boolean;
  readonly json: boolean;
}

/** How much is played. */
export interface Amount {
  readonly seed: number;
  /** Random sequences, over all scopes. */
  readonly sequences: number;
  /** All sequences of so many operations; 0 for none. */
  readonly length: number;
}

/** What is played when nothing is asked. */
export const DEFAULTS: Amount = { seed: 1, sequences: 1000, length: 1 };

const whole = (flag: string, asked: string | undefined, otherwise: number, most = Number.MAX_SAFE_INTEGER) => {
  if (asked === undefined) return Effect.succeed(otherwise);
  const n = Number(asked);
  return Number.isSafeInteger(n) && n >= 0 && n <= most && asked.trim() !== ''
    ? Effect.succeed(n)
    : Effect.fail(new BadValue({ flag, asked, takes: `a whole number from 0 to ${most}` }));
};

export const amountOf = Effect.fnUntraced(function* ({ seed, sequences, length, trace }: ConformAsked) {
  // A trace is played alone, unless more is asked for.
  const otherwise = trace.length > 0 ? { ...DEFAULTS, sequences: 0, length: 0 } : DEFAULTS;
  const amount: Amount = {
    seed: yield* whole('--seed', seed, otherwise.seed, 2 ** 31 - 1),
    sequences: yield* whole('--sequences', sequences, otherwise.sequences),
    length: yield* whole('--length', length, otherwise.length, 8),
  };
  return amount;
});

/** The level asked for; undefined: as much as there is. */
export const levelOf = ({ level }: ConformAsked) => {
  if (level === 'auto') return Effect.succeed(undefined);
  const found = LEVELS.find((one) => `${one.level}` === level);
  return found === undefined
    ? Effect.fail(new BadValue({ flag: '--level', asked: level, takes: 'auto or a level from 0 to 4' }))
    : Effect.succeed(found.level);
};

/** The machine to boot, and the kernel; undefined: the running kernel. */
export const guestOf = Effect.fnUntraced(function* ({ kernelImage, modules, machine }: ConformAsked) {
  if (kernelImage === undefined) {
    const flag = machine === undefined ? '--modules' : '--machine';
    const asked = machine ?? modules;
    if (asked === undefined) return undefined;
    return yield* new NeedsFlag({ flag, asked, needs: '--kernel-image BZIMAGE' });
  }
  const name = machine ?? 'plain';
  if (modules !== undefined && !existsSync(modules))
    return yield* new BadValue({ flag: '--modules', asked: modules, takes: 'a directory that is there' });
  return {
    machine: yield* find('machine', name, [...machines.values()]),
    image: yield* readKernelImage(kernelImage, modules),
  };
});
