/** Page-table entries and deposited tables of a process, as one who reads kernel memory sees them. */
import { DEVICE_FRAMES } from '../../model/state/geometry.ts';
import type { Sys } from '../../model/mm/kernel.ts';
import { folio_test_large, page_folio, page_of } from '../../model/mm/page_flags.ts';
import { folio_pincount } from '../../model/mm/page_ref.ts';
import { Page, PageKind } from '../../model/state/memmap.ts';
import { Pmd, PmdKind, Pte, PtePage, Pud, PudKind } from '../../model/state/mm_types.ts';
import type { Word } from '../search/index.ts';
import { GIB, type Placement, PTRS, touchedOf } from './placement.ts';
import { realReferences } from './real_counts.ts';
import { type EntryRun, joinedEntries } from './seen.ts';

/** What the entries of all levels have. */
type Field = 'pfn' | 'write' | 'young' | 'dirty' | 'special' | 'protnone' | 'cache';
type Attributes = Readonly<Record<Field, number>>;
type Fields<N extends string> = Readonly<Record<Field, (e: Word<N>) => number>>;

const attributesOf = <N extends string>(of: Fields<N>, e: Word<N>): Attributes => ({
  pfn: of.pfn(e),
  write: of.write(e),
  young: of.young(e),
  dirty: of.dirty(e),
  special: of.special(e),
  protnone: of.protnone(e),
  cache: of.cache(e),
});

const bits = ({ write, young, dirty, special, protnone, cache }: Attributes): string =>
  [
    write === 1 ? 'w' : '',
    young === 1 ? 'y' : '',
    dirty === 1 ? 'd' : '',
    special === 1 ? 's' : '',
    protnone === 1 ? 'n' : '',
    `c${cache}`,
  ].join('');

/** References and pins, where vm_normal_page() would find a folio: not behind special entries, nor of zero pages. */
const counts = (
  s: Sys,
  p: Placement,
  level: EntryRun['level'],
  { pfn, special }: Attributes,
): Pick<EntryRun, 'refcount' | 'pincount'> => {
  if (special === 1 || pfn < DEVICE_FRAMES) return {};
  const folio = page_folio(s, pfn);
  const kind = Page.kind(page_of(s, folio));
  // Of one page of a device, kpageflags has nothing, and nothing else tells what it begins with.
  if (kind === PageKind.zero || (kind === PageKind.fsdax && level === 'pte')) return {};
  const refcount = realReferences(s, p, folio);
  const pincount = folio_test_large(s, folio) ? folio_pincount(s, folio) : Math.floor(refcount / s.geometry.pinBias);
  return { refcount, pincount };
};

const entryRun = (
  s: Sys,
  p: Placement,
  { page, count }: { readonly page: number; readonly count: number },
  level: EntryRun['level'],
  of: Attributes,
): EntryRun => ({ page, count, level, bits: bits(of), ...counts(s, p, level, of) });

/** The entries of one PMD slot. A leaf of its PUD is seen in each of its slots as far as they are looked at. */
const entriesOfSlot = (s: Sys, p: Placement, mm: number, slot: number): readonly EntryRun[] => {
  const { puds, ptrsPerPmd, ptrsPerPte } = s.geometry;
  const first = slot * ptrsPerPte;
  const whole = { page: touchedOf(p, first).page, count: PTRS };
  const pud = s.pud.at(mm * puds + Math.floor(slot / ptrsPerPmd));
  if (Pud.kind(pud) === PudKind.leaf) return [entryRun(s, p, whole, 'pud', attributesOf(Pud, pud))];
  const e = s.pmd.at(mm * puds * ptrsPerPmd + slot);
  if (Pmd.kind(e) === PmdKind.leaf) return [entryRun(s, p, whole, 'pmd', attributesOf(Pmd, e))];
  if (Pmd.kind(e) !== PmdKind.table) return [];
  return Array.from({ length: ptrsPerPte }, (_, i) => i).flatMap((i) => {
    const pte = s.pte.at(Pmd.pfn(e) * ptrsPerPte + i);
    if (Pte.present(pte) === 0) return [];
    return [entryRun(s, p, touchedOf(p, first + i), 'pte', attributesOf(Pte, pte))];
  });
};

export const entriesOf = (s: Sys, p: Placement, mm: number): readonly EntryRun[] => {
  const slots = s.geometry.puds * s.geometry.ptrsPerPmd;
  return joinedEntries(Array.from({ length: slots }, (_, slot) => entriesOfSlot(s, p, mm, slot)).flat());
};

/** Tables on a list: from the head on, until it comes round. */
const lengthOf = (s: Sys, head: number): number => {
  let tables = 0;
  for (let table = head; table !== 0; tables++) {
    table = PtePage.next(s.ptePage.at(table - 1));
    if (table === head) return tables + 1;
  }
  return tables;
};

/** By PMD table: the first page of what it covers, and how many tables lie in reserve. */
export const depositsOf = (s: Sys, mm: number): readonly (readonly [number, number])[] => {
  const { puds, ptrsPerPmd } = s.geometry;
  return Array.from({ length: puds }, (_, pud) => {
    const head = s.deposit.at((mm * puds + pud) * ptrsPerPmd);
    return [pud * GIB, lengthOf(s, head)] as const;
  }).filter(([, tables]) => tables > 0);
};
