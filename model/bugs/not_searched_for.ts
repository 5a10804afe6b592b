/** Bugs that no patch brings back here: what `mmcheck bugs` says beside what it finds. They are of three groups. */

/** What keeps a bug out of a model in which operations are atomic, and one machine stands for all. */
export type Obstacle =
  /** It comes about between two steps of one operation, or between two operations that overlap. */
  | 'interleaving'
  /** A lock is held wrongly, or in a wrong order, and nobody comes in between. */
  | 'locking'
  /** Nothing is wrong but that it takes long, or that nobody goes on. */
  | 'liveness'
  /** A machine, or a hypervisor, that is not modelled. */
  | 'hardware'
  /** It does not compile, or is another kernel by its configuration. */
  | 'build'
  /** It is seen in a counter, a list, an allocator or a subsystem that is in no state. */
  | 'not modelled';

export type Why =
  | Obstacle
  /**
   * A patch can bring it back, and no operation, world or property that there is shows it: looked for in the worlds that it can
   * change, of all sizes as far as they go.
   */
  | 'not seen'
  /** It is no bug: documented, or found not to be one. */
  | 'no bug';

export interface NotSearchedFor {
  readonly title: string;
  /** A commit, a mail, or the version of a series. */
  readonly commit: string;
  readonly why: Why;
  /** The reason, in a clause. */
  readonly says: string;
}

/** Whether nobody can say it here yet, or it can be said and no search finds it, or it is no bug after all. */
export type Group = 'not expressible' | 'not found' | 'no bug';

export const GROUPS: readonly Group[] = ['not expressible', 'not found', 'no bug'];

export const groupOf = ({ why }: Pick<NotSearchedFor, 'why'>): Group => {
  if (why === 'not seen') return 'not found';
  return why === 'no bug' ? 'no bug' : 'not expressible';
};
