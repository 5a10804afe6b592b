/** Entries by the names, or the patterns of names, that a command line has. */
import * as Effect from 'effect/Effect';
import type { Named } from './catalogue.ts';
import { fits } from './pattern.ts';
import { UnknownName } from './unusable.ts';

export const find = <T extends Pick<Named, 'name'>>(
  kind: string,
  asked: string,
  among: readonly T[],
): Effect.Effect<T, UnknownName> => {
  const found = among.find(({ name }) => name === asked);
  return found === undefined
    ? Effect.fail(new UnknownName({ kind, asked, known: among.map(({ name }) => name) }))
    : Effect.succeed(found);
};

/** The entry of a name, or all whose names fit a pattern. */
const allLike = Effect.fnUntraced(function* <T extends Pick<Named, 'name'>>(
  kind: string,
  asked: string,
  among: readonly T[],
) {
  if (!asked.includes('*')) return [yield* find(kind, asked, among)];
  const found = among.filter(({ name }) => fits(asked, name));
  return found.length > 0 ? found : yield* new UnknownName({ kind, asked, known: among.map(({ name }) => name) });
});

/** Those that are named, or fit a pattern, each once; all where none is asked for. */
export const matching = Effect.fnUntraced(function* <T extends Pick<Named, 'name'>>(
  kind: string,
  asked: readonly string[],
  among: readonly T[],
) {
  const named = new Set<T>();
  for (const one of asked) for (const found of yield* allLike(kind, one, among)) named.add(found);
  return asked.length === 0 ? among : [...named];
});
