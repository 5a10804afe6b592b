/** A kernel as one thread sends it to another: functions do not pass, so files of patches are read again there. */
import type { KernelChoice } from './catalogue.ts';
import { readPatches } from './own_file/patch_file.ts';

export interface KernelJob {
  readonly kernel: Omit<KernelChoice, 'own' | 'through' | 'watch' | 'watchEntries'>;
  /** Files of patches of somebody's own. */
  readonly own: readonly string[];
}

export const jobOf = ({ own = [], kernel, arch, series, settings, exact }: KernelChoice): KernelJob => ({
  kernel: { kernel, arch, series, settings, ...(exact === undefined ? {} : { exact }) },
  own: own.map(({ path }) => path),
});

/** Throws what is wrong with a file. */
export const kernelOf = async ({ kernel, own }: KernelJob): Promise<KernelChoice> => ({
  ...kernel,
  own: await readPatches(own),
});
