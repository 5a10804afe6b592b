/** Findings that a kernel was seen to have: their traces, played on the kernel that $MMCHECK_KERNEL_IMAGE names. */
import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import * as Effect from 'effect/Effect';
import * as Exit from 'effect/Exit';
import { beforeEach, describe, expect, it } from 'vitest';
import { compiled, compiledRunner, temporaryDirectory } from '../../../checker/conform/runner_process.ts';
import { readKernelImage } from '../../../checker/conform/vm/kernel_image.ts';
import { machines } from '../../../checker/conform/vm/machines.ts';
import { findQemu } from '../../../checker/conform/vm/qemu.ts';
import { runInVm } from '../../../checker/conform/vm/run_in_vm.ts';
import { catalogue } from '../../../checker/mm_catalogue.ts';
import { type PlayedOperation, readTraceOfFinding } from './claims.ts';

const conform = fileURLToPath(new URL('../../../checker/conform', import.meta.url));

/** FINDING.trace is the shortest one; FINDING.WHAT.trace shows something more of it. */
const traces = readdirSync(`${conform}/findings`).map((file) => {
  const text = readFileSync(`${conform}/findings/${file}`, 'utf8');
  const finding = catalogue.findings.find(({ name }) => name === file.split('.', 1)[0]);
  const { machine, kernel, claims } = readTraceOfFinding(text);
  return { file, text, finding, machine, kernel, claims };
});

it('a finding is called reproduced where there is a trace of it, and only there', () => {
  const reproduced = catalogue.findings.filter(({ status }) => status === 'reproduced');
  const shown = traces.filter(({ file, finding }) => file === `${finding?.name}.trace`);
  expect(shown.map(({ finding }) => finding!.name).toSorted()).toEqual(reproduced.map(({ name }) => name).toSorted());
});

it.each(traces)('$file names a machine, a kernel that has the finding, and what is to be seen', (one) => {
  const { finding, machine, kernel, claims } = one;
  expect([...machines.keys()]).toContain(machine);
  expect(finding).toMatchObject({ status: 'reproduced', seen: { kernel: kernel.split('+', 1)[0] } });
  expect(finding!.kernels).toContain(`v${kernel.split('+', 1)[0]}`);
  expect(claims).not.toEqual([]);
});

const path = process.env['MMCHECK_KERNEL_IMAGE'] ?? '';

/** Why nothing can be booted here; undefined when it can. */
const why =
  path === ''
    ? '$MMCHECK_KERNEL_IMAGE names no kernel'
    : Exit.isFailure(await Effect.runPromiseExit(findQemu()))
      ? 'there is no QEMU'
      : undefined;

const image = readKernelImage(path, process.env['MMCHECK_KERNEL_MODULES']);

/** The runner's lines; the last one of a kernel that dies may be cut short. */
const play = Effect.fnUntraced(function* (machine: string, trace: string) {
  const directory = yield* temporaryDirectory;
  const operations: PlayedOperation[] = [];
  const played = yield* runInVm({
    machine: machines.get(machine)!,
    image: yield* image,
    runner: yield* compiledRunner(directory),
    init: yield* compiled(directory, 'init', readFileSync(`${conform}/vm/init.c`, 'utf8')),
    trace,
    onLine: (line) => {
      if (line.startsWith('{"i":') && line.endsWith('}')) operations.push(JSON.parse(line) as PlayedOperation);
    },
  });
  return { ...played, operations };
}, Effect.scoped);

describe('the kernel', { timeout: 120_000 }, () => {
  beforeEach((test) => {
    test.skip(why !== undefined, why);
  });

  it.for(traces)('does what $file says', async ({ text, machine, kernel, claims }, test) => {
    const { release } = await Effect.runPromise(image);
    test.skip(release !== kernel, `it was seen on ${kernel}, and this is ${release}`);
    const run = await Effect.runPromise(play(machine, text));
    expect(claims.filter(({ holds }) => !holds(run)).map((one) => one.text)).toEqual([]);
  });
});
