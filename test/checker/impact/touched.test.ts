/** Which functions a hunk touches, decided by its own lines. The hunks are made for this test. */
import { describe, expect, it } from 'vitest';
import { readDiff } from '../../../checker/impact/diff.ts';
import { functionIn, isUnnamed, touchedBy } from '../../../checker/impact/touched.ts';

const count = (lines: readonly string[], but: string): number => lines.filter((line) => !line.startsWith(but)).length;

/** A hunk of these lines, behind this context. */
const hunkOf = (context: string, lines: readonly string[]) => {
  const head = `@@ -10,${count(lines, '+')} +10,${count(lines, '-')} @@ ${context}`;
  const text = ['--- a/mm/x.c', '+++ b/mm/x.c', head, ...lines, ''].join('\n');
  return readDiff(text)[0]!.hunks[0]!;
};
const touched = (context: string, ...lines: readonly string[]): readonly string[] =>
  touchedBy(hunkOf(context, lines)).map(({ name, how, known }) => `${name} ${how}${known === 'guess' ? '?' : ''}`);

const ABOVE = 'int move_huge_pmd(struct vm_area_struct *vma, pmd_t *old_pmd)';

describe('the functions of a hunk', () => {
  it('are that of the context, where its statements go on', () => {
    expect(touched(ABOVE, ' \tspin_lock(ptl);', '-\tpmd = *old;', '+\tpmd = *new;', ' \tspin_unlock(ptl);')).toEqual([
      'move_huge_pmd changed',
    ]);
  });

  it('are not that of the context, where the hunk stands between functions', () => {
    expect(
      touched(
        ABOVE,
        '  * A comment.',
        '  */',
        ' static void zap_it(pmd_t *pmd)',
        ' {',
        '-\told(pmd);',
        '+\tnew(pmd);',
        ' }',
      ),
    ).toEqual(['zap_it changed']);
  });

  it('are that of the context, where an archive has made one space of many', () => {
    expect(
      touched(ABOVE, '  * A comment.', '  */', ' VM_WARN_ON(is_cow(flags));', '- old(pmd);', '+ new(pmd);'),
    ).toEqual(['move_huge_pmd changed']);
    expect(
      touched(ABOVE, ' EXPORT_SYMBOL(move_huge_pmd);', '-early_param("x", old);', '+early_param("x", new);'),
    ).toEqual([]);
  });

  it('are both, where it begins in one and ends in the next', () => {
    expect(
      touched(
        ABOVE,
        '-\treturn 0;',
        '+\treturn 1;',
        ' }',
        ' ',
        ' static void zap_it(pmd_t *pmd)',
        ' {',
        '+\tnew(pmd);',
      ),
    ).toEqual(['move_huge_pmd changed', 'zap_it changed']);
  });

  it('are the second alone, where nothing changes in the first', () => {
    expect(touched(ABOVE, ' \treturn 0;', ' }', ' ', ' static void zap_it(pmd_t *pmd)', ' {', '+\tnew(pmd);')).toEqual([
      'zap_it changed',
    ]);
  });

  it('are those that are added and removed, with heads of several lines', () => {
    const added = [
      '+static vm_fault_t',
      '+insert_it(struct vm_fault *vmf,',
      '+\t\tpgprot_t prot)',
      '+{',
      '+\treturn 0;',
      '+}',
    ];
    const removed = ['-static void drop_it(void)', '-{', '-\tgone();', '-}'];
    expect(touched(ABOVE, ' \treturn 0;', ' }', '+', ...added, ' ', ...removed)).toEqual([
      'drop_it removed',
      'insert_it added',
    ]);
  });

  it('are changed where a head changes its arguments', () => {
    expect(touched('', '-int map_it(pmd_t *pmd)', '+int map_it(pmd_t *pmd, bool huge)', ' {', ' \treturn 0;')).toEqual([
      'map_it changed',
    ]);
  });

  it('end with the closing brace, of one line too', () => {
    expect(touched('', ' static inline int one(void) { return 1; }', '+static int nr_pages;', '+')).toEqual([]);
    expect(touched('', '+static inline int one(void) { return 1; }', ' static int nr_pages;')).toEqual(['one added']);
    expect(touched(ABOVE, ' \treturn 0;', ' }', '+EXPORT_SYMBOL_GPL(move_huge_pmd);')).toEqual([]);
  });

  it('are none of declarations, data and comments', () => {
    expect(touched('', '+int declared(pmd_t *pmd,', '+\t\tint how);')).toEqual([]);
    expect(touched('', '-extern void declared(void);')).toEqual([]);
    expect(touched('static const struct vm_operations_struct ops = {', '+\t.fault = my_fault,', ' };')).toEqual([]);
    expect(touched('struct vm_fault {', ' \tint a;', '+\tint b;', ' };')).toEqual([]);
    expect(touched(ABOVE, '+/* about the next one */', ' static int x(void)', ' {')).toEqual([]);
  });

  it('are macros with arguments', () => {
    expect(
      touched(
        '',
        '-#define pfn_pte(pfn, prot) \\',
        '-\t__pte(pfn)',
        '+#define pfn_pte(pfn, prot) \\',
        '+\tmake(pfn)',
        ' int x;',
      ),
    ).toEqual(['pfn_pte changed']);
    expect(touched(ABOVE, ' #define HPAGE 2', '+#define pmd_pgprot pmd_pgprot')).toEqual([]);
  });

  it('go on over labels and the preprocessor', () => {
    expect(touched(ABOVE, '+\tstart();', ' #ifdef CONFIG_X', ' out:', ' #endif', '+\tend();', ' }')).toEqual([
      'move_huge_pmd changed',
    ]);
  });

  it('are a guess where the context alone names them', () => {
    expect(touched(ABOVE, ' \t\t   pmd_t *pmd,', '+\t\t   bool huge,')).toEqual(['move_huge_pmd changed?']);
  });

  it('cannot be told where git prints a label', () => {
    const lines = ['-\told();', '+\tnew();'];
    expect(touched('again:', ...lines)).toEqual([]);
    expect(isUnnamed(hunkOf('again:', lines))).toBe(true);
    expect(isUnnamed(hunkOf(ABOVE, lines))).toBe(false);
  });
});

