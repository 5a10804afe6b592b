import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { initramfs, setupLines } from '../../../../checker/conform/vm/initramfs.ts';
import { commandLineOf, type Machine, machines } from '../../../../checker/conform/vm/machines.ts';

const all = [...machines.values()];
const initSource = readFileSync(new URL('../../../../checker/conform/vm/init.c', import.meta.url), 'utf8');
/** The table `steps` of init.c. */
const steps = [...initSource.matchAll(/^\t\{ "(\w+)", \d, \d, \w+ \},/gm)].map(([, name]) => name);

const machine = (name: string): Machine => machines.get(name)!;

describe.each(all.map((one) => [one.name, one] as const))('the machine %s', (name, { offers, memoryMib }) => {
  it('is found by its name, and each offer by its own', () => {
    expect(machines.get(name)?.name).toBe(name);
    expect(new Set(offers.map((offer) => offer.name)).size).toBe(offers.length);
  });
  it('asks init for what init can do', () => {
    expect(steps).toContain('swapon');
    const asked = offers.flatMap(({ setup }) => setup.map((line) => line.split(' ', 1)[0]));
    expect(asked.filter((step) => !steps.includes(step))).toEqual([]);
  });
  it('has its images inside its memory, where the kernel keeps off', () => {
    for (const { image } of offers) {
      if (image === undefined) continue;
      expect(image.atMib + image.mib).toBeLessThan(memoryMib);
      expect(commandLineOf(machine(name))).toContain(`memmap=${image.mib}M!${image.atMib}M`);
    }
  });
});

describe('the command line', () => {
  it('shows warnings, ends at the first oops, and takes all that init says', () => {
    for (const one of all)
      expect(commandLineOf(one)).toEqual(
        expect.arrayContaining(['console=ttyS0', 'loglevel=5', 'oops=panic', 'panic=-1', 'printk.devkmsg=on']),
      );
  });
  it('tells drivers that are built in what modules are told', () => {
    expect(commandLineOf(machine('pfnmap'))).toEqual(
      expect.arrayContaining(['vfio_pci.ids=1b36:0005,1234:1111', 'vfio_iommu_type1.allow_unsafe_interrupts=1']),
    );
  });
});

describe('the set-up', () => {
  const bytes = Buffer.from('module');
  const fitted = machine('dax').offers.map((offer) => ({
    offer,
    modules: offer.modules.map(({ name }) => ({ name: name.replaceAll('-', '_'), bytes })),
  }));
  it('loads a module once, for the offer that needs it first', () => {
    const lines = setupLines(fitted);
    expect(lines.filter((line) => line === 'module /modules/nd_pmem.ko')).toHaveLength(1);
    expect(lines.indexOf('module /modules/nd_pmem.ko')).toBeLessThan(lines.indexOf('offer device-dax'));
  });
  it('gives modules their parameters', () => {
    const vfio = machine('pfnmap').offers.find(({ name }) => name === 'vfio');
    expect(setupLines([{ offer: vfio!, modules: [{ name: 'vfio_pci', bytes }] }])).toContain(
      'module /modules/vfio_pci.ko ids=1b36:0005,1234:1111',
    );
  });
  it('makes the same archive every time', () => {
    const contents = { init: bytes, runner: bytes, trace: 'seq a\n', offers: fitted };
    expect(initramfs(contents)).toEqual(initramfs(contents));
  });
});
