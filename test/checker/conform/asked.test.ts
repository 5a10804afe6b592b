/** The flags of `mmcheck conform`: what they mean, and what is refused with a message and exit code 2. */
import { describe, expect, it } from '@effect/vitest';
import * as Effect from 'effect/Effect';
import { amountOf, type ConformAsked, guestOf, levelOf } from '../../../checker/conform/asked.ts';
import { mm } from '../command_line.ts';

const NOTHING: ConformAsked = {
  level: 'auto',
  scope: [],
  trace: [],
  against: 'auto',
  series: [],
  set: [],
  list: false,
  allowKnobs: false,
  json: false,
};
const amount = (asked: Partial<ConformAsked>) => Effect.runPromise(amountOf({ ...NOTHING, ...asked }));

describe('how much is played', () => {
  it.each([
    ['nothing said', {}, { seed: 1, sequences: 1000, length: 1 }],
    ['all said', { seed: '7', sequences: '0', length: '3' }, { seed: 7, sequences: 0, length: 3 }],
    ['a trace', { trace: ['a.json'] }, { seed: 1, sequences: 0, length: 0 }],
    ['a trace, and more', { trace: ['a.json'], sequences: '5' }, { seed: 1, sequences: 5, length: 0 }],
  ])('with %s', async (_, asked, is) => {
    expect(await amount(asked)).toEqual(is);
  });
});

describe('the level', () => {
  it.each([
    ['auto', undefined],
    ['0', 0],
    ['3', 3],
  ])('%s', async (level, is) => {
    expect(await Effect.runPromise(levelOf({ ...NOTHING, level }))).toBe(is);
  });
});

describe('the machine', () => {
  it('is the one that runs, if no kernel is named', async () => {
    expect(await Effect.runPromise(guestOf(NOTHING))).toBeUndefined();
  });
});

/** What is said on standard error; nothing may be on standard output, and the code is 2. */
const refused = async (...argv: readonly string[]): Promise<string> => {
  const { code, out, err } = await mm(['conform', ...argv]);
  expect({ code, out }).toEqual({ code: 2, out: '' });
  expect(Math.max(...err.split('\n').map((line) => line.length))).toBeLessThanOrEqual(80);
  return err.trimEnd();
};

const FLAGS =
  '--level=5 --level=most --sequences=-1 --sequences=all --sequences=1.5 --sequences= --seed=2147483648 --length=9 ' +
  '--machine=plain --modules=/lib/modules --scope=anonymous --scope=x* --kernel-image=/nowhere/bzImage';

describe('refused before anything is built or played:', () => {
  it('values that a flag does not take', async () => {
    const texts = await Promise.all(FLAGS.split(' ').map((flag) => refused(flag)));
    expect(texts.join('\n')).toMatchInlineSnapshot(`
      "mmcheck: --level takes auto or a level from 0 to 4, not "5"
      mmcheck: --level takes auto or a level from 0 to 4, not "most"
      mmcheck: --sequences takes a whole number from 0 to 9007199254740991, not "-1"
      mmcheck: --sequences takes a whole number from 0 to 9007199254740991, not "all"
      mmcheck: --sequences takes a whole number from 0 to 9007199254740991, not "1.5"
      mmcheck: --sequences takes a whole number from 0 to 9007199254740991, not ""
      mmcheck: --seed takes a whole number from 0 to 2147483647, not "2147483648"
      mmcheck: --length takes a whole number from 0 to 8, not "9"
      mmcheck: --machine plain needs --kernel-image BZIMAGE beside it
      mmcheck: --modules /lib/modules needs --kernel-image BZIMAGE beside it
      mmcheck: there is no scope "anonymous"
        did you mean: anon
        there are: anon, anon-three, anon-free, moves, moves-4M, shmem, truncate,
        truncate-part, soft-dirty, mthp, pins, uffd-move, uffd-move-pins, vfio,
        vfio-1G, device-dax, collapse, collapse-shmem, collapse-pins, swap,
        swap-pages, swap-moved, swap-pins, fs-dax, fs-dax-private, fs-dax-hole,
        fs-dax-unwritten, fs-dax-pins, guest, guest-off, guest-1G, readers, mbind,
        mlock, mem, references, vfio-readers, vfio-readers-1G, hugetlb-shared,
        hugetlb-private, hugetlb-pmd-share, hugetlb-uffd, hugetlb-moves,
        hugetlb-moves-private, hugetlb-1G
      mmcheck: there is no scope "x*"
        there are: anon, anon-three, anon-free, moves, moves-4M, shmem, truncate,
        truncate-part, soft-dirty, mthp, pins, uffd-move, uffd-move-pins, vfio,
        vfio-1G, device-dax, collapse, collapse-shmem, collapse-pins, swap,
        swap-pages, swap-moved, swap-pins, fs-dax, fs-dax-private, fs-dax-hole,
        fs-dax-unwritten, fs-dax-pins, guest, guest-off, guest-1G, readers, mbind,
        mlock, mem, references, vfio-readers, vfio-readers-1G, hugetlb-shared,
        hugetlb-private, hugetlb-pmd-share, hugetlb-uffd, hugetlb-moves,
        hugetlb-moves-private, hugetlb-1G
      mmcheck: /nowhere/bzImage cannot be read: no such file or directory
        --kernel-image takes the bzImage of an x86-64 kernel, as /boot/vmlinuz-*;
        the Debian packages linux-image-*-cloud-amd64 have one (apt-get download,
        dpkg-deb -x)"
    `);
  });
  it('a machine that there is not', async () => {
    const text = await refused('--kernel-image', '/etc/passwd', '--machine', 'plane');
    expect(text).toContain('there is no machine "plane"');
  });
});
