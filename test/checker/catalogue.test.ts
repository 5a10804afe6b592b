/** What the command line promises of the catalogue: every name that a report prints can be asked for. */
import { describe, expect, it } from 'vitest';
import { type Catalogue, type KernelChoice, SIZES } from '../../checker/catalogue.ts';
import { catalogue as mm } from '../../checker/mm_catalogue.ts';
import { explainText } from '../../checker/report/explain_text.ts';
import { KINDS, listText } from '../../checker/report/listing.ts';
import { catalogue as toy } from './toy_catalogue.ts';

const base = ({ kernels: [first] }: Catalogue): KernelChoice => ({
  kernel: first!.name,
  arch: first!.arch,
  series: [],
  settings: [],
});

/** Each kernel of the catalogue: the base, and every version of every series on it. */
const kernelsOf = (catalogue: Catalogue): readonly KernelChoice[] => [
  base(catalogue),
  ...catalogue.series.flatMap(({ name, versions }) =>
    versions.map(({ version, sets }) => ({ ...base(catalogue), series: [`${name}@${version}`], settings: sets })),
  ),
];

const faultsOf = (catalogue: Catalogue): readonly string[] => {
  const { kernels, series, toggles, worlds, operations, properties, findings } = catalogue;
  const twice = [kernels, series, toggles, worlds, operations, properties, findings].flatMap((all) =>
    all.map(({ name }) => name).filter((name, i, names) => names.indexOf(name) < i),
  );
  const unset = series.flatMap((one) =>
    one.versions.flatMap(({ version, sets }) =>
      sets
        .filter(
          ({ toggle, value }) => !toggles.some((is) => is.name === toggle && is.values.some((v) => v.value === value)),
        )
        .map(({ toggle, value }) => `${one.name}@${version} sets ${toggle}=${value}, which there is not`),
    ),
  );
  const unnamed = worlds.flatMap(({ name, build }) =>
    kernelsOf(catalogue).flatMap((kernel) => {
      const world = build(kernel, 'quick');
      return [
        ...world.properties.filter((one) => !properties.some((is) => is.name === one.name)).map((one) => one.name),
        ...world.actions.filter((one) => !operations.some((is) => is.name === one.name)).map((one) => one.name),
      ].map((one) => `${name} has ${one}, which the catalogue does not name`);
    }),
  );
  // `--series NAME@V` and `--set TOGGLE=VALUE` are taken apart at these characters.
  const words = [kernels, series, toggles, worlds].flatMap((all) =>
    all.filter(({ name }) => name === '' || /[\s@=]/.test(name)).map(({ name }) => `"${name}"`),
  );
  const astray = findings.flatMap((one) =>
    [
      ...one.kernels.filter((name) => !kernels.some((is) => is.name === name)),
      ...one.worlds.filter((name) => !worlds.some((is) => is.name === name)),
      ...one.properties.filter((name) => !properties.some((is) => is.name === name)),
    ].map((name) => `${one.name} names ${name}, which there is not`),
  );
  const silent = [kernels, series, toggles, worlds, operations, properties, findings].flatMap((all) =>
    all.filter(({ says }) => says === '').map(({ name }) => `${name} says nothing`),
  );
  return [...new Set([...twice.map((name) => `${name} twice`), ...unset, ...unnamed, ...words, ...astray, ...silent])];
};

describe('the catalogue', () => {
  it('names all that its worlds use, once', () => {
    expect(faultsOf(mm)).toEqual([]);
  });
  it.each(SIZES)('builds every world for every kernel in size %s', (size) => {
    for (const { build } of mm.worlds)
      for (const kernel of kernelsOf(mm)) expect(() => build(kernel, size)).not.toThrow();
  });
  it.each(KINDS)('prints its %s within 80 columns', (kind) => {
    const texts = [listText(mm, kind), ...mm[kind].flatMap(({ name }) => explainText(mm, name))];
    expect(Math.max(...texts.flatMap((text) => text.split('\n')).map((line) => line.length))).toBeLessThanOrEqual(80);
  });
  it('would be caught with a name that is not there', () => {
    const less: Catalogue = {
      ...toy,
      properties: toy.properties.slice(1),
      toggles: toy.toggles.slice(1),
      findings: [{ ...toy.findings[0]!, worlds: ['nowhere'] }],
    };
    expect(faultsOf(less)).toEqual([
      'lazy-reserve@v1 sets zap-reserve=keep, which there is not',
      'lazy-reserve@v2 sets zap-reserve=withdraw, which there is not',
      'reserve has reserveBalance, which the catalogue does not name',
      'count-runs-back names nowhere, which there is not',
    ]);
    const [world, ...worlds] = toy.worlds;
    const worse: Catalogue = { ...toy, worlds: [{ ...world!, name: 'a world', says: '' }, ...worlds, worlds[0]!] };
    expect(faultsOf(worse)).toEqual(['counters twice', '"a world"', 'a world says nothing']);
  });
});
