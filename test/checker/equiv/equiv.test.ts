/** `mmcheck equiv`: verdicts, exit codes, and the refactorings of the series that say that they change nothing. */
import { readFileSync, writeFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { mmcheck } from '../command_line.ts';
import { file, patchOf } from '../own_file/files.ts';

/** Seconds differ from run to run. */
const equiv = async (a: string, b: string, ...more: readonly string[]) => {
  const { code, out } = await mmcheck(['equiv', a, b, ...more]);
  return { code, out: out.replaceAll(/ \d+\.\d\d /g, ' S.SS ').replaceAll(/ \d+\.\d\d$/gm, ' S.SS') };
};

describe('mmcheck equiv', () => {
  it('ends with 0 where two kernels are equivalent in worlds that call what differs', async () => {
    const { code, out } = await equiv(
      'v7.1',
      'v7.1+pmd-modify-dirty=keeps',
      '--world',
      'vfio-arm64',
      '--observe',
      'user',
    );
    expect([code, out]).toMatchInlineSnapshot(`
      [
        0,
        "world       verdict     states  seconds  differs (after)
      vfio-arm64  equivalent     126     S.SS

      v7.1 and v7.1 + pmd-modify-dirty=keeps are equivalent within these worlds
        within    size quick; \`npx mmcheck explain vfio-arm64\` says what a world has
                  vfio-arm64: 2 processes, 8 pages, up to 3 VMAs, any number of
                  operations in any order, up to 1 failed allocation per operation
        compared  what user space can find out: results, VMAs, translations, rights,
                  counters in /proc
        calls     pmd_modify
      ",
      ]
    `);
  });
  it('ends with 1 where they differ, and shows the shortest sequence and both ends', async () => {
    const { code, out } = await equiv('v7.1', 'v7.1+pmd-modify-dirty=keeps', '--world', 'vfio-parts');
    expect(code).toBe(1);
    expect(out).toContain('mprotect differs after 5 operations');
    expect(out).toContain('  on v7.1:\n   5  mprotect(parent, pages 0..1, R)');
    expect(out).toMatch(/differs {2}parent pmd\[0\]\n {4}on v7.1: leaf .* young special UC-\n/);
  });
  it('ends with 3 where nothing that differs is called', async () => {
    const { code, out } = await equiv('v7.1', 'v7.1+mprotect-pud=bad', '--world', 'vfio-arm64');
    expect(code).toBe(3);
    expect(out).toContain(
      'undecided: nothing that differs between v7.1 and v7.1 + mprotect-pud=bad is\ncalled in these worlds',
    );
  });
  it('ends with 3 where what differs passes every call on to what both have', async () => {
    const { code, out } = await equiv('v7.1', 'v7.1+lookup-s390=follow_pte', '--world', 'rfc-lookup');
    expect(code).toBe(3);
    expect(out).toMatch(/^rfc-lookup +passed on/m);
    expect(out).toContain('passed on  follow_pfnmap_walk: called, and left to what both have, each time');
  });
  it('ends with 3 where one of two files is never called, since the other one takes its place', async () => {
    const covered = patchOf('covered.ts', 'copy_huge_pmd: (base) => (...all) => base(...all),');
    const over = patchOf('over.ts', 'copy_huge_pmd: () => v7_1.copy_huge_pmd,');
    writeFileSync(over, `import { v7_1 } from 'mmcheck/model/releases/v7_1.ts';\n${readFileSync(over, 'utf8')}`);
    const { code, out } = await equiv('v7.1', `v7.1+${covered}+${over}`, '--world', 'vfio-arm64');
    expect(code).toBe(3);
    expect(out).toContain('Nothing is said about covered.ts: its copy_huge_pmd is never called in these');
  });
  it('ends with 3 where what a series has more is not modelled', async () => {
    const { code, out } = await equiv(
      'huge-remap-pfn-range@v4.3',
      'huge-remap-pfn-range@v4.4',
      '--world',
      'pfnmap-cache',
    );
    expect(code).toBe(3);
    expect(out).toContain('are the same kernel here: what one has alone changes nothing that is modelled');
    const json = await equiv(
      'huge-remap-pfn-range@v4.3',
      'huge-remap-pfn-range@v4.4',
      '--world',
      'pfnmap-cache',
      '--json',
    );
    expect(JSON.parse(json.out)).toMatchObject({ same: false, sameAsModelled: true, worlds: [] });
  });
  it('ends with 3 where it does so while the world is built', async () => {
    const path = patchOf('passes.ts', 'configured: (base) => (machine) => base(machine),');
    const { code, out } = await equiv('v7.1', `v7.1+${path}`, '--world', 'vfio-arm64');
    expect(code).toBe(3);
    expect(out).toContain('passed on  configured: called, and left to what both have, each time');
  });
  it('says where the initial states differ already, and blames no operation', async () => {
    const { code, out } = await equiv('v6.12', 'v6.12+dax-counted=yes', '--world', 'fsdax');
    expect([code, out]).toMatchInlineSnapshot(`
      [
        1,
        "The initial states differ
        differs  page 16 refcount
          on v6.12: 1
          on v6.12 + dax-counted=yes: 0
        differs  page 17 refcount
          on v6.12: 1
          on v6.12 + dax-counted=yes: 0
        world    fsdax

      world  verdict  states  seconds  differs (after)
      fsdax  differs       0     S.SS  initial state

      v6.12 and v6.12 + dax-counted=yes DIFFER
        within    size quick; \`npx mmcheck explain fsdax\` says what a world has
                  fsdax: 2 processes, 4 pages, up to 2 VMAs, 2 fsdax folios of 1 page,
                  1 zero page folio of 1 page, any number of operations in any order,
                  up to 1 failed allocation per operation
        compared  all of the state, names of tables and blocks apart
        calls     dax_idle_refs
      ",
      ]
    `);
  });
  it('ends with 3 where it was cut short', async () => {
    const { code, out } = await equiv(
      'v7.1',
      'v7.1+pmd-modify-dirty=keeps',
      '--world',
      'vfio-parts',
      '--states-max',
      '30',
    );
    expect(code).toBe(3);
    expect(out).toContain('incomplete');
  });
  it('ends with 2 where a patch breaks off, with its line', async () => {
    const path = patchOf('breaks_off.ts', "vm_normal_page_pmd: () => () => { throw new Error('no'); },");
    const { code, out } = await equiv('v7.1', `v7.1+${path}`, '--world', 'mixedmap');
    expect(code).toBe(2);
    expect(out.replaceAll(/\s+/g, ' ')).toContain(`${path}:4, in mixedmap: `);
  });
  it.each([
    [['v7.1', 'v7.11'], 'there is no kernel "v7.11"'],
    [['v7.1', 'v7.1+hgm@v9'], 'there is no version "v9" of hgm'],
    [['v7.1', 'v7.3', '--observe', 'mn'], 'there is no observer "mn"'],
    [['v7.1', 'v7.3', '--world', 'nowhere'], 'there is no world "nowhere"'],
    [['v6.1', 'v7.1', '--world', 'anon-thp'], 'not modelled on both v6.1 and v7.1: anon-thp'],
  ])('refuses %s', async (words, why) => {
    const { code, err } = await mmcheck(['equiv', ...words]);
    expect(code).toBe(2);
    expect(err).toContain(why);
  });
  it('compares releases in every world that both have, whatever both set', async () => {
    const words = ['--world', 'hugetlb-move-far', '--world', 'vfio-arm64'];
    const { code, out } = await equiv('v7.1+mprotect-pud=bad', 'v7.3+mprotect-pud=bad', ...words);
    expect(code).toBe(1);
    expect(out).toMatch(/^hugetlb-move-far +differs/m);
  });
  it('sees as user that a page of a file translates to another one of it', async () => {
    const path = patchOf('page.ts', 'filemap_get_folio: (base) => (s, file, index) => base(s, file, index ^ 1),');
    const { code, out } = await equiv('v7.1', `v7.1+${path}`, '--world', 'shmem-thp', '--observe', 'user');
    expect(code).toBe(1);
    expect(out).toContain('on v7.1: page 1 of the shmem file');
    expect(out).toContain('on v7.1 + page.ts: page 0 of the shmem file');
  });
  it('has functions of mm that a patch replaces on entries of an architecture, too', async () => {
    const path = patchOf('modify.ts', 'pmd_modify: () => (e) => e,');
    const { code } = await equiv('v7.1', `v7.1+${path}`, '--arch', 'x86_64', '--world', 'vfio-parts');
    expect(code).toBe(1);
  });
  it('refuses entries without an architecture, of which it could say nothing', async () => {
    const path = file(
      'entries.ts',
      "import { patch } from 'mmcheck/patch';",
      "export default patch({ title: 'x86: a try', entries: { 'x86_*': { pte_pgprot: (base) => base } } });",
    );
    const { code, err } = await mmcheck(['equiv', 'v7.1', `v7.1+${path}`, '--world', 'vfio-arm64']);
    expect(code).toBe(2);
    expect(err.replaceAll(/\s+/g, ' ')).toContain(
      'entries.ts:2 has entries of x86_*, which worlds carry with --arch NAME only',
    );
  });
  it('prints JSON', async () => {
    const { out } = await equiv('v7.1', 'v7.3', '--world', 'hugetlb-move-far', '--json');
    const document = JSON.parse(out) as { readonly worlds: readonly { readonly verdict: string }[] };
    expect(document.worlds.map(({ verdict }) => verdict)).toEqual(['differs']);
  });
});

const PROPOSED = 'v7.1+model/proposals';
it.each([
  ['v7.1', 'v7.1', 'both are v7.1, the same kernel: nothing was compared'],
  [
    'v7.1',
    'v7.1+mprotect-pud=changes',
    'v7.1 and v7.1 + mprotect-pud=changes are the same kernel: nothing was compared',
  ],
])('says of %s and %s that they are the same kernel', async (a, b, says) => {
  const { code, out } = await mmcheck(['equiv', a, b]);
  expect([code, out]).toEqual([0, `${says}\n`]);
});

describe('refactorings that say that they change nothing', () => {
  it('copy_huge_pmd() by presence is equivalent where all leaves are special or anonymous', async () => {
    const worlds = ['vfio-arm64', 'anon-hash', 'mixedmap'].flatMap((name) => ['--world', name]);
    const { code, out } = await equiv('v7.1', `${PROPOSED}/copy_by_presence.ts`, ...worlds);
    expect([code, out]).toMatchInlineSnapshot(`
      [
        0,
        "world       verdict     states  seconds  differs (after)
      vfio-arm64  equivalent      70     S.SS
      anon-hash   equivalent   4,611     S.SS

      v7.1 and v7.1 + copy_by_presence.ts are equivalent within these worlds
        within    size quick; \`npx mmcheck explain WORLD\` says what a world has
                  vfio-arm64: 2 processes, 8 pages, up to 3 VMAs, any number of
                  operations in any order, up to 1 failed allocation per operation
                  anon-hash: 2 processes, 8 pages, up to 3 VMAs, 2 anon folios of 2
                  pages, 4 anon folios of 1 page, any number of operations in any
                  order, no failed allocations
        compared  all of the state, names of tables and blocks apart
        calls     copy_huge_pmd
        not called  in 1 world: what differs is never called there
        not seen  what lies behind an assertion that both fail, in anon-hash
      ",
      ]
    `);
  });
  it('__split_huge_pmd_locked() by presence is not: it counts the folio of a VM_MIXEDMAP leaf, and v7.1 leaks it', async () => {
    const { code, out } = await equiv(
      'v7.1',
      `${PROPOSED}/split_by_presence.ts`,
      '--world',
      'mixedmap',
      '--observe',
      'user',
    );
    expect([code, out]).toMatchInlineSnapshot(`
      [
        1,
        "munmap differs after 3 operations

         0  initial state
             2 PMD tables of 2 slots of 2 pages a process, up to 3 VMAs a process, 6
             pages for PTE tables in all, 1 driver folio of 2 pages
             parent alive, 0 page-table pages
             page 16 driver head
             page 17 driver tail
             page 16 refcount 1
         1  mmap(parent, driver memory)                 mm/vma.c mmap_region()
             parent vma 0  none
                           -> mixed pages 0..1 pgoff 0 RW shared VM_MIXEDMAP ->fault
                              ->huge_fault
         2  handle_mm_fault(parent, page 0, write)      mm/memory.c handle_mm_fault()
             parent                      alive, 0 page-table pages
                                         -> alive, 1 page-table page
             parent pud[0]               none       -> table
             parent pmd[0]               none       -> leaf pfn 16 RW young dirty WB
             page 16 refcount            1          -> 2
             folio 16 entire mapcount    0          -> 1
             folio 16 large mapcount     0          -> 1
             folio 16 nr_pages_mapped    0          -> ENTIRELY_MAPPED
             folio 16 mm_id_mapcount[0]  0          -> 1
             folio 16 owners             none, none -> parent, none
             parent MM_FILEPAGES         0          -> 2
             NR_FILE_MAPPED              0          -> 2
             NR_FILE_PMDMAPPED           0          -> 2
        on v7.1:
         3  munmap(parent, page 0)                      mm/vma.c do_vmi_munmap()
             parent vma 0   mixed pages 0..1 pgoff 0 RW shared VM_MIXEDMAP ->fault
                            ->huge_fault
                            -> none
             parent vma 1   none
                            -> mixed pages 1..1 pgoff 1 RW shared VM_MIXEDMAP ->fault
                               ->huge_fault
             parent pmd[0]  leaf pfn 16 RW young dirty WB -> none
        on v7.1 + split_by_presence.ts:
         3  munmap(parent, page 0)                      mm/vma.c do_vmi_munmap()
             parent vma 0                mixed pages 0..1 pgoff 0 RW shared
                                         VM_MIXEDMAP ->fault ->huge_fault
                                         -> none
             parent vma 1                none
                                         -> mixed pages 1..1 pgoff 1 RW shared
                                            VM_MIXEDMAP ->fault ->huge_fault
             parent pmd[0]               leaf pfn 16 RW young dirty WB -> none
             page 16                     driver head -> driver head dirty referenced
             page 16 refcount            2                             -> 1
             folio 16 entire mapcount    1                             -> 0
             folio 16 large mapcount     1                             -> 0
             folio 16 nr_pages_mapped    ENTIRELY_MAPPED               -> 0
             folio 16 mm_id_mapcount[0]  1                             -> 0
             folio 16 owners             parent, none                  -> none, none
             parent MM_FILEPAGES         2                             -> 0
             NR_FILE_MAPPED              2                             -> 0
             NR_FILE_PMDMAPPED           2                             -> 0

        differs  counter: parent MM_FILEPAGES
          on v7.1: 2
          on v7.1 + split_by_presence.ts: 0
        differs  counter: NR_FILE_MAPPED
          on v7.1: 2
          on v7.1 + split_by_presence.ts: 0
        differs  counter: NR_FILE_PMDMAPPED
          on v7.1: 2
          on v7.1 + split_by_presence.ts: 0
        world    mixedmap

      world     verdict  states  seconds  differs (after)
      mixedmap  differs      44     S.SS  munmap (3)

      v7.1 and v7.1 + split_by_presence.ts DIFFER
        within    size quick; \`npx mmcheck explain mixedmap\` says what a world has
                  mixedmap: 1 process, 8 pages, up to 3 VMAs, 1 driver folio of 2
                  pages, any number of operations in any order, up to 1 failed
                  allocation per operation
        compared  what user space can find out: results, VMAs, translations, rights,
                  counters in /proc
        calls     split_counts_pmd
      ",
      ]
    `);
  });
  it('move_huge_pmd() by its deposit is equivalent without leaves by remap_pfn_range()', async () => {
    const { code } = await equiv('v7.1', `${PROPOSED}/move_by_deposit.ts`, '--world', 'anon-hash');
    expect(code).toBe(0);
  });
  it('the PUD rmap that shares its body with the PMD level moves another counter than its own body did', async () => {
    const { code, out } = await equiv('v7.1', 'v7.1+pud-rmap=mapcounts-only', '--world', 'mixedmap-pud');
    expect(code).toBe(1);
    expect(out).toContain('NR_FILE_MAPPED');
  });
  it.each([
    ['10', 'rfc-lookup', 'rfc-lookup-s390'],
    ['11', 's390-mmio', 'rfc-lookup'],
    ['13', 'rfc-lookup', 'rfc-lookup-s390'],
    ['14', 'rfc-lookup', 'rfc-lookup-s390'],
    ['15', 'rfc-lookup', 'rfc-lookup-s390'],
  ])(
    'patch %s of huge-pfnmaps, a conversion to follow_pfnmap, is one while there are no leaves; %s is asked, and %s does not call its user',
    async (number, asked, other) => {
      const before = `huge-pfnmaps@v2.${Number(number) - 1}`;
      const { code, out } = await equiv(before, `huge-pfnmaps@v2.${number}`, '--world', asked, '--world', other);
      expect(code).toBe(0);
      expect(out).toMatch(new RegExp(`^${asked} +equivalent`, 'm'));
      expect(out).toMatch(new RegExp(`^${other} +passed on`, 'm'));
    },
  );
  it('patch 12, that of VM_PAT, decides nothing as long as remap_pfn_range() installs no leaves', async () => {
    const { code, out } = await equiv(
      'huge-pfnmaps@v2.11',
      'huge-pfnmaps@v2.12',
      '--world',
      'memtype',
      '--world',
      'memtype-cow',
    );
    expect(code).toBe(3);
    expect(out.match(/^memtype.*? {2,}[a-z ]+? {2}/gm)).toEqual([
      'memtype      passed on  ',
      'memtype-cow  passed on  ',
    ]);
  });
});
