import { readFileSync } from 'node:fs';
import * as Effect from 'effect/Effect';
import { compiled, compiledRunner, temporaryDirectory } from '../../../checker/conform/runner_process.ts';
import { readKernelImage } from '../../../checker/conform/vm/kernel_image.ts';
import { machines } from '../../../checker/conform/vm/machines.ts';
import { runInVm } from '../../../checker/conform/vm/run_in_vm.ts';
const [, , img, mods, machine, file] = process.argv;
const text = readFileSync(file!, 'utf8');
const go = Effect.gen(function* () {
  const d = yield* temporaryDirectory;
  const isC = file!.endsWith('.c');
  const p = yield* runInVm({
    machine: machines.get(machine!)!,
    image: yield* readKernelImage(img!, mods),
    runner: yield* isC ? compiled(d, 'prog', text) : compiledRunner(d),
    init: yield* compiled(d, 'init', readFileSync('/work/wt-real/checker/conform/vm/init.c', 'utf8')),
    trace: isC ? '' : text,
    onLine: (l) => console.log(l.length > 400 ? l.slice(0, 400) : l),
  });
  console.log(p.died, p.reports, p.lacks);
}).pipe(Effect.scoped);
await Effect.runPromise(go);
