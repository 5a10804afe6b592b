/** Flags, as several commands have them. */
import * as Flag from 'effect/cli/Flag';
import * as Option from 'effect/Option';

export const text = (name: string, metavar: string, says: string) =>
  Flag.String(name).pipe(Flag.withMetavar(metavar), Flag.withDescription(says));
export const one = (name: string, metavar: string, says: string) =>
  text(name, metavar, says).pipe(Flag.optional, Flag.map(Option.getOrUndefined));
export const many = (name: string, metavar: string, says: string) =>
  text(name, metavar, `${says}; may be repeated`).pipe(Flag.atLeast(0));
export const yes = (name: string, says: string) =>
  Flag.Boolean(name).pipe(Flag.withDescription(says), Flag.withDefault(false));

export const kernelFlags = {
  kernel: many('kernel', 'K', 'A kernel, or all; by default that of the series, or the first of the catalogue'),
  series: many('series', 'NAME[@V]', 'A patch series; without a version: the base, then every version, each in a run'),
  set: many('set', 'TOGGLE=VALUE', 'Sets one toggle, on top of kernel and series'),
  patch: many('patch', 'FILE', 'A patch of your own, on top of kernel and series; see `mmcheck new-patch`'),
};

export const worldFlags = {
  arch: one(
    'arch',
    'NAME',
    'Carries the entries of an architecture bit for bit, on a machine of it; see `list architectures`',
  ),
  world: many('world', 'W', "A world to search, or a pattern, as 'pfnmap*'; all by default"),
  size: one(
    'size',
    'quick|standard|deep',
    'How large the worlds are; quick by default. quick takes up to 50 MiB a run, beside some 200 of the program, ' +
      'standard less than 1 GiB, deep all that it may: see --memory-max',
  ),
  property: many(
    'property',
    'P',
    "Judges only the properties named, or that fit a pattern, as 'I-*'; leaves out worlds that have none of them",
  ),
};

export const resume = one(
  'resume',
  'DIR',
  'Keeps there what was found, and goes on from there where it was interrupted',
);

/** Reports for a CI. */
export const ciFlags = {
  junit: one('junit', 'FILE', 'Writes what was found as JUnit XML, too'),
  sarif: one('sarif', 'FILE', 'Writes what was found as SARIF, too'),
};

export const limitFlags = {
  first: yes('first', 'Stops at the first violation'),
  statesMax: one('states-max', 'N', 'Stops each run after so many states'),
  depthMax: one('depth-max', 'N', 'Expands no state at this distance from the start'),
  secondsMax: one('seconds-max', 'N', 'Stops each run after so many seconds'),
  memoryMax: one(
    'memory-max',
    'MIB',
    'Stops each run when its states take so much, at 120 to 280 bytes each; by default three quarters of what is available',
  ),
};
