/** What a patch is put on: the kernel that it names, or another one; what it sets itself wins over what its base sets. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import * as Effect from 'effect/Effect';
import { describe, expect, it } from '@effect/vitest';
import { Cells } from '../../checker/cells.ts';
import { catalogue } from '../../checker/mm_catalogue.ts';
import { explore } from '../../checker/search/index.ts';
import { notSetBy, onTheirBase } from '../../checker/own_patches.ts';
import { changeAsked } from '../../checker/validate/targets.ts';
import type { Patch } from '../../model/mm/kernel.ts';
import { mmcheck } from './command_line.ts';
import { file, folder, patchOf } from './own_file/files.ts';

const own = {
  name: 'mine.ts',
  path: '/mine.ts',
  title: 'mine',
  base: 'v7.3+mprotect-pud=changes+readers-pud=kept',
  sets: { 'mprotect-pud': 'bad' },
};
/** What it changes is that of other kernels, too, which it is compared with. */
const inPlace: Patch = {
  configured: (base) => (machine) => base(Object.assign(machine, { pudLeaves: false })),
  install: (base) => Object.assign(base, { deposits: true }),
  zap_pte_range: (base) => (s, mm, vma, slot, from, to, details) =>
    base(s, mm, vma, slot, from, to, Object.assign(details ?? {}, { evenCows: false, reclaimPt: false })),
};
const asked = { kernel: [], series: [], set: ['pud-order=dax'] };

describe('a patch', () => {
  it('takes the kernel and the toggles of its base, but for those that it sets', () => {
    expect(onTheirBase(asked, [own])).toEqual({
      kernel: ['v7.3'],
      series: [],
      set: ['readers-pud=kept', 'pud-order=dax'],
    });
    expect(notSetBy([own, { sets: { 'readers-pud': 'split' } }], ['mprotect-pud=changes', 'readers-pud=kept'])).toEqual(
      [],
    );
  });

  it('takes nothing of its base where another kernel is named', () => {
    expect(onTheirBase({ ...asked, kernel: ['v6.12'] }, [own])).toEqual({ ...asked, kernel: ['v6.12'] });
  });

  it('changes a toggle that its base sets', async () => {
    const silent = { write: () => undefined };
    const setting = { catalogue, module: '', version: '0', out: silent, err: silent, cells: new Cells() };
    const path = new URL('../../model/bugs/vma_boundary_inside_pud_leaf.ts', import.meta.url).pathname;
    const { base, patched } = await Effect.runPromise(changeAsked(setting, [path], {}));
    const shown = ({ settings }: typeof base) => settings.map(({ toggle, value }) => `${toggle}=${value}`);
    expect([shown(base), shown(patched)]).toEqual([['vma-split-pud=splits'], []]);
  });

  it('is told to do nothing where what it replaces is never called, and nothing is said about it', async () => {
    const path = patchOf('pin.ts', 'folio_maybe_dma_pinned: () => () => false,');
    const junit = join(folder, 'idle.xml');
    const idle = await mmcheck(['check', '--patch', path, '--world', 'vfio-arm64', '--junit', junit]);
    expect(idle.code).toBe(3);
    expect(readFileSync(junit, 'utf8')).toMatch(/name="the patch">\s*<skipped/);
    expect(idle.out).toContain('  not called     pin.ts (folio_maybe_dma_pinned)\n');
    expect(idle.out.replaceAll(/\s+/g, ' ')).toContain(
      'Nothing is said about pin.ts: its folio_maybe_dma_pinned is never called here.',
    );
    const both = ['--world', 'vfio-arm64', '--world', 'anon-pinned', '--property', 'I-PIN'];
    const called = await mmcheck(['check', '--patch', path, ...both, '--states-max', '2000']);
    expect(called.code).toBe(1);
    expect(called.out).not.toContain('Nothing is said about');
  });

  it('is told to do nothing beside another one that is called, and where it sets toggles', async () => {
    const setting = file('sets.mjs', "export default { title: 'mm: a try', sets: { 'mprotect-pud': 'bad' } };");
    const copied = patchOf('copied.ts', 'copy_huge_pmd: (base) => (...all) => base(...all),');
    const words = ['check', '--patch', setting, '--patch', copied, '--world', 'vfio-arm64', '--property', 'I-TRANS'];
    const { code, out } = await mmcheck(words);
    expect([code, out.replaceAll(/\s+/g, ' ')]).toEqual([
      3,
      expect.stringContaining('Nothing is said about sets.mjs: its change_pud_leaf is never called here.'),
    ]);
    expect(out).not.toContain('about copied.ts');
  });

  it('that changes how the machine is set up is called before anything happens', async () => {
    const path = patchOf('conf.ts', 'configured: (base) => (machine) => base(machine),');
    const { code, out } = await mmcheck(['check', '--patch', path, '--world', 'vfio-arm64', '--property', 'I-TRANS']);
    expect(code).toBe(0);
    expect(out).not.toContain('never called');
  });

  it.each(['configured', 'install', 'zap_pte_range'] as const)('cannot change what %s gets in its place', (name) => {
    const { build } = catalogue.worlds.find((one) => one.name === 'vfio-parts')!;
    const mine = [{ name: 'mine.ts', path: '/mine.ts', title: 'mine', mm: { [name]: inPlace[name] } }];
    const kernel = { kernel: 'v7.1', arch: 'x86_64', series: [], settings: [], own: mine };
    expect(() => explore(build(kernel, 'quick'))).toThrow(/read only/);
  });
});
