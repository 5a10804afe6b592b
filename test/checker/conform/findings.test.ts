/** Findings that a kernel was seen to have: their traces, played on the kernel that $MMCHECK_KERNEL_IMAGE names. */
import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import * as Effect from 'effect/Effect';
import * as Exit from 'effect/Exit';
import { beforeEach, describe, expect, it } from 'vitest';
import { compiled, compiledRunner, temporaryDirectory } from '../../../checker/conform/runner_process.ts';
import { readKernelImage } from '../../../checker/conform/vm/kernel_image.ts';
import { machines, type Offer } from '../../../checker/conform/vm/machines.ts';
import { findQemu } from '../../../checker/conform/vm/qemu.ts';
import { runInVm } from '../../../checker/conform/vm/run_in_vm.ts';
import { catalogue } from '../../../checker/mm_catalogue.ts';
import { type PlayedOperation, readTraceOfFinding, type Told } from './claims.ts';

const conform = fileURLToPath(new URL('../../../checker/conform', import.meta.url));

/** FINDING.trace is the shortest one; FINDING.WHAT.trace shows something more of it. FINDING.c is a program: no trace can show it. */
const traces = readdirSync(`${conform}/findings`).map((file) => {
  const text = readFileSync(`${conform}/findings/${file}`, 'utf8');
  const finding = catalogue.findings.find(({ name }) => name === file.split('.', 1)[0]);
  return { file, text, finding, told: readTraceOfFinding(text) };
});

it('a finding has been seen where there is a trace of it, and only there', () => {
  const seen = catalogue.findings.filter((one) => 'seen' in one && one.seen !== undefined && one.seen.by === undefined);
  const shown = traces.filter(({ file, finding }) => [`${finding?.name}.trace`, `${finding?.name}.c`].includes(file));
  expect(shown.map(({ finding }) => finding!.name).toSorted()).toEqual(seen.map(({ name }) => name).toSorted());
});

/** A stable kernel that the catalogue does not have counts as the release that it comes from. */
const releaseOf = (version: string): string =>
  catalogue.kernels.some(({ name }) => name === `v${version}`) ? `v${version}` : `v${/^\d+\.\d+/.exec(version)![0]}`;

it.each(traces)('$file names a machine, kernels that have the finding, and what is to be seen', ({ finding, told }) => {
  const versions = told.kernels.map((one) => one.split('+', 1)[0]!);
  expect([...machines.keys()]).toContain(told.machine);
  expect(finding).toMatchObject({ seen: { kernels: versions } });
  expect(finding!.kernels).toEqual(expect.arrayContaining(versions.map(releaseOf)));
  expect(told.claims).not.toEqual([]);
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

/** The runner's lines, or those of a program in its place; the last one of a kernel that dies may be cut short. */
const play = Effect.fnUntraced(function* (file: string, text: string, { machine: name, knobs }: Told) {
  const directory = yield* temporaryDirectory;
  const isProgram = file.endsWith('.c');
  const lines: string[] = [];
  const operations: PlayedOperation[] = [];
  const machine = machines.get(name)!;
  const turned: Offer = { name: 'knobs', says: knobs.join(', '), modules: [], setup: knobs };
  const played = yield* runInVm({
    machine: { ...machine, offers: [...machine.offers, turned] },
    image: yield* image,
    runner: yield* isProgram ? compiled(directory, 'program', text) : compiledRunner(directory),
    init: yield* compiled(directory, 'init', readFileSync(`${conform}/vm/init.c`, 'utf8')),
    trace: isProgram ? '' : text,
    onLine: (line) => {
      lines.push(line);
      if (line.startsWith('{"i":') && line.endsWith('}')) operations.push(JSON.parse(line) as PlayedOperation);
    },
  });
  expect(played.lacks).toEqual([]);
  return { ...played, operations, lines };
}, Effect.scoped);

describe('the kernel', { timeout: 300_000 }, () => {
  beforeEach((test) => {
    test.skip(why !== undefined, why);
  });

  it.for(traces)('does what $file says', async ({ file, text, told }, test) => {
    const { release } = await Effect.runPromise(image);
    const { kernels, without, claims } = told;
    test.skip(
      ![...kernels, ...without].includes(release),
      `it was seen on ${kernels.join(', ')}, and this is ${release}`,
    );
    const run = await Effect.runPromise(play(file, text, told));
    const wrong = claims.filter(({ holds }) => !holds(run)).map((one) => one.text);
    expect({ all: wrong.length === 0, wrong }).toEqual({ all: kernels.includes(release), wrong });
  });
});
