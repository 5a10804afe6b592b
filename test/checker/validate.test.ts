/** `mmcheck validate`: what a change mends and breaks, patch by patch too. */
import { readFileSync, writeFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { mmcheck } from './command_line.ts';
import { file, patchOf } from './own_file/files.ts';

const validate = (...words: readonly string[]) => mmcheck(['validate', ...words]);

/** A patch with which mprotect() of a PMD leaf fails an assertion. */
const wall = (name: string, assertion: string): string => {
  const path = patchOf(name, `pmd_modify: () => () => { throw new ModelBug('${assertion}', 'a wall'); },`);
  writeFileSync(path, readFileSync(path, 'utf8').replace('{ patch }', '{ ModelBug, patch }'));
  return path;
};

describe('mmcheck validate', () => {
  it('says what a fix mends, and that it breaks nothing', async () => {
    const fix = file(
      'fix.ts',
      "import { patch } from 'mmcheck/patch';",
      "export default patch({ title: 'mm: split PUD leaves too', sets: { 'vma-split-pud': 'splits' } });",
    );
    const { code, out } = await validate(fix, '--world', 'vfio-dontfork');
    expect(code).toBe(0);
    expect(out.slice(out.indexOf('What ')).replaceAll(fix, 'fix.ts')).toMatchInlineSnapshot(`
      "What fix.ts changes, property by property:
        mended: I-ALIGN (vfio-dontfork, after 3 operations), I-TRANS (vfio-dontfork,
                after 4 operations)
        still holds: 32 properties
        unexercised: I-DEP, I-NRPTES, I-LIVE, I-ZERO, I-REFAULT, I-NOCOW

      Operations:
        behaves differently: madvise (vfio-dontfork, after 3 operations)

      Covered:
        worlds       vfio-dontfork (quick), which call what is changed
        calls        vma_adjust_trans_huge
      "
    `);
  });
  it('says what a bug breaks, with its trace, and ends with 1', async () => {
    const path = patchOf('bug.ts', 'zap_huge_pmd: () => () => undefined,');
    const { code, out, err } = await validate(path, '--world', 'vfio-arm64');
    expect(code).toBe(1);
    expect(out).toContain('is violated after');
    expect(out.replaceAll(path, 'bug.ts').replaceAll(/\s+/g, ' ')).toContain(
      'bug.ts newly violates 1 property: bad-pmd (vfio-arm64, after 3 operations: mmap, handle_mm_fault, exit); ' +
        '29 undecided; 3 operations behave differently. bad-pmd (assertion) is violated',
    );
    expect(err.replaceAll(path, 'bug.ts').replaceAll(/\s+/g, ' ')).toBe(
      'mmcheck: bad-pmd: newly violated by bug.ts (vfio-arm64, after 3 operations) ',
    );
    expect(out.slice(out.indexOf('What ')).replaceAll(path, 'bug.ts')).toMatchInlineSnapshot(`
      "What bug.ts changes, property by property:
        newly violated: bad-pmd (vfio-arm64, after 3 operations)
        undecided: 29 properties
        unexercised: I-DEP, I-NRPTES, I-LIVE, I-ZERO, I-REFAULT, I-NOCOW

      Operations:
        behaves differently: munmap (vfio-arm64, after 3 operations), fork
                             (vfio-arm64, after 3 operations), exit (vfio-arm64, after
                             3 operations)

      Covered:
        worlds       vfio-arm64 (quick), which call what is changed
        calls        zap_huge_pmd
        not seen     what lies behind an assertion that fails with the change alone:
                     vfio-arm64
      "
    `);
  });
  it('says of a change that nothing calls that nothing is decided', async () => {
    const { code, out } = await validate('mprotect-pud=bad', '--world', 'vfio-arm64');
    expect(code).toBe(3);
    expect(out).toContain('not called   vfio-arm64');
    expect(out).toContain('mprotect-pud=bad is not called in these worlds, and decides nothing.');
    expect(out).toContain('property by property:\n  none was judged\n');
  });
  it('takes what the base violates as well for no fault of the patch', async () => {
    const path = patchOf('nothing.ts', 'zap_huge_pud: (base) => (s, ...more) => base({ ...s }, ...more),');
    const { code, out } = await validate(path, '--world', 'vfio-dontfork');
    expect(code).toBe(0);
    expect(out.replaceAll(/\s+/g, ' ')).toContain('violated before and after: I-ALIGN');
    expect(out).toContain('no operation behaves differently');
  });
  it('compares each patch of a series with what stands before it', async () => {
    const { code, out } = await validate('huge-pfnmaps@v2', '--each', '--world', 'vfio-bar');
    expect([code, out]).toMatchInlineSnapshot(`
      [
        0,
        "v6.11 + huge-pfnmaps@v2.0 -> v6.11 + huge-pfnmaps@v2.19, patch by patch

      patch                               what it changes
      [1/19] mm: introduce                nothing that is modelled
      ARCH_SUPPORTS_HUGE_PFNMAP and
      special bits to pmd/pud
      [2/19] mm: drop is_huge_zero_pud()  nothing that is modelled
      [3/19] mm: mark special bits for    not called in these worlds
      huge pfn mappings when inject
      [4/19] mm: allow THP orders for     no operation differs
      PFNMAPs
      [5/19] mm/gup: detect huge pfnmap   not called in these worlds
      entries in gup-fast
      [6/19] mm/pagewalk: check pfnmap    not called in these worlds
      for folio_walk_start()
      [7/19] mm/fork: accept huge pfnmap  not called in these worlds
      entries
      [8/19] mm: always define            nothing that is modelled
      pxx_pgprot()
      [9/19] mm: new follow_pfnmap API    nothing that is modelled
      [10/19] KVM: use follow_pfnmap API  not called in these worlds
      [11/19] s390/pci_mmio: use          not called in these worlds
      follow_pfnmap API
      [12/19] mm/x86/pat: use the new     not called in these worlds
      follow_pfnmap API
      [13/19] vfio: use the new           not called in these worlds
      follow_pfnmap API
      [14/19] acrn: use the new           not called in these worlds
      follow_pfnmap API
      [15/19] mm/access_process_vm: use   not called in these worlds
      the new follow_pfnmap API
      [16/19] mm: remove follow_pte()     nothing that is modelled
      [17/19] mm/x86: support large pfn   no operation differs
      mappings
      [18/19] mm/arm64: support large     decides nothing in these worlds
      pfn mappings
      [19/19] vfio/pci: implement         differ: handle_mm_fault (2)
      huge_fault support

      No patch is seen to newly violate anything in these worlds.
      ",
      ]
    `);
  });
  it('names the patch that introduces a violation', async () => {
    const words = ['huge-remap-pfn-range@v3', '--bisect', 'I-CACHE', '--world', 'pfnmap-cache'];
    const { code, out, err } = await validate(...words);
    expect(code).toBe(1);
    expect(err.replaceAll(/\s+/g, ' ')).toMatch(
      /I-CACHE: newly violated by \[2\/4\] .* \(pfnmap-cache, after 1 operation\)/,
    );
    expect(out).toMatch(/I-CACHE is introduced by \[2\/4\] .*\n?.*\(pfnmap-cache,? after/);
  });
  it('names each patch that mends a violation, in whatever world, and says that the base has it', async () => {
    const worlds = ['--world', 'fsdax-evict', '--world', 'fsdax-pinned'];
    const { code, out } = await validate('dax-refcount@v9.7', '--bisect', 'WARN-dax', ...worlds);
    expect(code).toBe(0);
    expect(out.slice(out.indexOf('The base'))).toMatchInlineSnapshot(`
      "The base violates WARN-dax (fsdax-pinned, after 4 operations).
      WARN-dax is mended by [2/20] fs/dax: Return unmapped busy pages from
      dax_layout_busy_page_range() (fsdax-pinned, after 4 operations)
      WARN-dax is mended by [7/20] fs/dax: Ensure all pages are idle prior to
      filesystem unmount (fsdax-evict, after 4 operations)
      "
    `);
  });
  it('puts a patch that names a kernel on the base that is asked for', async () => {
    const path = file(
      'older.ts',
      "import { patch } from 'mmcheck/patch';",
      "export default patch({ title: 'mm: nothing', base: 'v6.11', mm: { zap_huge_pmd: (base) => (s, ...more) => base({ ...s }, ...more) } });",
    );
    const { code, out } = await validate(path, '--base', 'v7.1', '--world', 'vfio-arm64');
    expect(code).toBe(0);
    expect(out).toContain('v7.1 -> v7.1 + older.ts');
    expect(out).toContain('no operation behaves differently');
  });
  it('lets a series set what the base had set otherwise', async () => {
    const words = ['huge-remap-pfn-range@v2', '--base', 'v7.1+remap-leaf=no', '--world', 'pfnmap-install'];
    const { out } = await validate(...words);
    expect(out).toContain('behaves differently: mmap');
  });
  it('refuses a base with a file that would cover what a series sets', async () => {
    const path = file('covers.mjs', "export default { title: 'a', sets: { 'vfio-fault': 'whole-vma' } };");
    const { code, err } = await mmcheck(['validate', 'huge-pfnmaps@v2', '--base', `v6.11+${path}`]);
    expect([code, err]).toEqual([2, expect.stringContaining('--base takes no file that sets vfio-fault')]);
  });
  it('judges by another promise where that is asked, and decides nothing elsewhere', async () => {
    const words = ['hgm-collapse-promise=keeps', 'mprotect-pud=bad', '--base', 'v7.3+hgm-mapcount@M3-repaired'];
    const codes = [];
    for (const world of ['vfio-align', 'hgm-collapse']) codes.push((await validate(...words, '--world', world)).code);
    expect(codes).toEqual([3, 1]);
  });
  it.each([
    ['a series set what the release has', 'huge-pfnmaps@v2', 'v7.1+gup-fast-special=no', 'vfio-pinned', 'mended: gup'],
    [
      'a toggle be set otherwise',
      'mprotect-pud=changes',
      'v7.1+mprotect-pud=bad',
      'vfio-parts',
      'mprotect (vfio-parts',
    ],
  ])('lets %s, where the base had it otherwise', async (_what, target, base, world, says) => {
    expect((await validate(target, '--base', base, '--world', world)).out).toContain(says);
  });
  it('does not call mended what it only cannot see any more', async () => {
    const hides = patchOf(
      'hides.ts',
      'zap_huge_pud: () => () => {',
      "  throw new ModelBug('descent-into-leaf', 'a wall');",
      '},',
      'copy_huge_pud: () => () => {',
      "  throw new ModelBug('descent-into-leaf', 'a wall');",
      '},',
    );
    writeFileSync(hides, readFileSync(hides, 'utf8').replace('{ patch }', '{ ModelBug, patch }'));
    const { out } = await validate(hides, '--world', 'vfio-dontfork');
    expect(out).not.toContain('mended');
    expect(out).not.toContain('still holds');
    expect(out).toMatch(/undecided: \d+ properties/);
    expect(out.replaceAll(/\s+/g, ' ')).toContain(
      'behind an assertion that fails with the change alone: vfio-dontfork',
    );
  });
  it('calls an assertion newly violated that the base fails elsewhere, and has no answer for what lies behind', async () => {
    const bug = patchOf('bug.ts', "pmd_modify: () => () => { throw new ModelBug('descent-into-leaf', 'a wall'); },");
    writeFileSync(bug, readFileSync(bug, 'utf8').replace('{ patch }', '{ ModelBug, patch }'));
    const { code, out } = await validate(bug, '--world', 'vfio-parts');
    expect(code).toBe(1);
    expect(out).toMatch(/newly violated: descent-into-leaf \(vfio-parts, after 4/);
    const one = await validate(bug, '--world', 'vfio-parts', '--property', 'I-PERM');
    expect(one.code).toBe(3);
    expect(one.out).toContain('undecided: I-PERM');
  });
  it('does not call mended an assertion in whose place another one fails', async () => {
    const [before, after] = [wall('x.ts', 'bad-pmd'), wall('y.ts', 'VM_BUG_ON_VMA(range)')];
    const { code, out } = await validate(after, '--base', `v7.1+${before}`, '--world', 'vfio-parts');
    expect(code).toBe(1);
    expect(out).toContain('newly violated: VM_BUG_ON_VMA(range)');
    expect(out).not.toContain('mended');
  });
  it('ends with 3 where nothing that is asked is ever exercised', async () => {
    const { code, out } = await validate('pmd-modify-dirty=keeps', '--property', 'I-ZERO', '--world', 'vfio-arm64');
    expect([code, out.includes('unexercised: I-ZERO')]).toEqual([3, true]);
  });
  it('says that a change which passes every call on has decided nothing', async () => {
    const { code, out } = await validate('lookup-s390=follow_pte', '--world', 'rfc-lookup');
    expect(code).toBe(3);
    expect(out.replaceAll(/\s+/g, ' ')).toContain(
      'passed on follow_pfnmap_walk: called, and left to the base each time',
    );
  });
  it('says of a property that no world asks that it is asked of none', async () => {
    const { code, err } = await validate('pmd-modify-dirty=keeps', '--property', 'H5', '--world', 'vfio-arm64');
    expect(code).toBe(2);
    expect(err).toContain('has the property H5');
  });
  it('does not say that no patch introduces a violation where it has not seen all', async () => {
    const words = ['huge-remap-pfn-range@v3', '--bisect', 'I-CACHE', '--world', 'pfnmap-cache', '--states-max', '3'];
    const { code, out } = await validate(...words);
    expect(code).toBe(3);
    expect(out).toContain('Undecided, since not all was seen: [2/4]');
    expect(out).not.toContain('No patch introduces');
  });
  it.each([
    [['huge-pfnmap'], 'there is no'],
    [['huge-pfnmaps@v3'], 'there is no version "v3" of huge-pfnmaps'],
    [['v7.3'], 'there is no series "v7.3"'],
    [['mprotect-pud=bad', '--each'], '--each takes one series'],
    [[], 'validate takes a series'],
  ])('refuses %s', async (words, why) => {
    const { code, err } = await validate(...words);
    expect(code).toBe(2);
    expect(err.replaceAll(/\s+/g, ' ')).toContain(why);
  });
  it('prints JSON', async () => {
    const { out } = await validate('vma-split-pud=splits', '--world', 'vfio-dontfork', '--json');
    const { changes } = JSON.parse(out) as {
      readonly changes: readonly {
        readonly properties: readonly { readonly property: string; readonly status: string }[];
      }[];
    };
    const statuses = new Map(changes[0]!.properties.map(({ property, status }) => [property, status]));
    expect([statuses.get('I-TRANS'), statuses.get('I-VMA')]).toEqual(['mended', 'holds']);
  });
});
