/** What `mmcheck laws` judges: an architecture as a release has it, with a version of a series or a proposal on top. */
import {
  type Architecture,
  formatIn,
  type PgtableChange,
  type PgtableRelease,
} from '../../model/formats/architecture.ts';
import type { Format } from '../../model/formats/format.ts';
import { assemble, type Pgtable } from '../../model/formats/pgtable.ts';
import { MMUS } from '../../spec/laws/mmus.ts';
import type { Mmu } from '../../spec/laws/mmu.ts';

export interface UnderTest {
  readonly architecture: Architecture;
  /** That of its release. */
  readonly format: Format;
  readonly release: PgtableRelease;
  /** A proposal is on top, which no world can be searched with. */
  readonly proposed: boolean;
  /** `v7.1 + huge-remap-pfn-range@v4`. */
  readonly kernel: string;
  readonly changes: readonly PgtableChange[];
  readonly t: Pgtable;
  readonly mmu: Mmu;
}

/** What rests on inference and on no source, each once, and what it is inferred from. */
export const inferredOf = (changes: readonly PgtableChange[]): readonly string[] => [
  ...new Set(changes.filter(({ evidence }) => evidence === 'inferred').map(({ says, cites }) => `${says} (${cites})`)),
];

/** Whether two have the same functions, so that what is found of one is found of the other. */
export const isSame = (a: UnderTest, b: UnderTest): boolean =>
  a.architecture === b.architecture &&
  a.changes.length === b.changes.length &&
  a.changes.every(({ patch }, i) => patch === b.changes[i]!.patch);

const compare = new Intl.Collator('en', { numeric: true }).compare;
/** Whether a release is that one, or a later one; every one is, where none is named. */
export const isSince = (release: PgtableRelease, first: PgtableRelease = release): boolean =>
  compare(release, first) >= 0;

/** A release of an architecture, with changes on top of its own. */
export const underTest = (
  architecture: Architecture,
  release: PgtableRelease,
  series: readonly string[] = [],
  proposal: readonly (PgtableChange & { readonly name: string })[] = [],
): UnderTest => {
  const changes = [
    ...(architecture.releases[release] ?? []),
    ...series.flatMap((one) => architecture.series[one] ?? []),
    ...proposal,
  ];
  return {
    architecture,
    format: formatIn(architecture, release),
    release,
    proposed: proposal.length > 0,
    kernel: [release, ...series, ...proposal.map(({ name }) => name)].join(' + '),
    changes,
    t: assemble(
      architecture.define,
      changes.map(({ patch }) => patch),
    ),
    mmu: MMUS[architecture.name]!,
  };
};
