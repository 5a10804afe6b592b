/** `mmcheck laws` as a user meets it: its report, its document, and what it says of input that it cannot use. */
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { Cells } from '../../../checker/cells.ts';
import { mm, mmProcess } from '../command_line.ts';
import { file } from './files.ts';

describe('mmcheck laws', () => {
  it('judges one law of one architecture, with the smallest counterexample', async () => {
    const { code, out } = await mm(['laws', '--arch', 'x86_pae', '--law', 'PG8']);
    expect(code).toBe(1);
    expect(out).toMatchInlineSnapshot(`
      "architecture  kernel  protections   cases  hold  fail  n/a
      x86_pae       v7.1            768  19,968     0     1    0

      The levels at which a law fails; · holds where it applies, - does not apply

          v7.1
      PG8  pmd

      PG8 fails on x86_pae, v7.1
        law    L_mkhuge(pfn_L(n, p)) selects the cache mode that p selects as a PTE
        source v7.1 mm/huge_memory.c insert_pmd(), vmf_insert_pfn_pmd();
               arch/x86/mm/pat/memtype.c pfnmap_setup_cachemode_pfn()
        hurts  insert, hugetlb
        pmd  in 6,656 of 19,968 cases; the smallest, for frame 0x80200:
          p
            0x80000000000000af  USR RW PWT PAT A NX
          pfn_pmd(n, p), and pmd_mkhuge() of it
            0x80000000802000af  2M pfn 0x80200 USR RW PWT PSE A NX pmd
        shows  with leaves by remap_pfn_range() (v1, v2) a BAR that its driver asks WT
               for is UC, and one that is WP is WC
               npx mmcheck check --arch x86_pae --series huge-remap-pfn-range@v2 \\
               --world pfnmap-cache --property I-CACHE

      Who is hurt, and how:
        insert: a leaf for a BAR is made from vm_page_prot, or from the cache mode
                that its frames are reserved for: the device is mapped with another
                one
        hugetlb: a huge page is mapped by arch_make_huge_pte() of an entry that
                 pfn_pte() made

      Do not apply:
        PG8 of a pud: with PAE PUD entries are folded into the PGD
      "
    `);
  });
  it('ends with 0 where every law holds, and with 3 where none applies', async () => {
    const held = await mm(['laws', '--arch', 'x86_pae', '--law', 'PG8', '--series', 'huge-remap-pfn-range@v4']);
    expect([held.code, held.out.includes('Inferred, from what is named, and read in no code:')]).toEqual([0, true]);
    const none = await mm(['laws', '--arch', 'loongarch64', '--law', 'PG4']);
    expect([none.code, none.out.includes('Do not apply:')]).toEqual([3, true]);
  });
  it('puts kernels side by side', async () => {
    const { out } = await mm(['laws', '--arch', 'x86_pae', '--law', 'PG14', '--kernel', 'all']);
    expect(out).toMatchInlineSnapshot(`
      "architecture  kernel     protections   cases  hold  fail  n/a
      x86_pae       v7.1               768  14,400     0     1    0
      x86_pae       v7.3               768  14,400     1     0    0
      x86_pae       v6.18              768  14,400     0     1    0
      x86_pae       v6.12.117          768  14,400     1     0    0
      x86_pae       v6.12              768  14,400     0     1    0

      The levels at which a law fails; · holds where it applies, - does not apply

           v7.1 v7.3 v6.18 v6.12.117 v6.12
      PG14  pmd    ·   pmd         ·   pmd

      PG14 fails on x86_pae, v7.1; v6.18; v6.12
        law    L_dirty(L_modify(e, p)) is L_dirty(e)
        source v7.1 mm/mprotect.c change_pte_range(), mm/huge_memory.c
               change_huge_pmd(), change_huge_pud()
        hurts  mprotect
        pmd  in 1,440 of 7,200 cases; the smallest, for frame 0x80200:
          p
            0x8000000000000067  USR RW A D NX
          pfn_pmd(n, p)
            0x8000000080200067  2M pfn 0x80200 USR RW A NX bits 6 table pmd
          pmd_mkhuge() of it
            0x80000000802000e7  2M pfn 0x80200 USR RW PSE A D NX pmd
          p of mprotect()
            0x8000000000000027  USR RW A NX
          pmd_modify() of it
            0x80000000802000a7  2M pfn 0x80200 USR RW PSE A NX pmd
        shows  mprotect() of a leaf that was written to makes it clean
               npx mmcheck check --arch x86_pae --world vfio-parts --property I-AD

      Who is hurt, and how:
        mprotect: mprotect() of a whole leaf changes it in place: what L_modify()
                  loses nobody gives back

      Do not apply:
        PG14 of a pud: with PAE PUD entries are folded into the PGD
      "
    `);
  });
  it('has a row of every law with --verbose', async () => {
    const asked = ['laws', '--arch', 'x86_pae', '--law', 'PG1', '--law', 'PG9', '--law', 'PG14'];
    const row = /^PG\d+ +\S+$/gm;
    expect((await mm(asked)).out.match(row)).toEqual(['PG14  pmd']);
    expect((await mm([...asked, '--verbose'])).out.match(row)).toEqual(['PG1     ·', 'PG9     ·', 'PG14  pmd']);
  });
  it('fits a mail', async () => {
    const asked = ['x86_pae', 'arm64_16k', 'ppc64_radix_64k', 'riscv64_thead'].flatMap((arch) => ['--arch', arch]);
    const { out } = await mm(['laws', ...asked, '--law', 'PG4', '--law', 'PG16', '--law', 'PG12-absent']);
    expect(out.split('\n').filter((line) => line.length > 80)).toEqual([]);
    expect((await mm(['laws', '--upstream'])).out.split('\n').filter((line) => line.length > 80)).toEqual([]);
  });
  it.each([
    ['arm64_16k', 'PG4', 'v6.18', true],
    ['arm64_16k', 'PG4', 'v6.12.117', false],
    ['x86_pae', 'PG5', 'v7.1', true],
    ['x86_64', 'PG5', 'v7.1', false],
  ])('names those that %s has, of %s on %s', async (arch, law, kernel, has) => {
    const { out } = await mm(['laws', '--arch', arch, '--law', law, '--kernel', kernel]);
    expect(/^ {2}(split_kernel_leaf_mapping|hibernate): /m.test(out)).toBe(has);
  });
  it('has a document of the assertions of the kernel', async () => {
    const { code, out } = await mm(['laws', '--upstream', '--json']);
    const { assertions } = JSON.parse(out) as { readonly assertions: readonly object[] };
    const lines = (await mm(['laws', '--upstream'])).out;
    expect([code, lines.startsWith(`mm/debug_vm_pgtable.c, v7.1: ${assertions.length} assertions`)]).toEqual([0, true]);
    expect(Object.keys(assertions[0]!)).toEqual(['test', 'asserts', 'within']);
  });
  it.each([
    ['x86_pae', ['split', 'follow_pfnmap', 'CPA']],
    ['arm64_16k', ['split', 'follow_pfnmap', 'split_kernel_leaf_mapping']],
    ['ppc64_hash_64k', ['split', 'follow_pfnmap']],
  ])('names the callers that %s has', async (arch, callers) => {
    const { out } = await mm(['laws', '--arch', arch, '--law', 'PG4']);
    expect(/^ {2}hurts {2}(.*)$/m.exec(out)![1]!.split(', ')).toEqual(callers);
    expect([...out.matchAll(/^ {2}(\w+): /gm)].map(([, caller]) => caller)).toEqual(callers);
  });
  it('prints one document', async () => {
    const { code, out } = await mm(['laws', '--arch', 'x86_pae', '--law', 'PG1', '--law', 'PG4', '--json']);
    expect(code).toBe(1);
    expect(JSON.parse(out)).toMatchInlineSnapshot(`
      {
        "laws": [
          {
            "architecture": "x86_pae",
            "changes": [],
            "judgements": [
              {
                "cases": 26880,
                "cites": "v7.1 arch/*/include/asm/pgtable.h",
                "hurts": [
                  "follow_pfnmap",
                  "split",
                ],
                "law": "PG1",
                "level": "pte",
                "says": "pte_pgprot(pfn_pte(n, p)) is p",
                "shown": [],
                "verdict": "holds",
              },
              {
                "cases": 19968,
                "cites": "v4 of "mm: add huge pfnmap support for remap_pfn_range()", cover letter: the contract of pgprot_t",
                "failures": 13312,
                "first": {
                  "newprot": "0x0000000000000000",
                  "pfn": "0x0000000000080200",
                  "prot": "0x8000000000000027",
                  "stages": [
                    {
                      "says": "p",
                      "word": "0x8000000000000027",
                      "words": "USR RW A NX",
                    },
                    {
                      "says": "pfn_pmd(n, p)",
                      "word": "0x8000000080200027",
                      "words": "2M pfn 0x80200 USR RW A NX table pmd",
                    },
                    {
                      "says": "pmd_mkhuge() of it",
                      "word": "0x80000000802000a7",
                      "words": "2M pfn 0x80200 USR RW PSE A NX pmd",
                    },
                    {
                      "says": "pmd_pgprot() of it",
                      "word": "0x80000000000000a7",
                      "words": "USR RW PAT A NX",
                    },
                  ],
                  "vmProt": "0x8000000000000027",
                },
                "hurts": [
                  "split",
                  "follow_pfnmap",
                  "CPA",
                ],
                "law": "PG4",
                "level": "pmd",
                "says": "L_pgprot(L_mkhuge(pfn_L(n, p))) is p",
                "shown": [
                  {
                    "command": "npx mmcheck check --arch x86_pae --world phys-access-leaf --property I-IOPROT",
                    "says": "ptrace() reads a BAR by another cache mode than its process does",
                  },
                ],
                "verdict": "fails",
              },
              {
                "cites": "v4 of "mm: add huge pfnmap support for remap_pfn_range()", cover letter: the contract of pgprot_t",
                "hurts": [
                  "split",
                  "follow_pfnmap",
                  "CPA",
                ],
                "law": "PG4",
                "level": "pud",
                "says": "L_pgprot(L_mkhuge(pfn_L(n, p))) is p",
                "shown": [],
                "verdict": "does not apply",
                "why": "with PAE PUD entries are folded into the PGD",
              },
            ],
            "kernel": "v7.1",
          },
        ],
        "mmcheck": "0.0.0",
      }
    `);
  });
  it('lists what mm/debug_vm_pgtable.c asserts, and the laws that it has nothing of', async () => {
    const { code, out } = await mm(['laws', '--upstream']);
    expect(code).toBe(0);
    expect(out.split('\n').slice(0, 8)).toMatchInlineSnapshot(`
      [
        "mm/debug_vm_pgtable.c, v7.1: 130 assertions in 35 tests",
        "",
        "  asserts                                               contained in",
        "pte_basic_tests",
        "  !pte_dirty(pte_wrprotect(entry))                      PG24 (pte)",
        "  pte_young(pte_mkyoung(pte_mkold(entry)))              PG20 (pte)",
        "  pte_dirty(pte_mkdirty(pte_mkclean(entry)))            PG20 (pte)",
        "  pte_write(pte_mkwrite(pte_wrprotect(entry)))          PG20 (pte)",
      ]
    `);
    expect(out.slice(out.indexOf('Laws of which'))).toMatchInlineSnapshot(`
      "Laws of which no test asks anything (42): PG1, PG2, PG3, PG3-leaf, PG4, PG5,
      PG6, PG6-again, PG7, PG7-any, PG8, PG8-rights, PG9, PG10, PG11-flags, PG11-mode,
      PG12, PG12-absent, PG13, PG13-young, PG14, PG15, PG15-driver, PG16, PG17, PG18,
      PG19, PG21-uffd, PG26, PG27, PG30, PG30-modify, PG30-swap, PG31, PG32, PG33,
      PG34, PG35-mode, PG36, PG37, PG38, PG42
      "
    `);
  });
  it('judges the proposal of the README as it says', async () => {
    const readme = readFileSync(new URL('../../../README.md', import.meta.url), 'utf8');
    const path = file('mine.ts', /```typescript\n([^]*?)```/.exec(readme)![1]!);
    const { out } = await mmProcess(['laws', '--arch', 'x86_pae', '--patch', path]);
    expect(/breaks +(.*)/.exec(out)![1]).toBe('PG11-mode (pmd)');
  });
  it('stops when it is asked to', async () => {
    const cells = new Cells();
    cells.askToStop();
    expect((await mm(['laws', '--arch', 'x86_64'], cells)).code).toBe(130);
  });
  it.each([
    [['--arch', 'x86_46'], 'there is no architecture "x86_46"'],
    [['--law', 'PG99'], 'there is no law "PG99"'],
    [['--kernel', 'v6.9'], 'there is no kernel "v6.9"'],
    [['--series', 'huge-remap-pfn-range@v9'], 'there is no series "huge-remap-pfn-range@v9"'],
    [['--patch', '/nowhere/a.ts'], '/nowhere/a.ts cannot be read: no such file'],
  ])('refuses %j', async (argv, why) => {
    const { code, err } = await mm(['laws', ...argv]);
    expect([code, err.includes(why)]).toEqual([2, true]);
  });
});
