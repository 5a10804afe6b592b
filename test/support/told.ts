/** What a user can tell two states apart by. */
import type { Observable } from '../../spec/observed/observable.ts';

/** 'where: what is seen of one | what of the other', of all that differs. */
export const toldBy =
  <V>(all: readonly Observable<V>[]) =>
  (a: V, b: V): readonly string[] =>
    all
      .filter(({ read }) => read(a) !== read(b))
      .map(({ where, read, show }) => `${where}: ${show(read(a))} | ${show(read(b))}`);
