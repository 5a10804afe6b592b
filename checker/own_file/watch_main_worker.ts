/** The thread that watches the main thread: says where that loops without end, and ends the process with exit code 2. */
import { writeSync } from 'node:fs';
import { parentPort, workerData } from 'node:worker_threads';
import { unusable } from '../report/unusable_text.ts';
import { askedOf, type Loop, loopIn, lookMsOf } from './endless_loop.ts';
import { ThreadInspector, toMainThread } from './thread_inspector.ts';
import type { Watched } from './watch_main.ts';

const { heart, patience } = workerData as Watched;
const lookMs = lookMsOf(patience);
const paths: string[] = [];
parentPort?.on('message', (path: string) => paths.push(path));

/** A busy machine takes a while until the main thread hears that it is to end. */
const ENDS_MS = 10_000;

/** The main thread has to end the process itself: a worker cannot, and a signal has no exit code 2. */
const endProcess = async (): Promise<void> => {
  const wire = await toMainThread(() => undefined);
  // All is said, and Node would say that a debugger is connected. process.exit() may throw there (blame.ts).
  const expression = "process.getBuiltinModule('node:fs').closeSync(2); process.reallyExit(2);";
  void wire.post('Runtime.evaluate', { expression }).catch(() => undefined);
  wire.close();
  setTimeout(() => process.kill(process.pid, 'SIGKILL'), ENDS_MS);
};

const loopInMain = async (): Promise<Loop | undefined> => {
  const thread = new ThreadInspector(lookMs);
  try {
    await thread.begin(toMainThread);
    return await loopIn(thread, askedOf(paths), lookMs);
  } finally {
    await thread.end();
  }
};

let beat = 0;
let since = performance.now();
let looking = false;
const look = async (): Promise<void> => {
  const now = Atomics.load(heart, 0);
  if (now !== beat) [beat, since] = [now, performance.now()];
  if (looking || performance.now() - since < patience) return;
  looking = true;
  const loop = await loopInMain();
  if (loop !== undefined) {
    writeSync(2, unusable(`${loop.place ?? paths.join(' or ')} ${loop.why}`));
    return endProcess();
  }
  [since, looking] = [performance.now(), false];
};
setInterval(() => void look(), lookMs);
