/** Input that cannot be used: each error says what was asked, what there is, and what to try. Exit code 2. */
import * as Data from 'effect/Data';
import { nearest } from './nearest.ts';
import { blamed } from './own_file/blame.ts';
import { thrown } from './search/index.ts';

/** More names than these are not printed where one of them was mistyped. */
const NAMES_MAX = 20;

/** What `mmcheck list` takes for the names of a kind; none for kinds that it does not list. */
const LISTS: Readonly<Record<string, string>> = {
  kernel: 'kernels',
  series: 'series',
  toggle: 'toggles',
  world: 'worlds',
  property: 'properties',
  function: 'functions',
  bug: 'bugs',
};

/** The names, or some of them where they are many. */
export const someWorlds = (names: readonly string[]): string =>
  names.length <= 12 ? names.join(', ') : `${names.slice(0, 3).join(', ')} and ${names.length - 3} other worlds`;

const thereAre = (kind: string, known: readonly string[]): string => {
  if (known.length === 0) return 'there are none';
  if (kind === 'entry') return `there are ${known.length}; try: npx mmcheck find WORD`;
  const list = LISTS[kind];
  if (known.length <= NAMES_MAX || list === undefined) return `there are: ${known.join(', ')}`;
  return `there are ${known.length}; try: npx mmcheck list ${list}`;
};

/** Where a flag takes patterns, the one that fits several names which begin so. */
const patternOf = (kind: string, asked: string, known: readonly string[]): string | undefined =>
  kind === 'world' && known.filter((name) => name.startsWith(`${asked}-`)).length > 1 ? `'${asked}-*'` : undefined;

export class UnknownName extends Data.TaggedError('UnknownName')<{
  /** 'kernel', 'world' … */
  readonly kind: string;
  readonly asked: string;
  readonly known: readonly string[];
  /** Behind the name of what `asked` was looked for in, as in "version of lazy-reserve". */
  readonly of?: string;
}> {
  override get message(): string {
    const { kind, asked, known, of } = this;
    const close =
      asked.includes('*') || kind === 'version' ? undefined : (patternOf(kind, asked, known) ?? nearest(asked, known));
    return [
      `there ${kind.endsWith('arguments') ? 'are' : 'is'} no ${kind} "${asked}"${of === undefined ? '' : ` of ${of}`}`,
      ...(close === undefined ? [] : [`did you mean: ${close}`]),
      thereAre(kind, known),
      ...(kind === 'version'
        ? ['for another one, take the nearest and --set what it has otherwise (npx mmcheck explain NAME@VERSION)']
        : []),
    ].join('\n');
  }
}

/** An architecture whose entries laws are asked of, and no world carries. */
export class NoWorld extends Data.TaggedError('NoWorld')<{ readonly arch: string; readonly known: readonly string[] }> {
  override get message(): string {
    return [
      `${this.arch} has laws, but no world carries its entries`,
      `try: npx mmcheck laws --arch ${this.arch}`,
      `worlds carry those of: ${this.known.join(', ')}`,
    ].join('\n');
  }
}

/** A toggle of entries, without the architecture that has them. */
export class NeedsArch extends Data.TaggedError('NeedsArch')<{
  readonly toggle: string;
  readonly value: string;
  readonly arch?: string | undefined;
  readonly known: readonly string[];
}> {
  override get message(): string {
    const { toggle, value, arch, known } = this;
    const of = known.join(' and ');
    return [
      `${toggle}=${value} changes entries of ${of}, and nothing ${arch === undefined ? 'without --arch' : `of ${arch}`}`,
      `try: --arch ${known.join(' or --arch ')}`,
    ].join('\n');
  }
}

