/** The page of what has been validated is made from the records; `vitest -u` writes it anew. */
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from '@effect/vitest';
import { records } from '../../../checker/conform/records.ts';
import { validatedText, validationOf } from '../../../checker/conform/validated.ts';
import { HUGETLB_OPERATION_ENTRIES } from '../../../checker/hugetlb_catalogue.ts';
import { OPERATIONS } from '../../../model/operations/operations.ts';

const page = fileURLToPath(new URL('../../../checker/conform/validated.md', import.meta.url));
const operations = [...Object.keys(OPERATIONS), ...HUGETLB_OPERATION_ENTRIES.map(({ name }) => name)];

describe('what has been validated', () => {
  it('is a page made from the records', async () => {
    await expect(validatedText(operations)).toMatchFileSnapshot(page);
  });

  it('comes from kernels on which something was compared, by operations that there are', () => {
    for (const { machine, operations: compared, sequences, functions } of records()) {
      // Zeroing 1 GiB takes seconds there.
      expect(sequences).toBeGreaterThan(machine === 'hugetlb-1G' ? 50 : 500);
      expect(functions.length).toBeGreaterThan(100);
      expect(operations).toEqual(expect.arrayContaining(Object.keys(compared)));
    }
  });

  it('says of an operation on which kernels, or that it was on none', () => {
    const one = { ...records()[0]!, kernel: '6.99.1-debian', machine: 'live', level: 1, operations: { fork: 7 } };
    const vm = { ...one, machine: 'plain', level: 3, kernel: '6.1.0-56-cloud-amd64' };
    expect(validationOf('fork', [one, vm])).toBe('read in source, and alike on real kernels: 6.1.0, 6.99.1');
    expect(validationOf('exit', [one])).toBe('read in source, compared with no real kernel');
    // Of some scopes alone it is no other place.
    expect(validationOf('fork', [one, { ...one, scopes: ['anon'] }])).toBe(
      'read in source, and alike on real kernels: 6.99.1',
    );
  });
});
