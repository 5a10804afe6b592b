/** `mmcheck laws --series`: what versions of a series change. */
import { describe, expect, it } from 'vitest';
import { mm } from '../command_line.ts';

const V3 = ['--series', 'huge-remap-pfn-range@v3'];

describe('mmcheck laws --series', () => {
  it('takes a series without a version for its base and every version', async () => {
    const { out } = await mm(['laws', '--arch', 'x86_pae', '--law', 'PG1', '--series', 'huge-remap-pfn-range']);
    expect(out).toMatchInlineSnapshot(`
      "architecture  protections   cases  hold  fail  n/a
      v7.1
      x86_pae               768  26,880     1     0    0
      v7.1 + huge-remap-pfn-range@v1
      x86_pae               768  26,880     1     0    0
      v7.1 + huge-remap-pfn-range@v2
      x86_pae               768  26,880     1     0    0
      v7.1 + huge-remap-pfn-range@v3
      x86_pae               768  26,880     0     1    0
      v7.1 + huge-remap-pfn-range@v4
      x86_pae               768  26,880     1     0    0

      The levels at which a law fails; · holds where it applies, - does not apply
        A  v7.1; v7.1 + huge-remap-pfn-range@v1; v7.1 + huge-remap-pfn-range@v2; v7.1
           + huge-remap-pfn-range@v4
        B  v7.1 + huge-remap-pfn-range@v3

          A   B
      PG1 · pte

      x86_pae: v7.1, without and with huge-remap-pfn-range@v1; huge-remap-pfn-range@v2
        change       a split makes its PTEs by pte_clrhuge(pfn_pte(k,
                     pmd_pgprot(leaf))) (v1 2/2 and v2 2/2, code
                     (__split_huge_pmd_locked()))
        replaces     split_pfnmap_pte
        mends        nothing
        breaks       nothing
        still fails  nothing

      x86_pae: v7.1, without and with huge-remap-pfn-range@v3
        change       pfn_pte() clears bit 7 of every protection; pte_clrhuge() is gone
                     (v3 2/4 "mm/pgtable: Make pfn_pte() filter out huge page
                     attributes", code; NACK by Juergen Gross, 2026-03-04)
        replaces     pfn_pte
        mends        nothing
        breaks       PG1 (pte)
        still fails  nothing

      x86_pae: v7.1, without and with huge-remap-pfn-range@v4
        change       pfn_pmd() and pfn_pud() take a base-PTE pgprot_t and make a leaf
                     of it; pmd_pgprot() and pud_pgprot() give one back (v4 cover
                     letter; v4 1/7 "x86/mm: use PTE-level pgprot for huge PFN
                     helpers")
        replaces     pfn_pmd, pmd_pgprot, pmd_mkinvalid
        mends        nothing
        breaks       nothing
        still fails  nothing

      PG1 fails on x86_pae, v7.1 + huge-remap-pfn-range@v3
        law    pte_pgprot(pfn_pte(n, p)) is p
        source v7.1 arch/*/include/asm/pgtable.h
        hurts  follow_pfnmap, split
        pte  in 8,960 of 26,880 cases; the smallest, for frame 0x80200:
          p
            0x80000000000000af  USR RW PWT PAT A NX
          pfn_pte(n, p)
            0x800000008020002f  4K pfn 0x80200 USR RW PWT A NX pte
          pte_pgprot() of it
            0x800000000000002f  USR RW PWT A NX
        shows  with the filter of v3 an ordinary page that a driver asks WT for is UC,
               and one that is WP is WC
               npx mmcheck check --arch x86_pae --series huge-remap-pfn-range@v3 \\
               --set remap-leaf=no --world pfnmap-cache --property I-CACHE

      Who is hurt, and how:
        follow_pfnmap: follow_pfnmap_start() gives L_pgprot() as it is to KVM, vfio,
                       acrn and s390, who read it as that of a PTE
        split: a split of a special leaf makes its PTEs from L_pgprot() of the leaf
               (huge-remap-pfn-range; v7.1 drops the leaf instead)

      Inferred, from what is named, and read in no code:
        pfn_pmd() and pfn_pud() take a base-PTE pgprot_t and make a leaf of it;
        pmd_pgprot() and pud_pgprot() give one back (v4 cover letter; v4 1/7 "x86/mm:
        use PTE-level pgprot for huge PFN helpers")
      "
    `);
  });
  it('says which functions no version replaces, and gives the letter of a column to all that are alike', async () => {
    const arches = ['ppc64_radix_4k', 'ppc64_radix_64k', 'riscv64'].flatMap((arch) => ['--arch', arch]);
    const { out } = await mm(['laws', ...arches, '--law', 'PG1', '--law', 'PG2', ...V3]);
    expect(out.slice(0, out.indexOf('PG1 fails'))).toMatchInlineSnapshot(`
      "architecture     protections   cases  hold  fail  n/a
      v7.1 + huge-remap-pfn-range@v3
      ppc64_radix_4k           864  77,760     1     1    0
      ppc64_radix_64k          864  70,848     1     1    0
      riscv64                  120  11,280     2     0    0

      The levels at which a law fails; · holds where it applies, - does not apply
      * does no harm: the entries of lower levels that are made of what comes back are
        those that are made of p, and so is the cache mode that is read out of it
        A  ppc64_radix_4k; ppc64_radix_64k
        B  riscv64

             A B
      PG1 pte* ·

      Hold wherever they apply:
        PG2

      No function is replaced by v7.1 + huge-remap-pfn-range@v3 on ppc64_radix_4k,
      ppc64_radix_64k
      No function is replaced by v7.1 + huge-remap-pfn-range@v3 on riscv64: nothing
      changes: a leaf has the format of a PTE (v3 2/4 "mm/pgtable: Make pfn_pte()
      filter out huge page attributes", message)

      "
    `);
  });
  it('judges a version once that is asked for twice', async () => {
    const name = 'huge-remap-pfn-range';
    const asked = ['laws', '--arch', 'x86_pae', '--law', 'PG1', '--json', '--series', `${name}@v4`, '--series', name];
    const { laws } = JSON.parse((await mm(asked)).out) as { readonly laws: readonly { readonly kernel: string }[] };
    const kernels = laws.map(({ kernel }) => kernel);
    expect(kernels.toSorted()).toEqual(['v7.1', ...[1, 2, 3, 4].map((n) => `v7.1 + ${name}@v${n}`)]);
  });
  it('says in its document what a series changes', async () => {
    const { out } = await mm([
      'laws',
      '--arch',
      'x86_pae',
      '--arch',
      's390',
      '--law',
      'PG1',
      '--law',
      'PG7',
      ...V3,
      '--json',
    ]);
    expect((JSON.parse(out) as { readonly changed: unknown }).changed).toMatchInlineSnapshot(`
      [
        {
          "architecture": "x86_pae",
          "breaks": [
            "PG1 pte",
          ],
          "kernel": "v7.1 + huge-remap-pfn-range@v3",
          "mends": [
            "PG7 pmd",
          ],
          "replaces": [
            "pfn_pte",
          ],
          "stillFails": [],
          "without": "v7.1",
          "worse": [],
          "worsens": [],
        },
        {
          "architecture": "s390",
          "breaks": [],
          "kernel": "v7.1 + huge-remap-pfn-range@v3",
          "mends": [],
          "replaces": [],
          "stillFails": [
            "PG1 pte",
          ],
          "without": "v7.1",
          "worse": [],
          "worsens": [],
        },
      ]
    `);
  });
});
