/** What is not compared, why, and what would let it be. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from '@effect/vitest';
import type { Ground } from '../../../checker/conform/ground.ts';
import type { MachineName } from '../../../checker/conform/levels.ts';
import type { ConformScope } from '../../../checker/conform/scope.ts';
import { SCOPES } from '../../../checker/conform/scopes.ts';
import { FEATURES, skippedHere } from '../../../checker/conform/skipped.ts';
import { modelGround } from '../../support/model_runner.ts';
import { ALL, V6_18 } from '../../support/walks.ts';

const directory = mkdtempSync(join(tmpdir(), 'mmcheck-skipped-'));
afterAll(() => rmSync(directory, { recursive: true }));

const EVERYTHING = { thp: 'madvise', uring: true, uffd: true, softdirty: true, swap: true, kvm: true } as const;
const groundWith = (features: Ground['header']['features'], machine: MachineName = 'live'): Ground =>
  modelGround({ kernel: V6_18, sight: ALL, features }, machine);
const scope = (name: string): ConformScope => SCOPES.find((one) => one.name === name)!;

/** "scope: why; enabled by what" of each that is skipped. */
const skippedOn = (ground: Ground, knobsAllowed = true): readonly string[] =>
  SCOPES.flatMap((one) => skippedHere(ground, one, knobsAllowed) ?? []).map(
    ({ scope: name, why, enables }) => `${name}: ${why}; enabled by ${enables}`,
  );

describe('nothing is skipped', () => {
  it('but devices on a kernel that has everything, on the machine plain', () => {
    expect(skippedOn(groundWith(EVERYTHING, 'plain')).map((line) => line.split(':')[0])).toEqual([
      'vfio',
      'vfio-1G',
      'device-dax',
      'fs-dax',
      'fs-dax-private',
      'fs-dax-hole',
      'fs-dax-unwritten',
      'fs-dax-pins',
      'guest',
      'guest-off',
      'guest-1G',
      'vfio-readers',
      'vfio-readers-1G',
    ]);
  });
  it('of the devices on the machine that has them', () => {
    const skipped = skippedOn(groundWith(EVERYTHING, 'pfnmap')).map((line) => line.split(':')[0]);
    expect(skipped).toEqual(SCOPES.map(({ name }) => name).filter((name) => !/^(vfio|guest)/.test(name)));
  });
  it('where THP is always on', () => {
    expect(skippedHere(groundWith({ ...EVERYTHING, thp: 'always' }), scope('anon'), false)).toBeUndefined();
  });
});

describe('what is skipped says why, and what would enable it:', () => {
  it('a device that is not there', () => {
    expect(skippedOn(groundWith(EVERYTHING))).toMatchInlineSnapshot(`
      [
        "truncate-part: not played here; enabled by --kernel-image and --machine plain",
        "vfio: not played here; enabled by --kernel-image and --machine pfnmap",
        "vfio-1G: not played here; enabled by --kernel-image and --machine pfnmap",
        "device-dax: not played here; enabled by --kernel-image and --machine dax",
        "collapse: not played here; enabled by --kernel-image and --machine plain",
        "collapse-shmem: not played here; enabled by --kernel-image and --machine plain",
        "collapse-pins: not played here; enabled by --kernel-image and --machine plain",
        "swap: not played here; enabled by --kernel-image and --machine plain",
        "swap-pages: not played here; enabled by --kernel-image and --machine plain",
        "swap-moved: not played here; enabled by --kernel-image and --machine plain",
        "swap-pins: not played here; enabled by --kernel-image and --machine plain",
        "fs-dax: not played here; enabled by --kernel-image and --machine dax",
        "fs-dax-private: not played here; enabled by --kernel-image and --machine dax",
        "fs-dax-hole: not played here; enabled by --kernel-image and --machine dax",
        "fs-dax-unwritten: not played here; enabled by --kernel-image and --machine dax",
        "fs-dax-pins: not played here; enabled by --kernel-image and --machine dax",
        "guest: not played here; enabled by --kernel-image and --machine pfnmap",
        "guest-off: not played here; enabled by --kernel-image and --machine pfnmap",
        "guest-1G: not played here; enabled by --kernel-image and --machine pfnmap",
        "mbind: not played here; enabled by --kernel-image and --machine plain",
        "mlock: not played here; enabled by --kernel-image and --machine plain",
        "mem: not played here; enabled by --kernel-image and --machine plain",
        "vfio-readers: not played here; enabled by --kernel-image and --machine pfnmap",
        "vfio-readers-1G: not played here; enabled by --kernel-image and --machine pfnmap",
      ]
    `);
  });
  it.each<[string, Ground['header']['features'], string, MachineName?]>([
    ['no THP', { ...EVERYTHING, thp: 'never' }, 'anon'],
    ['no word of THP', {}, 'anon'],
    ['no io_uring', { ...EVERYTHING, uring: false }, 'pins'],
    ['no UFFDIO_MOVE', { ...EVERYTHING, uffd: false }, 'uffd-move'],
    ['no soft-dirty bit', { ...EVERYTHING, softdirty: false }, 'soft-dirty'],
    ['no KVM', { ...EVERYTHING, kvm: false }, 'guest', 'pfnmap'],
  ])('%s', (_, features, name, machine = 'live') => {
    const skipped = skippedHere(groundWith(features, machine), scope(name), true)!;
    const feature = scope(name).needs.find((one) => FEATURES[one].lacks === skipped.why);
    expect(feature).toBeDefined();
    expect(skipped).toEqual({ scope: name, why: FEATURES[feature!].lacks, enables: FEATURES[feature!].enables });
  });
  it('what it lacks goes before what must be set', () => {
    expect(skippedHere(groundWith({ ...EVERYTHING, thp: 'never' }), scope('mthp'), false)?.why).toBe(
      FEATURES.thp.lacks,
    );
  });
});

describe('knobs that are not allowed', () => {
  const path = join(directory, 'knob');
  const needing: ConformScope = { ...scope('anon'), name: 'needing', knobs: [{ path, value: 'advise' }] };
  it('skip what needs them', () => {
    writeFileSync(path, 'always within_size advise [never] deny force\n');
    expect(skippedHere(groundWith(EVERYTHING), needing, false)).toEqual({
      scope: 'needing',
      why: `it needs ${path}=advise`,
      enables: '--allow-knobs, as root',
    });
    expect(skippedHere(groundWith(EVERYTHING), needing, true)).toBeUndefined();
  });
  it('skip nothing where they stand as they must', () => {
    writeFileSync(path, 'always within_size [advise] never deny force\n');
    expect(skippedHere(groundWith(EVERYTHING), needing, false)).toBeUndefined();
  });
  it('are set anyway in a virtual machine', () => {
    writeFileSync(path, 'never');
    expect(skippedHere(groundWith(EVERYTHING, 'plain'), needing, false)).toBeUndefined();
  });
});
