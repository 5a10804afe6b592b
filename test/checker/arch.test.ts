/** `mmcheck check --arch`: the command line, trace files, and x86-64 bit for bit against the abstract entries. */
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as Effect from 'effect/Effect';
import { afterAll, describe, expect, it } from 'vitest';
import { Cells } from '../../checker/cells.ts';
import { main } from '../../checker/cli.ts';
import { buildWorld, catalogue } from '../../checker/mm_catalogue.ts';
import type { Told } from '../../checker/narrate.ts';
import { searchWorld } from '../../checker/search_world.ts';
import { MM_WORLDS } from '../../checker/worlds/all.ts';
import { capture } from './command_line.ts';

const directory = mkdtempSync(join(tmpdir(), 'mmcheck-'));
afterAll(() => rmSync(directory, { recursive: true }));

const module = new URL('../../checker/mm_catalogue.ts', import.meta.url).href;
const mmcheck = async (...argv: readonly string[]) => {
  const [out, err] = [capture(), capture()];
  const cells = new Cells();
  const code = await Effect.runPromise(main(argv, { catalogue, module, version: '0.0.0', out, err, cells }));
  return { code, out: out.text(), err: err.text() };
};

describe('check --arch', () => {
  it('names what there is, and the nearest, for an architecture that there is not', async () => {
    const { code, out, err } = await mmcheck('check', '--arch', 'x86_46', '--world', 'pfnmap-cow');
    expect([code, out]).toEqual([2, '']);
    expect(err).toContain('there is no architecture "x86_46"\n  did you mean: x86_64\n  there are: x86_64');
  });

  it('says of an architecture that no world carries where it is known', async () => {
    const { code, err } = await mmcheck('check', '--arch', 'loongarch64', '--world', 'pfnmap-cow');
    expect(code).toBe(2);
    expect(err).toContain('loongarch64 has laws, but no world carries its entries');
    expect(err).toContain('npx mmcheck laws --arch loongarch64');
  });

  it('takes no kernel whose entries were not read', async () => {
    const { code, err } = await mmcheck('check', '--arch', 'x86_64', '--kernel', 'v6.17', '--world', 'pfnmap-cow');
    expect(code).toBe(2);
    expect(err).toMatchInlineSnapshot(`
      "mmcheck: there is no kernel "v6.17" of x86_64, bit for bit
        did you mean: v6.18
        there are: v7.1, v7.3, v6.18, v6.12.117, v6.12
      "
    `);
  });

  it('takes no world of another machine that is named, and leaves it out of a pattern', async () => {
    const named = await mmcheck('check', '--arch', 'x86_64', '--world', 'pfnmap-hash');
    expect(named.code).toBe(2);
    expect(named.err).toContain('not made for the machine of x86_64: pfnmap-hash');
    const some = await mmcheck(
      'check',
      '--arch',
      'x86_64',
      '--world',
      'pfnmap-h*',
      '--world',
      'pfnmap-co*',
      '--property',
      'I-FMT',
    );
    expect([some.code, some.err]).toEqual([0, 'mmcheck: left out, not made for the machine of x86_64: pfnmap-hash\n']);
    expect(some.out).toContain('stands for pfn');
  });

  it('says of what can only be asked so that it was not asked', async () => {
    const without = await mmcheck('check', '--world', 'pfnmap-cow', '--property', 'I-PERM', '--property', 'I-FMT');
    expect(without.out).toContain('not asked      I-FMT: only with --arch');
    const alone = await mmcheck('check', '--world', 'pfnmap-cow', '--property', 'I-FMT', '--property', 'I-AD');
    expect(alone).toMatchObject({
      code: 2,
      err: 'mmcheck: I-FMT and I-AD can only be asked of real entries, with --arch NAME\n  try: npx mmcheck list architectures\n',
    });
  });

  it('names the functions of a series that nobody has read, where an architecture has some', async () => {
    const flags = ['--world', 'pfnmap-install', '--property', 'I-FMT'];
    const onV4 = ['--series', 'huge-remap-pfn-range@v4', ...flags];
    const arm64 = await mmcheck('check', '--arch', 'arm64_4k', ...onV4);
    expect(arm64.out.split('\n').slice(-7).join('\n')).toMatchInlineSnapshot(`
      "  huge-in-cow=yes

      Inferred, from what is named, and read in no code:
        pfn_pmd() and pfn_pud() make a block of a base-PTE pgprot_t; pmd_pgprot() and
        pud_pgprot() give back the type of a page (v4 cover letter: the contract of
        pgprot_t, "arm64" among the patches)
      "
    `);
    const json = await mmcheck('check', '--arch', 'arm64_4k', ...onV4, '--json');
    const { runs } = JSON.parse(json.out) as { readonly runs: readonly { readonly inferred?: readonly string[] }[] };
    expect(runs.map(({ inferred }) => inferred)).toEqual([
      [expect.stringMatching(/^pfn_pmd\(\) and pfn_pud\(\) make a block/)],
    ]);
    const none = await mmcheck('check', '--arch', 'arm64_4k', ...flags, '--json');
    expect(none.out).not.toContain('"inferred"');
    expect((await mmcheck('check', '--arch', 'riscv64', ...onV4)).out).not.toContain('read in no code');
  });

  it('shows entries in hexadecimal and in words, and a trace file that replays as it was', async () => {
    const set = ['remap-leaf=yes', 'remap-deposit=yes', 'discriminator=vma-ops', 'split-special=populates'];
    const flags = ['--arch', 'x86_64', '--world', 'pfnmap-cache', '--property', 'I-PGPROT', '--trace-dir', directory];
    const { code, out } = await mmcheck('check', ...flags, ...set.flatMap((one) => ['--set', one]));
    expect(code).toBe(1);
    expect(out).toMatch(/-> leaf 0x80000000800002a7 2M pfn 0x80000 USR\s+RW PSE A NX SPECIAL \(by remap\)/);
    const [file] = readdirSync(directory);
    expect(file).toContain('+x86_64+pfnmap-cache+quick+I-PGPROT.json');
    const replayed = await mmcheck('replay', join(directory, file!));
    expect(replayed.code).toBe(1);
    expect(replayed.out).toContain('goes as it was recorded');
    expect(replayed.out).toContain('entries      of x86_64;');
    const mended = await mmcheck('replay', join(directory, file!), '--set', 'split-pgprot=base-pte');
    expect(mended.code).toBe(0);
    expect(mended.out).toContain('I-PGPROT is not broken in these 2 steps');
  });
});

