/** The thread that watches the main thread: says where that does not return, and ends the process with exit code 2. */
import { writeSync } from 'node:fs';
import { parentPort, workerData } from 'node:worker_threads';
import { unusable } from '../report/unusable_text.ts';
import { endProcess } from './end_process.ts';
import { askedOf, type Loop, lookMsOf, loopIn } from './endless_loop.ts';
import { toMainThread } from './inspector_wire.ts';
import { ThreadInspector } from './thread_inspector.ts';
import type { Watched } from './watch_main.ts';

const { heart, patience } = workerData as Watched;
const lookMs = lookMsOf(patience);
const paths: string[] = [];
parentPort?.on('message', (path: string) => paths.push(path));

const loopInMain = async (): Promise<Loop | undefined> => {
  const thread = new ThreadInspector();
  try {
    await thread.begin(toMainThread);
    return await loopIn(thread, askedOf(paths), patience);
  } finally {
    thread.end();
  }
};

let beat = 0;
let since = performance.now();
let looking = false;
const look = async (): Promise<void> => {
  const now = Atomics.load(heart, 0);
  if (now !== beat) [beat, since] = [now, performance.now()];
  if (looking || performance.now() - since < lookMs) return;
  looking = true;
  const loop = await loopInMain();
  if (loop !== undefined) {
    writeSync(2, unusable(`${loop.place ?? paths.join(' or ')} ${loop.why}`));
    endProcess(2);
  }
  [since, looking] = [performance.now(), false];
};
setInterval(() => void look(), lookMs);
