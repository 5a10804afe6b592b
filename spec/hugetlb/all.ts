/** All that must hold of hugetlb. */
import type { Property } from '../../checker/search/index.ts';
import { type HugetlbGeometry, pudPages } from '../../model/state/hugetlb/geometry.ts';
import type { HugetlbView } from '../../model/state/hugetlb/hugetlb_types.ts';
import { gup, mbind, mbindError, mincore, node, smaps } from './answers.ts';
import { hugetlbAssertions } from './assertions.ts';
import { cached } from './cached.ts';
import { collapse, collapseFailed } from './collapse.ts';
import { continueExists, continues } from './continue.ts';
import { copyExists } from './copy.ts';
import { fault } from './fault.ts';
import { fork, forkOwn } from './fork.ts';
import { gate, type HgmKeptAt } from './gate.ts';
import { mapcount, type MapcountRule, mapped } from './mapcount.ts';
import { minor } from './minor.ts';
import { mremap, mremapCounts } from './mremap.ts';
import { mremapFailed } from './mremap_failed.ts';
import { offset } from './offset.ts';
import { overflow, refcountOverflow, underflow } from './overflow.ts';
import { poison, poisonKept, type PoisonOf, poisonRest } from './poison.ts';
import { protection } from './protection.ts';
import { refcount } from './refcount.ts';
import { reservations } from './reservations.ts';
import { shape } from './shape.ts';
import { sharing } from './sharing.ts';
import { tables } from './tables.ts';
import { guest, tlb } from './translations.ts';
import { uffdWp } from './uffd_wp.ts';
import { usage } from './usage.ts';
import { writeProtect } from './write_protect.ts';

export type { HgmKeptAt, MapcountRule, PoisonOf };

/** What can happen in a world; by default everything can. */
export interface HugetlbFacts {
  /** Whether a process can map parts of a hugepage. */
  readonly splits?: boolean;
  /** Whether a userfaultfd can protect pages, and whether it can wait for minor faults. */
  readonly protects?: boolean;
  readonly waits?: boolean;
  readonly continues?: boolean;
  readonly copies?: boolean;
  readonly writeProtects?: boolean;
  readonly faults?: boolean;
  readonly collapses?: boolean;
  readonly forks?: boolean;
  readonly mremaps?: boolean;
  readonly breaks?: boolean;
  readonly asksSmaps?: boolean;
  readonly asksCore?: boolean;
  readonly asksNodes?: boolean;
  readonly binds?: boolean;
  readonly populates?: boolean;
}

export interface HugetlbSpecOptions extends HugetlbFacts {
  /** By which rule mapcounts are kept; by default as in every release, by leaves. */
  readonly mapcount?: MapcountRule;
  /** Where a kernel keeps that high granularity is enabled; by default in a flag of the VMA. */
  readonly keptAt?: HgmKeptAt;
  /** Whether MADV_COLLAPSE is asked to keep uffd-wp and holes, which it is documented not to. */
  readonly collapseKeeps?: boolean;
  /** What a hugepage loses that breaks; where it is not said, all of it, and what is asked of either is asked. */
  readonly poisonOf?: PoisonOf;
  /** What nothing of this shape can break is left out; by default nothing is. */
  readonly geometry?: HugetlbGeometry | 'any';
}

type Listed = readonly Property<HugetlbView>[];
/** The properties, unless nothing in the world can break them. */
const where = (can: boolean | undefined, ...properties: Listed): Listed => (can === false ? [] : properties);

const ofStates = ({ mapcount: rule = 'M0', keptAt = 'flag', ...of }: HugetlbSpecOptions): Listed => {
  const { geometry = 'any', poisonOf = 'hugepage' } = of;
  const shares = geometry === 'any' || geometry.hugepage < pudPages(geometry);
  return [
    shape,
    ...where(of.splits, gate(keptAt)),
    ...where(shares, sharing),
    offset,
    mapcount(rule),
    mapped(rule),
    refcount(rule),
    overflow,
    underflow,
    refcountOverflow,
    cached,
    ...where(geometry === 'any' || geometry.usage === 1, usage),
    tables,
    protection,
    ...where(of.breaks, poison(poisonOf)),
    reservations,
    ...where(geometry === 'any' || geometry.tlb > 0, tlb),
    ...where(geometry === 'any' || geometry.guestPages > 0, guest),
  ];
};

const ofSteps = ({ collapseKeeps = false, keptAt = 'flag', ...of }: HugetlbSpecOptions): Listed => [
  ...where(of.protects, uffdWp(collapseKeeps)),
  ...where(of.writeProtects, writeProtect),
  ...where(of.splits !== false && of.collapses !== false, collapse(keptAt), collapseFailed(keptAt)),
  ...where(of.faults, fault(of.poisonOf ?? 'hugepage')),
  ...where(of.continues, continues, continueExists),
  ...where(of.copies, copyExists),
  ...where(of.waits, minor(collapseKeeps)),
  ...where(of.breaks, poisonKept),
  ...where(of.breaks !== false && of.poisonOf !== 'hugepage', poisonRest),
  ...where(of.forks, fork, forkOwn),
  ...where(of.mremaps, mremap, mremapCounts, mremapFailed),
  ...where(of.asksSmaps, smaps),
  ...where(of.binds, mbind, mbindError),
  ...where(of.asksCore, mincore),
  ...where(of.asksNodes, node),
  ...where(of.populates, gup),
];

export const hugetlbSpecOf = (options: HugetlbSpecOptions = {}): Listed => [
  ...ofStates(options),
  ...ofSteps(options),
  ...hugetlbAssertions,
];
