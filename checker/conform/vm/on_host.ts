/** What is done with files and programs on this side, where a failure is the user's to mend. */
import * as Effect from 'effect/Effect';
import { reason } from '../../write_trace.ts';
import { HostFailed } from './vm_error.ts';

/** As in: onHost('/etc/motd', 'cannot be read', () => …). */
export const onHost = <A>(what: string, why: string, doing: () => A): Effect.Effect<A, HostFailed> =>
  Effect.try({
    try: doing,
    catch: (error) => (error instanceof HostFailed ? error : new HostFailed({ what, why: `${why}: ${reason(error)}` })),
  });