/** The verdict of every property with the way to it; of those that abstract entries are asked, too. */
const ways = ({ properties }: Told): Readonly<Record<string, string>> =>
  Object.fromEntries(
    properties.map(({ name, verdict, counterexample, witness }) => {
      const steps = (counterexample ?? witness)?.steps ?? [];
      return [name, `${verdict} ${steps.map(({ op, args }) => `${op} ${JSON.stringify(args)}`).join('; ')}`];
    }),
  );

describe.each(['', 'v1', 'v2', 'v3', 'v4'])('x86-64 bit for bit, huge-remap-pfn-range@%s', (version) => {
  const settings =
    catalogue.series
      .find(({ name }) => name === 'huge-remap-pfn-range')!
      .versions.find((one) => one.version === version)?.sets ?? [];
  const searched = (name: string, exact: object): Told => {
    const entry = MM_WORLDS.find((one) => one.name === name)!;
    const found = searchWorld(buildWorld(entry, { kernel: 'v7.1', series: [], settings, ...exact }, 'quick'), [], {});
    if ('nothing' in found) throw new Error('nothing was asked');
    return found;
  };
  const small = ['pfnmap-move', 'pfnmap-install', 'vfio-bar', 'phys-access-leaf'];
  const large: Readonly<Record<string, string>> = { '': 'pfnmap-cow', v1: 'pfnmap-cache', v4: 'shmem-thp' };
  it.each([...small, large[version] ?? 'pfnmap-no-leaves'])(
    'goes through the same states of world %s, and comes to the same verdicts by the same ways',
    (name) => {
      const [abstract, exact] = [searched(name, {}), searched(name, { exact: 'x86_64' })];
      expect([exact.states, exact.transitions, exact.depth]).toEqual([
        abstract.states,
        abstract.transitions,
        abstract.depth,
      ]);
      expect(ways(exact)).toMatchObject(ways(abstract));
      const more = exact.properties.map((one) => one.name).filter((one) => !(one in ways(abstract)));
      // Of memory only entries of an architecture have a mode.
      const cache = 'I-CACHE' in ways(abstract) ? [] : ['I-CACHE'];
      expect(more.toSorted()).toEqual(['I-AD', ...cache, 'I-FMT', 'I-LEAF', 'I-PGPROT']);
    },
  );
  it('says what a violation rests on, though a kernel that it tries makes words that no world has', async () => {
    const asked = ['--kernel', 'v6.18', '--arch', 'ppc64_hash_64k', '--world', 'mixedmap', '--property', 'I-REF'];
    const { code, out } = await mmcheck('check', ...asked, '--first');
    expect([code, out.includes('mixedmap-folio-leaf-leaks')]).toEqual([1, true]);
  });
});
