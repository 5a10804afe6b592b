/** The fields of a format as a list: where each is, and who defines it. */
import type { Field, Format, Level } from './format.ts';

export interface FieldInWords {
  readonly name: string;
  /** '7 pte; 12 pmd pud table': the places, each with the levels that have it there, and the shape where it is not a page. */
  readonly bits: string;
  readonly by: string;
}

interface Seen extends Pick<Field, 'name' | 'by'> {
  readonly place: string;
  readonly where: string;
}

const placeOf = ({ from, to }: Field): string => (from === to ? `${from}` : `${from}..${to}`);

/** Every field of every shape that holds something, the page first; tables are called so once for all levels. */
const seenIn = ({ levels }: Format): readonly Seen[] =>
  Object.entries(levels).flatMap(([level, { shapes }]) =>
    shapes
      .filter(({ name }) => name !== 'none')
      .toReversed()
      .flatMap((shape) =>
        shape.fields.map((field) => ({
          name: field.name,
          by: field.by,
          place: placeOf(field),
          where: shapeInWords(level as Level, shape.name),
        })),
      ),
  );

const shapeInWords = (level: Level, shape: string): string => {
  if (shape === 'table') return shape;
  // A page that is not present has its fields where one has that is.
  if (shape === level || shape === 'not-present') return level;
  return shape.startsWith(level) ? shape : `${level} ${shape}`;
};

const bitsOf = (some: readonly Seen[]): string =>
  Object.entries(Object.groupBy(some, ({ place }) => place))
    .map(([place, there = []]) => `${place} ${[...new Set(there.map(({ where }) => where))].join(', ')}`)
    .join('; ');

/** A field a row, in the order of the format; one that has other definers in other shapes has one for each. */
export const fieldsInWords = (format: Format): readonly FieldInWords[] =>
  Object.values(Object.groupBy(seenIn(format), ({ name, by }) => `${name} ${by}`)).map((some = []) => ({
    name: some[0]!.name,
    bits: bitsOf(some),
    by: some[0]!.by,
  }));
