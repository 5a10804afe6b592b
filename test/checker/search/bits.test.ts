import fc from 'fast-check';
import { entry, flag, oneOf, upTo } from 'mmcheck/search';
import { describe, expect, it } from 'vitest';

const Kind = oneOf('none', 'table', 'leaf');
const Pmd = entry('Pmd')({ kind: Kind, young: flag, folio: upTo(5), pins: upTo(1000), write: flag });
type Field = 'kind' | 'young' | 'folio' | 'pins' | 'write';
const FIELDS: Readonly<Record<Field, number>> = { kind: 2, young: 1, folio: 5, pins: 1000, write: 1 };
const get = { kind: Pmd.kind, young: Pmd.young, folio: Pmd.folio, pins: Pmd.pins, write: Pmd.write };
const put = { kind: Pmd.mkKind, young: Pmd.mkYoung, folio: Pmd.mkFolio, pins: Pmd.mkPins, write: Pmd.mkWrite };

const code = (field: Field) => fc.nat({ max: FIELDS[field] });
const word = fc
  .record({ kind: code('kind'), young: code('young'), folio: code('folio'), pins: code('pins'), write: code('write') })
  .map(Pmd.of);
const fieldAndCode = fc
  .constantFrom<Field>('kind', 'young', 'folio', 'pins', 'write')
  .chain((field) => fc.tuple(fc.constant(field), code(field)));

describe('an entry', () => {
  it('reads back what was set, and keeps the neighbours', () => {
    fc.assert(
      fc.property(word, fieldAndCode, (before, [field, value]) => {
        const after = put[field](before, value);
        expect(get[field](after)).toBe(value);
        expect(put[field](after, get[field](before))).toBe(before);
      }),
    );
  });

  it('is empty when all bits are 0, and stays a small integer', () => {
    expect(Pmd.of({})).toBe(0);
    const full = Pmd.of(FIELDS);
    expect(full).toBeGreaterThan(0);
    expect(full).toBeLessThan(2 ** Pmd.width);
  });

  it('takes 31 bits and no more', () => {
    expect(entry('Full')({ a: upTo(2 ** 30 - 1), b: flag }).width).toBe(31);
    const Full = entry('Full')({ all: upTo(2 ** 31 - 1) });
    expect(Full.all(Full.of({ all: 2 ** 31 - 1 }))).toBe(2 ** 31 - 1);
    expect(() => entry('Wide')({ a: upTo(2 ** 31 - 1), b: flag })).toThrow(
      new RangeError('Wide needs 32 bits; there are 31'),
    );
  });

  it('refuses a code beyond the range of its field', () => {
    expect(() => Pmd.mkFolio(Pmd.of({}), 6)).toThrow(new RangeError('Pmd.folio = 6 is not in 0..5'));
    expect(() => Pmd.of({ kind: -1 })).toThrow(RangeError);
  });

  it('prints what is set: flags by name, codes by theirs, numbers after a =', () => {
    expect(Pmd.show(Pmd.of({ kind: Kind.leaf, young: 1, folio: 2 }))).toBe('leaf young folio=2 pins=0');
  });
});

describe('oneOf', () => {
  it('numbers the names from 0', () => {
    expect([Kind.none, Kind.table, Kind.leaf]).toEqual([0, 1, 2]);
    expect(Kind.names[Kind.leaf]).toBe('leaf');
    expect(Kind.show(Kind.table)).toBe('table');
    expect(Kind.show(3)).toBe('?3');
  });
});
