/** `mmcheck laws --patch`: what it says of a proposal, and of a file that is none. */
import { describe, expect, it } from 'vitest';
import { mm } from '../command_line.ts';
import { file, folder, proposal } from './files.ts';

describe('mmcheck laws --patch', () => {
  it('says what a proposal mends, and what it breaks', async () => {
    const path = proposal(
      'mends.ts',
      'pfn_pmd: (base, t) => (pfn, prot) => or(base(pfn, t.pgprot_4k_2_large(prot)), bit(7))',
    );
    const { code, out } = await mm(['laws', '--arch', 'x86_pae', '--patch', path]);
    expect(code).toBe(1);
    expect(out.replaceAll(folder, 'FOLDER')).toMatchInlineSnapshot(`
      "x86_pae: v7.1, without and with mends.ts
        change       a try (mends.ts)
        replaces     pfn_pmd
        mends        PG3 (pmd), PG5 (pmd), PG6 (pmd), PG8 (pmd), PG12 (pmd)
        breaks       PG11-mode (pmd)
        worsens      PG4 (pmd), PG12-absent (pmd), PG16 (pmd), PG18 (pmd), PG19 (pmd)
        still fails  PG7 (pmd), PG7-any (pmd), PG14 (pmd), PG35-mode (pmd), PG38 (pte)

      PG4 fails on x86_pae, v7.1 + mends.ts
        law    L_pgprot(L_mkhuge(pfn_L(n, p))) is p
        source v4 of "mm: add huge pfnmap support for remap_pfn_range()", cover
               letter: the contract of pgprot_t
        hurts  split, follow_pfnmap, CPA
        pmd  newly in 600 of 1,800 cases; the smallest, for frame 0x80200:
          p
            0x80000000000000af  USR RW PWT PAT A NX
          pfn_pmd(n, p), and pmd_mkhuge() of it
            0x80000000802010af  2M pfn 0x80200 USR RW PWT PSE PAT A NX pmd
          pmd_pgprot() of it
            0x80000000000010af  pfn 0x1 USR RW PWT PAT A NX
        shows  without it: ptrace() reads a BAR by another cache mode than its process
               does
               npx mmcheck check --arch x86_pae --world phys-access-leaf --property \\
               I-IOPROT

      PG11-mode fails on x86_pae, v7.1 + mends.ts
        law    L_mkinvalid(leaf) has the cache mode of the leaf
        source v7.1 mm/pgtable-generic.c pmdp_invalidate(); mm/debug_vm_pgtable.c
               pmd_thp_tests(); Documentation/mm/arch_pgtable_helpers.rst
               pmd_mkinvalid
        hurts  split, mprotect, every walker
        pmd  in 6,656 of 19,968 cases; the smallest, for frame 0x80200:
          p
            0x800000000000002f  USR RW PWT A NX
          pfn_pmd(n, p), and pmd_mkhuge() of it
            0x80000000802000af  2M pfn 0x80200 USR RW PWT PSE A NX pmd
          pmd_mkinvalid() of it
            0x800fffff7fc010ae  2M pfn 0x80200 inverted USR RW PWT PSE PAT A NX
                                not-present pmd

      PG12-absent fails on x86_pae, v7.1 + mends.ts
        law    pfn_L() of a protection that the kernel takes away from itself, neither
               present nor PROT_NONE, is not L_present()
        source v7.1 arch/x86/mm/pat/set_memory.c __should_split_large_page(),
               __split_large_page(); "x86/mm: pageattr: prevent PSE and GLOBAL
               leftovers to confuse pmd/pte_present and pmd_huge" (2012-12)
        hurts  CPA
        pmd  newly in 1,200 of 1,800 cases; the smallest, for frame 0x80200:
          p
            0x8000000000000027  USR RW A NX
          what CPA makes of it
            0x8000000000000026  USR RW A NX not-present
          pfn_pmd() of that
            0x800fffff7fc000a6  2M pfn 0x80200 inverted USR RW PSE A NX not-present
                                pmd
        shows  in no world: only CPA withdraws a leaf of the direct map, which is in
               no world

      PG16 fails on x86_pae, v7.1 + mends.ts
        law    A leaf whose protection is changed and that is split then gives the
               PTEs of one that is split first: pfn_pte(k, L_pgprot(L_modify(leaf,
               p))) is pte_modify(pfn_pte(k, L_pgprot(leaf)), p)
        source v7.1 mm/mprotect.c change_pte_range(), mm/huge_memory.c
               change_huge_pmd(), change_huge_pud(), __split_huge_pmd_locked()
        hurts  split, mprotect
        pmd  newly in 516 of 5,400 cases; the smallest, for frame 0x80200:
          p
            0x80000000000000af  USR RW PWT PAT A NX
          pfn_pmd(n, p), and pmd_mkhuge() of it
            0x80000000802010af  2M pfn 0x80200 USR RW PWT PSE PAT A NX pmd
          p of mprotect()
            0x00000000000001a8  ro PWT PAT PROTNONE A x not-present
          pmd_modify() of it
            0x000fffff7fc011a8  2M pfn 0x80200 inverted ro PWT PSE PAT PROTNONE A x
                                not-present pmd
          split, PTE 0
            0x000fffff7fdff1a8  4K pfn 0x80200 inverted ro PWT PAT PROTNONE A x
                                not-present pte
          split first, PTE 0
            0x000fffff7fdfe1a8  4K pfn 0x80201 inverted ro PWT PAT PROTNONE A x
                                not-present pte
        shows  in no world: it compares two orders of the same operations, and a
               search sees one of them; the bits are those of PG7 or PG14

      PG18 fails on x86_pae, v7.1 + mends.ts
        law    follow_pfnmap_start() gives p, at whatever level it is mapped:
               L_pgprot() of the leaf is in base-PTE format
        source v7.1 mm/memory.c follow_pfnmap_start(), pfnmap_args_setup()
        hurts  follow_pfnmap, access_phys
        pmd  newly in 600 of 1,800 cases; the smallest, for frame 0x80200:
          p
            0x80000000000000af  USR RW PWT PAT A NX
          pfn_pmd(n, p), and pmd_mkhuge() of it
            0x80000000802010af  2M pfn 0x80200 USR RW PWT PSE PAT A NX pmd
          pmd_pgprot() of it
            0x80000000000010af  pfn 0x1 USR RW PWT PAT A NX
        shows  without it: ptrace() reads a BAR by another cache mode than its process
               does
               npx mmcheck check --arch x86_pae --world phys-access-leaf --property \\
               I-IOPROT

      PG19 fails on x86_pae, v7.1 + mends.ts
        law    follow_pfnmap_start() gives the same of a page whether a PTE or a leaf
               maps it: L_pgprot(leaf) is pte_pgprot(pfn_pte()) with the same p
        source v7.1 mm/memory.c follow_pfnmap_start(), pfnmap_args_setup()
        hurts  follow_pfnmap, access_phys
        pmd  newly in 600 of 1,800 cases; the smallest, for frame 0x80200:
          p
            0x80000000000000af  USR RW PWT PAT A NX
          pfn_pmd(n, p), and pmd_mkhuge() of it
            0x80000000802010af  2M pfn 0x80200 USR RW PWT PSE PAT A NX pmd
          pmd_pgprot() of it
            0x80000000000010af  pfn 0x1 USR RW PWT PAT A NX
        shows  without it: ptrace() reads a BAR by another cache mode than its process
               does
               npx mmcheck check --arch x86_pae --world phys-access-leaf --property \\
               I-IOPROT

      Who is hurt, and how:
        split: a split of a special leaf makes its PTEs from L_pgprot() of the leaf
               (huge-remap-pfn-range; v7.1 drops the leaf instead)
        follow_pfnmap: follow_pfnmap_start() gives L_pgprot() as it is to KVM, vfio,
                       acrn and s390, who read it as that of a PTE
        CPA: set_memory_*() of x86 splits and merges leaves of the direct map with
             conversions of its own, which a change of the functions must take away at
             once, or they convert twice
        mprotect: mprotect() of a whole leaf changes it in place: what L_modify()
                  loses nobody gives back
        every walker: whoever walks page tables takes the entry for what it says
        access_phys: ptrace() and /proc/PID/mem map a BAR for themselves by it:
                     ioremap_prot() reads a cache mode out of bits of another meaning
      "
    `);
  });
  it('shows the counterexample of a law that it breaks', async () => {
    const path = proposal('breaks.ts', 'pte_pgprot: (base) => (e) => or(base(e), bit(1))');
    const { code, out } = await mm(['laws', '--arch', 'x86_pae', '--law', 'PG1', '--patch', path]);
    expect(code).toBe(1);
    expect(out.replaceAll(folder, 'FOLDER')).toMatchInlineSnapshot(`
      "x86_pae: v7.1, without and with breaks.ts
        change       a try (breaks.ts)
        replaces     pte_pgprot
        mends        nothing
        breaks       PG1 (pte)
        still fails  nothing

      PG1 fails on x86_pae, v7.1 + breaks.ts
        law    pte_pgprot(pfn_pte(n, p)) is p
        source v7.1 arch/*/include/asm/pgtable.h
        hurts  follow_pfnmap, split
        pte  in 16,800 of 26,880 cases; the smallest, for frame 0x80200:
          p
            0x8000000000000025  USR ro A NX
          pfn_pte(n, p)
            0x8000000080200025  4K pfn 0x80200 USR ro A NX pte
          pte_pgprot() of it
            0x8000000000000027  USR RW A NX

      Who is hurt, and how:
        follow_pfnmap: follow_pfnmap_start() gives L_pgprot() as it is to KVM, vfio,
                       acrn and s390, who read it as that of a PTE
        split: a split of a special leaf makes its PTEs from L_pgprot() of the leaf
               (huge-remap-pfn-range; v7.1 drops the leaf instead)
      "
    `);
  });
  it.each([
    ['unknown.ts', 'pfn_pmdd: () => () => bit(0)', ' x86_64, v7.1, has no pfn_pmdd(); did you mean pfn_pmd?'],
    ['shape.ts', 'pfn_pmd: () => () => 7', ' pfn_pmd(0x80200, 0x27) gives 7, and not a word { hi, lo } of 64 bits'],
    ['bigint.ts', 'pfn_pmd: () => () => 7n', ' pfn_pmd(0x80200, 0x27) gives 7n, and not a word { hi, lo } of 64 bits'],
    ['answer.ts', 'pmd_dirty: () => () => bit(0)', ' pmd_dirty(0x80200, 0x27) gives 0x1, and not a boolean'],
    ['function.ts', 'pfn_pmd: () => 7', ' pfn_pmd is to be (base, t) => a function'],
    ['outside.ts', "pfn_pmd: () => { throw new Error('no') }", ':2 cannot be used: pfn_pmd throws: no'],
    [
      'throws.ts',
      "pfn_pmd: () => () => { throw new Error('no') }",
      ':2 cannot be used: pfn_pmd(0x80200, 0x27) throws: no',
    ],
    [
      'bad_word.ts',
      'pfn_pmd: () => (pfn) => or(pfn)',
      ":2 cannot be used: pfn_pmd(0x80200, 0x27) throws: Cannot read properties of undefined (reading 'hi')",
    ],
  ])('refuses a function: %s', async (name, patch, why) => {
    const { code, err } = await mm(['laws', '--arch', 'x86_64', '--patch', proposal(name, patch)]);
    expect([code, err.replaceAll(/\s+/g, ' ')]).toEqual([2, expect.stringContaining(why)]);
  });
  // The first call of each is with RW, and without PWT.
  it.each([
    ['late.ts', "if (has(p, bit(3))) throw new Error('no'); return base(n, p);", ':2 cannot be used: CALL throws: no'],
    ['none.ts', 'if (!has(p, bit(3))) return base(n, p);', ' cannot be used: CALL gives nothing, and not a word'],
    [
      'deep.ts',
      'return has(p, bit(3)) ? t.pfn_pmd(n, p) : base(n, p);',
      ':2 cannot be used: CALL throws: Maximum call stack size exceeded',
    ],
  ])('refuses a function that fails in the midst of the laws: %s', async (name, body, why) => {
    const path = proposal(name, `pfn_pmd: (base, t) => (n, p) => { ${body} }`);
    const { code, err } = await mm(['laws', '--arch', 'x86_64', '--law', 'PG3', '--patch', path]);
    const text = `mmcheck: ${path}${why.replace('CALL', 'pfn_pmd(0x80200, 0x800000000000002f)')}`;
    expect([code, err.replaceAll(/\s+/g, ' ')]).toEqual([2, expect.stringContaining(text)]);
    expect(err).not.toContain(' at ');
  });
  it('puts the later of two patterns on the earlier one, as one change', async () => {
    const path = file(
      'two.ts',
      "import { bit, or } from 'mmcheck/entries';",
      "export default { says: 'a try', patches: {",
      "  'x86_*': { pte_pgprot: (base) => (e) => or(base(e), bit(60)) },",
      '  x86_pae: { pte_pgprot: (base) => (e) => or(base(e), bit(61)) },',
      '} };',
    );
    const { out } = await mm(['laws', '--arch', 'x86_pae', '--law', 'PG1', '--patch', path]);
    expect(out).toContain('PG1 fails on x86_pae, v7.1 + two.ts\n');
    const [prot, back] = ['p', 'pte_pgprot() of it'].map((says) => {
      const word = new RegExp(`^ {4}${says.replace('()', String.raw`\(\)`)}\n +0x(\\w+)`, 'm').exec(out)![1]!;
      return Number.parseInt(word.slice(0, 2), 16);
    });
    expect(back! - prot!).toBe(0x30);
  });
  it('takes a path', async () => {
    const { code, err } = await mm(['laws', '--patch', '']);
    expect([code, err.startsWith('mmcheck: --patch takes a path')]).toEqual([2, true]);
  });
  it('says that a release has no function to go on from', async () => {
    const path = file(
      'base.ts',
      "export default { says: 'a try', patches: { riscv64_svpbmt: { pte_soft_dirty: (base) => (e) => base(e) } } };",
    );
    const asked = ['laws', '--arch', 'riscv64_svpbmt', '--law', 'PG1', '--patch', path];
    expect((await mm(asked)).code).toBe(0);
    const { code, err } = await mm([...asked, '--kernel', 'v6.18']);
    expect(code).toBe(2);
    expect(err.replaceAll(/\s+/g, ' ')).toContain(
      'base is not a function (riscv64_svpbmt, v6.18, has no pte_soft_dirty(), so that base is undefined)',
    );
  });
  it.each([
    ['number.ts', 'export default 7;', ' exports 7 by default, which is no proposal'],
    ['named.ts', 'export const a = 7;', ' exports nothing by default, only a'],
    ['says.ts', 'export default { patches: {} };', ' has no says, which takes a sentence on what is changed'],
    ['cites.ts', "export default { says: 'a', cites: 7, patches: {} };", ' has 7 for cites, which takes a sentence on'],
    [
      'evidence.ts',
      "export default { says: 'a', evidence: 'b' };",
      " has 'b' for evidence, which takes 'source', 'mail',",
    ],
    ['patches.ts', "export default { says: 'a' };", ' has no patches, which takes functions by architecture, or'],
    ['no_arch.ts', "export default { says: 'a', patches: {} };", ' has patches of no architecture'],
    ['empty.ts', "export default { says: 'a', patches: { s390: {} } };", ' has {} for the patches of s390, which take'],
    [
      'seven.ts',
      "export default { says: 'a', patches: { s390: { pfn_pte: 7 } } };",
      ' has 7 for pfn_pte of s390, and not (base, t) => a function',
    ],
    [
      'pattern.ts',
      "export default { says: 'a', patches: { 'arm65*': { pfn_pte: () => () => 7 } } };",
      ' has patches of "arm65*", which fits no architecture there are: x86_64, ',
    ],
    [
      'no_pattern.ts',
      "export default { says: 'a', patches: { arm64: { pfn_pte: () => () => 7 } } };",
      ' has patches of "arm64", which is no architecture; did you mean arm64_4k? there are: x86_64, ',
    ],
    ['syntax.ts', 'export default\n{;', ':2 cannot be run: Unexpected token `;`.'],
    ['twice.ts', 'const a = 1;\nconst a = 2;', ":2 cannot be run: Identifier 'a' has already been declared"],
    ['reference.ts', '\n\nexport default foo;', ':3 cannot be run: foo is not defined'],
    [
      'entry.ts',
      "\nimport { or } from 'mmcheck/entry';",
      ":2 imports 'mmcheck/entry', which is not there; did you mean mm",
    ],
    ['there.ts', "\nimport { or } from './nowhere.ts';", ":2 imports './nowhere.ts', which is not there"],
    [
      'name.ts',
      "\nimport { orr } from 'mmcheck/entries';",
      ":2 cannot be run: The requested module 'mmcheck/entries' does not",
    ],
    ['name.ts', "\nimport { orr } from 'mmcheck/entries';", "export named 'orr'; did you mean or?"],
  ])('refuses a file: %s %j', async (name, text, why) => {
    const path = file(name, text);
    const { code, err } = await mm(['laws', '--patch', path]);
    expect([code, err.replaceAll(/\s+/g, ' ')]).toEqual([2, expect.stringContaining(why)]);
    expect(err).toContain(`mmcheck: ${path}`);
    expect(err).not.toContain(' at ');
  });
  it('names the file that is wrong, where another imports it', async () => {
    const wrong = file('wrong.ts', '\nexport const a = foo;');
    const { code, err } = await mm(['laws', '--patch', file('imports.ts', "import { a } from './wrong.ts';")]);
    expect([code, err]).toEqual([2, `mmcheck: ${wrong}:2 cannot be run: foo is not defined\n`]);
  });
});
