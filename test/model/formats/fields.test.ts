import { describe, expect, it } from 'vitest';
import { fieldsInWords } from '../../../model/formats/fields.ts';
import { X86_64_FORMAT, X86_PAE_FORMAT } from '../../../model/formats/x86.ts';
import { ARCHITECTURES } from '../../../model/arch/architectures.ts';

const named = (format: typeof X86_64_FORMAT, name: string) => fieldsInWords(format).filter((one) => one.name === name);

describe('the fields of a format', () => {
  it('are each at their places', () => {
    expect(named(X86_64_FORMAT, 'PAT')).toEqual([{ name: 'PAT', bits: '7 pte; 12 pmd, pud', by: 'hardware' }]);
    expect(named(X86_64_FORMAT, 'SAVED_DIRTY')).toEqual([
      { name: 'SAVED_DIRTY', bits: '58 pte, pmd, pud', by: 'software' },
    ]);
    expect(named(X86_PAE_FORMAT, 'SAVED_DIRTY')).toEqual([
      { name: 'SAVED_DIRTY', bits: '10 pte, pmd', by: 'software' },
    ]);
  });
  it('are all there, each once', () => {
    for (const { format } of ARCHITECTURES) {
      const names = Object.values(format.levels).flatMap(({ shapes }) =>
        shapes.flatMap(({ fields }) => fields.map(({ name, by }) => `${name} ${by}`)),
      );
      expect(
        fieldsInWords(format)
          .map(({ name, by }) => `${name} ${by}`)
          .toSorted(),
      ).toEqual([...new Set(names)].toSorted());
    }
  });
});
