/** What was proposed on linux-mm, in the order of the list: refused, refused, and the contract that the next version has. */
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { mmProcess } from '../command_line.ts';

const proposals = fileURLToPath(new URL('../../../model/proposals/', import.meta.url));
const asked = ['x86_pae', 'arm64_16k', 'ppc64_radix_64k'].flatMap((arch) => ['--arch', arch]);

/** What each proposal mends, breaks and leaves, by architecture. */
const changed = async (name: string): Promise<readonly string[]> => {
  const { out, err } = await mmProcess(['laws', ...asked, '--patch', `${proposals}${name}.ts`]);
  expect(err).not.toContain('mmcheck:');
  return out
    .replaceAll(/\n {15}/g, ' ')
    .split('\n')
    .filter((line) => /^(\w+: v7\.1| {2}(mends|breaks|worsens|still fails) )/.test(line))
    .map((line) => line.replace(/ {2,}/g, ' '));
};

describe('a proposal of the list', { timeout: 60_000 }, () => {
  it('pte_clrhuge() everywhere: what a leaf selects otherwise than WB to UC is lost still', async () => {
    expect(await changed('pte_clrhuge_everywhere')).toMatchInlineSnapshot(`
      [
        "x86_pae: v7.1, without and with pte_clrhuge_everywhere.ts",
        " mends PG7 (pmd)",
        " breaks nothing",
        " still fails PG3 (pmd), PG4 (pmd), PG5 (pmd), PG6 (pmd), PG7-any (pmd), PG8 (pmd), PG12 (pmd), PG12-absent (pmd), PG14 (pmd), PG16 (pmd), PG18 (pmd), PG19 (pmd), PG35-mode (pmd), PG38 (pte)",
        "arm64_16k: v7.1, without and with pte_clrhuge_everywhere.ts",
        " mends PG7 (pmd), PG7-any (pmd)",
        " breaks nothing",
        " still fails PG4 (pmd), PG5 (pmd), PG6 (pmd), PG15-driver (pte, pmd), PG18 (pmd), PG19 (pmd)",
      ]
    `);
  });
  it('a filter in pfn_pte(): ordinary pages lose PAT; on arm64 those of no access get a type, which does no harm', async () => {
    expect(await changed('filter_in_pfn_pte')).toMatchInlineSnapshot(`
      [
        "x86_pae: v7.1, without and with filter_in_pfn_pte.ts",
        " mends PG7 (pmd), PG35-mode (pmd)",
        " breaks PG1 (pte), PG18 (pte)",
        " worsens PG19 (pmd)",
        " still fails PG3 (pmd), PG4 (pmd), PG5 (pmd), PG6 (pmd), PG7-any (pmd), PG8 (pmd), PG12 (pmd), PG12-absent (pmd), PG14 (pmd), PG16 (pmd), PG18 (pmd), PG38 (pte)",
        "arm64_16k: v7.1, without and with filter_in_pfn_pte.ts",
        " mends PG7 (pmd), PG7-any (pmd), PG19 (pmd)",
        " breaks PG1 (pte*), PG18 (pte*)",
        " still fails PG4 (pmd*), PG5 (pmd), PG6 (pmd), PG15-driver (pte, pmd), PG18 (pmd*)",
      ]
    `);
  });
  it('the base-PTE contract breaks nothing on x86 and arm64; on powerpc PTEs keep _PAGE_PTE, which leaves lose', async () => {
    expect(await changed('base_pte_contract')).toMatchInlineSnapshot(`
      [
        "x86_pae: v7.1, without and with base_pte_contract.ts",
        " mends PG3 (pmd), PG4 (pmd), PG5 (pmd), PG6 (pmd), PG7 (pmd), PG7-any (pmd), PG8 (pmd), PG12 (pmd), PG18 (pmd), PG19 (pmd)",
        " breaks nothing",
        " worsens PG12-absent (pmd)",
        " still fails PG14 (pmd), PG16 (pmd), PG35-mode (pmd), PG38 (pte)",
        "arm64_16k: v7.1, without and with base_pte_contract.ts",
        " mends PG4 (pmd), PG5 (pmd), PG6 (pmd), PG7 (pmd), PG7-any (pmd), PG18 (pmd), PG19 (pmd)",
        " breaks nothing",
        " still fails PG15-driver (pte, pmd)",
        "ppc64_radix_64k: v7.1, without and with base_pte_contract.ts",
        " mends PG4 (pmd, pud), PG18 (pmd, pud)",
        " breaks PG19 (pmd*, pud*)",
        " still fails PG1 (pte*), PG11 (pud), PG13-young (pte, pmd, pud), PG15-driver (pte, pmd, pud), PG18 (pte*)",
      ]
    `);
  });
});