describe('the name in a head', () => {
  it.each([
    ['static inline pud_t pud_mkhuge(pud_t pud)', 'pud_mkhuge'],
    ['static __printf(1, 2) void warn_it(const char *fmt', 'warn_it'],
    ['SYSCALL_DEFINE3(mprotect, unsigned long, start, size_t, len,', 'sys_mprotect'],
    ['struct page *vm_normal_page_pmd(struct vm_area_struct *vma, unsigned long addr,', 'vm_normal_page_pmd'],
    ['static int nr = count(1);', undefined],
    ['EXPORT_SYMBOL_GPL(vmf_insert_pfn_pmd);', undefined],
    ['again:', undefined],
  ])('of "%s" is %s', (head, name) => {
    expect(functionIn(head)).toBe(name);
  });
});

describe('a hunk', () => {
  it('is cut short where lines are missing', () => {
    const text = ['--- a/mm/x.c', '+++ b/mm/x.c', '@@ -1,3 +1,4 @@ int f(void)', ' \ta();', '+\tb();'].join('\n');
    expect(readDiff(text)[0]!.hunks[0]!.cutShort).toBe(true);
  });
  it('is cut short where the next one begins, of which nothing is lost', () => {
    const heads = ['@@ -1,6 +1,6 @@ int f(void)', '@@ -30,2 +30,3 @@ int g('];
    const text = ['--- a/mm/x.c', '+++ b/mm/x.c', heads[0], ' \ta();', heads[1], ' \tb();', '+\tc();', ' }', ''].join(
      '\n',
    );
    const [first, second] = readDiff(text)[0]!.hunks;
    expect([first!.cutShort, second!.cutShort]).toEqual([true, false]);
    expect([first!.context, second!.context]).toEqual(['int f(void)', 'int g(']);
    expect(touchedBy(second!)).toEqual([{ name: 'g', how: 'changed', known: 'sure' }]);
  });
  it('is cut short where it goes on into the next file', () => {
    const lines = ['--- a/mm/x.c', '+++ b/mm/x.c', '@@ -1,5 +1,6 @@ int f(void)', ' \ta();', '+\tb();'];
    const text = [...lines, 'diff --git a/mm/y.c b/mm/y.c', '--- a/mm/y.c', '+++ b/mm/y.c', '@@ -1 +1 @@', ' x', ' y'];
    expect(readDiff(text.join('\n'))[0]!.hunks[0]!.cutShort).toBe(true);
  });
  it('ends before the signature of a mail', () => {
    const text = [
      '--- a/mm/x.c',
      '+++ b/mm/x.c',
      '@@ -1 +1,2 @@ int f(void)',
      ' \ta();',
      '+\tb();',
      '-- ',
      '2.43.0',
    ].join('\n');
    expect(readDiff(text)[0]!.hunks[0]!.lines).toHaveLength(2);
  });
});
