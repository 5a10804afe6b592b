import { describe, expect, it } from 'vitest';
import { wrap } from '../../../checker/report/columns.ts';

describe('wrap', () => {
  it('breaks at spaces', () => {
    expect(wrap('a split of a special leaf', 10)).toEqual(['a split of', 'a special', 'leaf']);
  });
  it.each([
    ['pte_dirty(pte_mkdirty(pte_mkclean(entry)))', ['pte_dirty(pte_mkdirty(', 'pte_mkclean(entry)))']],
    ['pgprot_modify(oldprot,newprot)', ['pgprot_modify(oldprot,', 'newprot)']],
    ['__split_huge_pfnmap_pmd_of_a_leaf', ['__split_huge_pfnmap_pmd_', 'of_a_leaf']],
    ['0123456789012345678901234567890123', ['0123456789012345678901234', '567890123']],
    ['(0123456789012345678901234567890', ['(012345678901234567890123', '4567890']],
  ])('breaks %s, which is wider than a line, behind a bracket, a comma or an underscore', (word, lines) => {
    expect(wrap(word, 25)).toEqual(lines);
  });
});
