/** Ends the process while a thread of it is where nothing reaches it: Node would wait for that thread. */
import { isMainThread } from 'node:worker_threads';

/** With these flags a thread other than the main one may end the process. */
export const MAY_END = ['--expose-internals', '--no-warnings'];

interface Internals {
  readonly internalBinding: (name: 'process_methods') => {
    readonly execve: (path: string, args: readonly string[], env: readonly string[]) => void;
  };
}

/** Another program takes the place of all threads, and ends with the code. Only a signal does as much, and that has no exit code. */
export const endProcess = (code: number): void => {
  const program = [process.execPath, ['node', '-e', `process.exit(${code})`]] as const;
  try {
    if (isMainThread) process.execve!(...program, {});
    // What process.execve() calls, which refuses to work here.
    const internals = process.getBuiltinModule('internal/test/binding') as unknown as Internals;
    internals.internalBinding('process_methods').execve(...program, []);
  } catch {
    process.kill(process.pid, 'SIGKILL');
  }
};
