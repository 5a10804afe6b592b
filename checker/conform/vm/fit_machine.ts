/** A machine as one kernel and this side can make it: its offers with their modules, and files for the guest's memory. */
import { spawnSync } from 'node:child_process';
import { truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import * as Effect from 'effect/Effect';
import type { Lack } from './guest.ts';
import type { FittedOffer } from './initramfs.ts';
import type { KernelImage } from './kernel_image.ts';
import { modulesFor } from './kernel_modules.ts';
import type { Machine, MemoryImage, Offer } from './machines.ts';
import { onHost } from './on_host.ts';
import { findProgram, type MemoryFile } from './qemu.ts';
import { HostFailed, type NoModule } from './vm_error.ts';

const makeImage = (directory: string, image: MemoryImage): Effect.Effect<MemoryFile, HostFailed> =>
  onHost(image.file, 'cannot be made', () => {
    const [name, ...args] = image.make;
    const program = findProgram(name!);
    if (program === undefined)
      throw new HostFailed({ what: name!, why: `is not on this machine (Debian package ${image.package})` });
    const path = join(directory, image.file);
    writeFileSync(path, '');
    truncateSync(path, image.mib * 2 ** 20);
    const { status, stderr } = spawnSync(program, [...args, path], { encoding: 'utf8' });
    if (status !== 0) throw new HostFailed({ what: name!, why: `failed: ${stderr.trim()}` });
    return { path, atMib: image.atMib };
  });

/** An offer as this kernel and this side can make it: its modules, and the file that goes into the guest's memory. */
const fitOffer = Effect.fnUntraced(function* (directory: string, kernel: KernelImage, offer: Offer) {
  const modules = yield* modulesFor(kernel, offer.modules);
  const memory = offer.image === undefined ? [] : [yield* makeImage(directory, offer.image)];
  return { fitted: { offer, modules } satisfies FittedOffer, memory };
});

/** What cannot be had is left out and told, unless the machine is there for it. */
export const fitMachine = Effect.fnUntraced(function* (directory: string, machine: Machine, image: KernelImage) {
  const offers: FittedOffer[] = [];
  const memory: MemoryFile[] = [];
  const lacks: Lack[] = [];
  for (const offer of machine.offers) {
    const fit = fitOffer(directory, image, offer);
    const leftOut = (error: NoModule | HostFailed) => {
      lacks.push({ offer: offer.name, why: error.message.split('\n', 1)[0]! });
      return Effect.succeed(undefined);
    };
    const made = yield* offer.needed === true ? fit : fit.pipe(Effect.catch(leftOut));
    if (made === undefined) continue;
    offers.push(made.fitted);
    memory.push(...made.memory);
  }
  return { offers, memory, lacks };
});