/** The worlds that are named are all left out. */
export class NoWorldFits extends Data.TaggedError('NoWorldFits')<{
  readonly leftOut: readonly { readonly worlds: readonly string[]; readonly why: string }[];
  /** Kernels that some of them are modelled on, if that is what they lack. */
  readonly modelledOn: readonly string[];
  readonly fitting: readonly string[];
}> {
  override get message(): string {
    const { leftOut, modelledOn, fitting } = this;
    return [
      'no world is left to search',
      ...leftOut.map(({ worlds, why }) => `not ${why}: ${someWorlds(worlds)}`),
      ...(modelledOn.length === 0 ? [] : [`modelled on: ${modelledOn.join(', ')}`]),
      ...(fitting.length === 0
        ? []
        : [
            `worlds that can be searched: ${fitting.length > NAMES_MAX ? `${fitting.length}; try: npx mmcheck list worlds` : fitting.join(', ')}`,
          ]),
    ].join('\n');
  }
}

export class BadValue extends Data.TaggedError('BadValue')<{
  readonly flag: string;
  readonly asked: string;
  /** What the flag takes, as in "a whole number of at least 1". */
  readonly takes: string;
}> {
  override get message(): string {
    return `${this.flag} takes ${this.takes}, not "${this.asked}"`;
  }
}

export class BadFile extends Data.TaggedError('BadFile')<{
  readonly path: string;
  /** As in "cannot be read: no such file". */
  readonly why: string;
  /** What to try. */
  readonly hint?: string;
}> {
  override get message(): string {
    return [`${this.path} ${this.why}`, ...(this.hint === undefined ? [] : [this.hint])].join('\n');
  }
}

/** A graph that nobody could read. */
export class TooManyStates extends Data.TaggedError('TooManyStates')<{
  readonly world: string;
  readonly size: string;
  readonly max: number;
  /** What --max may be. */
  readonly most: number;
}> {
  override get message(): string {
    const { world, size, max, most } = this;
    return [
      `world ${world} (${size}) has more than ${max} states: nobody could read their graph`,
      `try: --depth-max N, which shows what is at most N operations away${max < most ? `; --max N, up to ${most}` : ''}`,
      `or a smaller world: npx mmcheck check --states-max ${max} --table says which ones have fewer`,
    ].join('\n');
  }
}

/** No entry says anything of it, or none of the kind. */
export class NotFound extends Data.TaggedError('NotFound')<{ readonly word: string; readonly kind?: string }> {
  override get message(): string {
    const { word, kind } = this;
    if (kind !== undefined) return `no ${kind} fit "${word}"\ntry: npx mmcheck list ${kind}`;
    return `nothing here has the word "${word}"\ntry a part of it, or: npx mmcheck list worlds`;
  }
}

/** Nothing is left to check. */
export class NothingToCheck extends Data.TaggedError('NothingToCheck')<{
  readonly properties: readonly string[];
  readonly worlds: readonly string[];
  /** All of them are asked only with --arch. */
  readonly needArch?: boolean;
}> {
  override get message(): string {
    if (this.needArch === true)
      return [
        `${this.properties.join(' and ')} can only be asked of real entries, with --arch NAME`,
        'try: npx mmcheck list architectures',
      ].join('\n');
    return [
      `none of the worlds ${this.worlds.join(', ')} has the property ${this.properties.join(' or ')}`,
      'leave --world out to search for the property in all worlds',
    ].join('\n');
  }
}

/** The model threw something that it does not declare. */
export class ModelFailed extends Data.TaggedError('ModelFailed')<{
  readonly cause: unknown;
  /** Files of patches of somebody's own that stood on the kernel. */
  readonly own: readonly string[];
}> {
  override get message(): string {
    const { cause, own } = this;
    const found = blamed(own, cause);
    if (found !== undefined)
      return [`${found.place}: ${found.why}`, 'the patch cannot be used: nothing is said about the kernel'].join('\n');
    return [
      `the model failed: ${thrown(cause)}`,
      own.length === 0
        ? 'this is a fault of mmcheck, and says nothing about the kernel'
        : `the likely cause is ${own.join(', ')}: nothing is said about the kernel`,
    ].join('\n');
  }
}

export type Unusable =
  | UnknownName
  | NoWorld
  | NeedsArch
  | NoWorldFits
  | BadValue
  | BadFile
  | NotFound
  | TooManyStates
  | NothingToCheck
  | ModelFailed;
