/**
 * The alternatives of "[RFC] Huge remap_pfn_range for vfio-pci", side by side: what each violates in the worlds of its series, and by
 * how many operations, on v6.9, the release of its time, and on v7.1. I-DROP and I-RESERVE are asked of all of them
 * here. `PIN=write` writes the table anew.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, it } from '@effect/vitest';
import type { Setting } from '../../checker/catalogue.ts';
import { buildWorld, catalogue } from '../../checker/mm_catalogue.ts';
import { explore, type Property } from '../../checker/search/index.ts';
import { MM_WORLDS } from '../../checker/worlds/all.ts';
import { drop, reserve } from '../../spec/drop.ts';

const KERNELS = ['v6.9', 'v7.1'] as const;
const series = catalogue.series.find(({ name }) => name === 'huge-remap-rfc')!;
const worlds = MM_WORLDS.filter(({ name }) => name.startsWith('rfc-'));
/** What the kernel does by design, and yet an alternative may do better: asked of all, where nobody claims it. */
const BY_DESIGN = [drop, reserve] as readonly unknown[] as readonly Property<unknown>[];

/** 'T3   remap-in-fault': the number that the alternative goes by, where it has one. */
const labelOf = ({ version, says }: { readonly version: string; readonly says: string }): string =>
  `${(/^T\d[ab']?/.exec(says)?.[0] ?? '').padEnd(3)}  ${version}`;

type Lengths = ReadonlyMap<string, number>;

/** What is violated in any of the worlds, with the length of the shortest trace. */
const violatedOn = (kernel: string, version: string, settings: readonly Setting[]): Lengths => {
  const shortest = new Map<string, number>();
  for (const entry of worlds) {
    const world = buildWorld(entry, { kernel, series: [`${series.name}@${version}`], settings }, 'quick');
    const others = world.properties.filter(({ name }) => BY_DESIGN.every((one) => one.name !== name));
    const found = explore({ ...world, properties: [...others, ...BY_DESIGN] });
    expect(found.cut).toBeUndefined();
    for (const { name, verdict, trace } of found.properties)
      if (verdict === 'violated') shortest.set(name, Math.min(trace!.moves.length, shortest.get(name) ?? Infinity));
  }
  return shortest;
};

const tableOf = (kernel: string, rows: readonly (readonly [string, Lengths])[]): readonly string[] => {
  const columns = [...new Set(rows.flatMap(([, lengths]) => [...lengths.keys()]))].toSorted();
  const width = Math.max(...rows.map(([version]) => version.length));
  const line = (name: string, cells: readonly string[]): string =>
    [name.padEnd(width), ...cells.map((cell, i) => cell.padStart(columns[i]!.length))].join('  ').trimEnd();
  return [
    line(kernel, columns),
    ...rows.map(([version, lengths]) =>
      line(
        version,
        columns.map((name) => `${lengths.get(name) ?? '-'}`),
      ),
    ),
  ];
};

it('the alternatives violate what the table says', { timeout: 900_000 }, () => {
  const path = fileURLToPath(new URL('mm_alternatives.pinned.txt', import.meta.url));
  const tables = KERNELS.flatMap((kernel) => [
    ...tableOf(
      kernel,
      series.versions.map((one) => [labelOf(one), violatedOn(kernel, one.version, one.sets)] as const),
    ),
    '',
  ]);
  if (process.env['PIN'] === 'write') writeFileSync(path, tables.join('\n'));
  expect(tables.join('\n')).toEqual(readFileSync(path, 'utf8'));
});
