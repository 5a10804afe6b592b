/** The thread that watches the main thread: says where that does not return, and ends the process with exit code 2. */
import { writeSync } from 'node:fs';
import { parentPort, workerData } from 'node:worker_threads';
import { unusable } from '../report/unusable_text.ts';
import { endProcess } from './end_process.ts';
import { type Loop, watchThread } from './endless_loop.ts';
import { type Connects, toMainThread } from './inspector_wire.ts';
import { BEATS, LOOKED_AT, type Watched } from './watch_main.ts';

const { heart, patience } = workerData as Watched;
const files: string[] = [];
parentPort?.on('message', (path: string) => files.push(path));

const looksAt = (is: boolean): void => {
  Atomics.store(heart, LOOKED_AT, Number(is));
  Atomics.notify(heart, LOOKED_AT);
};
const connects: Connects = async (hear) => {
  looksAt(true);
  const wire = await toMainThread(hear);
  const close = (): void => {
    wire.close();
    looksAt(false);
  };
  return { ...wire, close };
};
const found = ({ place = files.join(' or '), why }: Loop): void => {
  writeSync(2, unusable(`${place} ${why}`));
  endProcess(2);
};
watchThread({ connects, shows: () => Atomics.load(heart, BEATS), files, patience, found });
