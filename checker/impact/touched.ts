/**
 * The C functions that a hunk touches. Of the file there is only the hunk, so that its own lines decide: in the kernel a definition
 * begins in the first column, and so does the brace that closes it. What git prints behind the second @@ is the function above the
 * hunk's first line; that it goes on in the hunk is seen by its closing brace, or by statements, and else a guess.
 */
import type { Hunk, Line } from './diff.ts';

/** `guess`: git's context alone names it, and nothing in the hunk tells that it goes on there. */
export interface Touched {
  readonly name: string;
  readonly how: 'changed' | 'added' | 'removed';
  readonly known: 'sure' | 'guess';
}

/** Attributes that look like the name of a function in its head. */
const ATTRIBUTE =
  /^(?:__printf|__scanf|__attribute__|__section|__must_hold|__acquires|__releases|__cond_acquires|__aligned|__nonnull)$/;

/** Words that stand before a bracket and name nothing. */
const WORD = /^(?:void|int|long|bool|char|if|for|while|switch|return|sizeof|typeof|defined)$/;

/** 'static int copy_huge_pmd(struct …' → copy_huge_pmd; undefined if it begins no function. */
export const functionIn = (head: string): string | undefined => {
  const [, macro] = /^#\s*define\s+([a-z_]\w*)\(/.exec(head) ?? [];
  if (macro !== undefined) return macro;
  const [, call] = /^(?:COMPAT_)?SYSCALL_DEFINE\d\((\w+)/.exec(head) ?? [];
  if (call !== undefined) return `sys_${call}`;
  if (!/^[A-Za-z_]/.test(head) || /^(?:typedef|EXPORT_|MODULE_|DEFINE_|DECLARE_)/.test(head)) return undefined;
  const before = head.split('=', 1)[0]!;
  const names = [...before.matchAll(/\b(\w+)\s*\(/g)].map(([, name]) => name!);
  return names.find((name) => ![ATTRIBUTE, WORD, /^[A-Z\d_]+$/].some((not) => not.test(name)));
};

/** A label, a comment, or what the preprocessor takes, which are in the first column and begin nothing. */
const beginsNothing = (text: string): boolean =>
  /^(?:\w+:(?:\s|$)|\/[/*]|\s|\*|#(?!\s*define\s+[a-z_]\w*\())/.test(text) || text === '';

/**
 * A statement in the first column, where only an archive puts it that makes one space of many: a word of C, a call or an assignment,
 * without a type in front of it.
 */
const isSqueezed = (text: string): boolean =>
  /^(?:(?:if|for|while|switch|return|goto|else|do|break|continue)\b|\w+\(.*\);$|[\w>.[\]-]+ [-+|&]?= )/.test(text) &&
  !/^(?:EXPORT_|MODULE_|DEFINE_|DECLARE_|module_|early_param|__setup|static_assert|\w+_initcall)/.test(text);

/** Indented, and no comment: of a function, or of an initializer or a macro. */
const isCode = (text: string): boolean => /^\s+[^\s*/]/.test(text);
const isStatement = (text: string): boolean => isCode(text) && /[;{}]\s*$/.test(text);

/** A line of one side, and the function that it lies in. */
interface Placed {
  readonly line: Line;
  readonly in?: string | undefined;
  readonly isHead: boolean;
}

/** What is not finished yet, as the lines come. */
interface Open {
  readonly name: string | undefined;
  readonly kind: 'nothing' | 'head' | 'body' | 'macro';
}

const NOTHING: Open = { name: undefined, kind: 'nothing' };

const next = (open: Open, text: string): Open => {
  if (open.kind === 'macro') return text.endsWith('\\') ? open : NOTHING;
  if (open.kind !== 'head') return open;
  if (/\{.*\}\s*$/.test(text)) return NOTHING;
  if (/^\{|\{\s*$/.test(text)) return { name: open.name, kind: 'body' };
  // A prototype, or a variable: no function.
  return text.trimEnd().endsWith(';') ? NOTHING : open;
};

/** What is open on this line. */
const opened = (open: Open, text: string): Open => {
  if (open.kind === 'head') return open.name === undefined ? { name: functionIn(`x ${text}`), kind: 'head' } : open;
  if (open.kind === 'macro' || text.startsWith('}') || text === '{') return open;
  if (beginsNothing(text) || isSqueezed(text)) return open;
  return { name: functionIn(text), kind: text.startsWith('#') ? 'macro' : 'head' };
};

/** Each line of one side with its function; `above` is what the context names, if the hunk begins in it. */
const placedOn = (lines: readonly Line[], above: string | undefined): readonly Placed[] => {
  let open: Open = above === undefined ? NOTHING : { name: above, kind: 'body' };
  let heads: number[] = [];
  const placed: Placed[] = [];
  for (const line of lines) {
    const { text } = line;
    const now = opened(open, text);
    if (now !== open && open.kind !== 'head') heads = [];
    const isHead = now.kind === 'head' || now.kind === 'macro';
    if (isHead) heads.push(placed.length);
    placed.push({ line, in: now.name, isHead });
    open = text.startsWith('}') && now.kind !== 'macro' ? NOTHING : next(now, text);
    // Of what turns out to be a declaration no line lies in a function.
    if (now.kind === 'head' && open === NOTHING && text.trimEnd().endsWith(';'))
      for (const i of heads) placed[i] = { line: placed[i]!.line, isHead: false };
  }
  return placed;
};

/** Whether the lines up to the first one that is in the first column are of the function above the hunk. */
const goesOn = (lines: readonly Line[]): 'yes' | 'may' | 'no' => {
  const first = lines.find(
    ({ text }) => text.startsWith('}') || (!beginsNothing(text) && !isSqueezed(text) && text !== '{'),
  );
  if (first?.text.startsWith('}') === true) return 'yes';
  if (first !== undefined) return 'no';
  if (lines.some(({ text }) => isStatement(text))) return 'yes';
  return lines.some(({ text }) => isCode(text)) ? 'may' : 'no';
};

/** Lines of a function on both sides. */
interface Found {
  readonly sides: Set<Line['side']>;
  changed: boolean;
  guess: boolean;
}

/** One that is on one side alone, with its head, has been added there, or removed. */
const howOf = (name: string, { sides }: Found, above: string | undefined): Touched['how'] => {
  if (name === above || sides.has('both') || sides.size > 1) return 'changed';
  return sides.has('new') ? 'added' : 'removed';
};

/** The functions in which lines are added or removed, in their order. */
export const touchedBy = ({ context, lines }: Hunk): readonly Touched[] => {
  const found = new Map<string, Found>();
  const above = functionIn(context);
  for (const side of ['old', 'new'] as const) {
    const ofSide = lines.filter((one) => one.side === side || one.side === 'both');
    const starts = goesOn(ofSide);
    for (const one of placedOn(ofSide, starts === 'no' ? undefined : above)) {
      if (one.in === undefined) continue;
      const entry = found.get(one.in) ?? { sides: new Set(), changed: false, guess: false };
      if (one.isHead) entry.sides.add(one.line.side);
      if (one.line.side !== 'both') entry.changed = true;
      if (one.in === above && starts === 'may') entry.guess = true;
      found.set(one.in, entry);
    }
  }
  return [...found].flatMap(([name, one]) =>
    one.changed ? [{ name, how: howOf(name, one, above), known: one.guess ? 'guess' : 'sure' }] : [],
  );
};

/** Code is changed, and nothing names its function: git had a label to print behind @@, or nothing. */
export const isUnnamed = (hunk: Hunk): boolean =>
  /^(?:\w+:)?$/.test(hunk.context.trim()) &&
  touchedBy(hunk).length === 0 &&
  hunk.lines.some(({ side, text }) => side !== 'both' && isStatement(text));
