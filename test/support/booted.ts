/** A machine that has just been booted, with one process, for tests that call kernel functions one by one. */
import type { Words } from '../../checker/search/index.ts';
import type { Driver } from '../../model/drivers/driver.ts';
import { copy_process } from '../../model/mm/fork.ts';
import type { Kernel, Sys } from '../../model/mm/kernel.ts';
import { access_page } from '../../model/mm/memory_fault.ts';
import { mmap_region } from '../../model/mm/mmap.ts';
import { mmWorld } from '../../model/mm/world.ts';
import { NO_OPERATIONS } from '../../model/operations/alphabet.ts';
import { v7_1 } from '../../model/releases/v7_1.ts';
import type { Geometry } from '../../model/state/geometry.ts';
import { type Machine, X86_64 } from '../../model/state/machine.ts';
import { Prot, Result, Vma } from '../../model/state/mm_types.ts';

/** No allocation fails, unless there is no memory. */
export const booted = (geometry: Geometry, facts: Partial<Machine> = {}, kernel: Kernel = v7_1): Sys => {
  const { layout, initial } = mmWorld({
    name: 'by hand',
    geometry,
    machine: { ...X86_64, ...facts },
    kernel,
    alphabet: NO_OPERATIONS,
    failuresMax: 0,
    properties: [],
  });
  const words: Words = layout.zero();
  const s = layout.draftOf(words);
  initial[0]!(s);
  return s;
};

type Fields = NonNullable<Parameters<typeof Vma.of>[0]>;
/** Something that maps pages start..end-1 as the fields say; readable and writable, if they do not say more. */
export const mapping = (fields: Fields): Driver => ({
  name: 'by hand',
  says: '',
  vma: Vma.of({ prot: Prot.RW, mayWrite: 1, ...fields }),
  remaps: [],
});

/** The result of a system call or of an access, by name. */
export const mmap = (s: Sys, mm: number, fields: Fields): string => Result.names[mmap_region(s, mm, mapping(fields))]!;
export const access = (s: Sys, mm: number, page: number, how: 'read' | 'write'): string =>
  Result.names[access_page(s, mm, page, how === 'write')]!;
export const fork = (s: Sys): string => Result.names[copy_process(s, 0, 1)]!;
