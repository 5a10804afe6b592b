/**
 * Names that mean nothing: which page a page table has, which hugepage of the pool a folio is, and which row a VMA has. The
 * search keeps one state of all that differ only in these: tables and folios are numbered in the order in which a walk meets them.
 */
import type { HugetlbGeometry } from '../state/hugetlb/geometry.ts';
import {
  type HugetlbDraft,
  HugePte,
  HugePteKind,
  Migration,
  Pin,
  Translation,
  Vma,
} from '../state/hugetlb/hugetlb_types.ts';
import { vmaOrder } from '../state/vma_order.ts';

const { sort_vmas } = vmaOrder(Vma);

/** New numbers of things that have `count` names: in the order in which they are met, what nobody meets last. */
class Renaming {
  readonly to: Int8Array;
  next = 0;
  constructor(count: number) {
    this.to = new Int8Array(count);
  }
  begin(): void {
    this.to.fill(-1);
    this.next = 0;
  }
  meet(one: number): void {
    if (this.to[one] === -1) this.to[one] = this.next++;
  }
  /** Gives a number to all that was not met; whether any number changes. */
  end(): boolean {
    let changed = false;
    for (let one = 0; one < this.to.length; one++) this.meet(one);
    for (let one = 0; one < this.to.length; one++) changed ||= this.to[one] !== one;
    return changed;
  }
}

const isTable = (e: HugePte): boolean => HugePte.kind(e) === HugePteKind.table;
const hasFrame = (e: HugePte): boolean =>
  HugePte.kind(e) === HugePteKind.leaf ||
  HugePte.kind(e) === HugePteKind.migration ||
  HugePte.kind(e) === HugePteKind.hwpoison;

/** Rewrites a state as the one that stands for all that differ from it in names; buffers are made once. */
export const canonicalHugetlb = (g: HugetlbGeometry): ((s: HugetlbDraft) => void) => {
  const pmds = new Renaming(g.pmdTables);
  const ptes = new Renaming(g.pteTables);
  const folios = new Renaming(g.folios);
  const kept = new Int32Array(
    Math.max(g.pmdTables * g.ptrsPerPmd, g.pteTables * g.ptrsPerPte, g.folios * g.hugepage, g.pmdTables, g.pteTables),
  );

  interface Rows {
    readonly rows: number;
    readonly at: (row: number) => number;
    readonly put: (row: number, value: number) => void;
  }
  /** Moves what each one has, `size` rows, to its new place. */
  const move = (rows: Rows, size: number, { to }: Renaming): void => {
    for (let i = 0; i < rows.rows; i++) kept[to[Math.trunc(i / size)]! * size + (i % size)] = rows.at(i);
    for (let i = 0; i < rows.rows; i++) rows.put(i, kept[i]!);
  };

  const meet_tables = (s: HugetlbDraft): void => {
    pmds.begin();
    ptes.begin();
    for (let row = 0; row < s.pud.rows; row++) {
      const pud = s.pud.at(row);
      if (!isTable(pud)) continue;
      pmds.meet(HugePte.pfn(pud));
      for (let i = 0; i < g.ptrsPerPmd; i++) {
        const pmd = s.pmd.at(HugePte.pfn(pud) * g.ptrsPerPmd + i);
        if (isTable(pmd)) ptes.meet(HugePte.pfn(pmd));
      }
    }
  };
  const rename_tables = (s: HugetlbDraft): void => {
    meet_tables(s);
    const [pmdsChange, ptesChange] = [pmds.end(), ptes.end()];
    if (!pmdsChange && !ptesChange) return;
    for (let row = 0; row < s.pud.rows; row++)
      if (isTable(s.pud.at(row))) s.pud.put(row, HugePte.mkPfn(s.pud.at(row), pmds.to[HugePte.pfn(s.pud.at(row))]!));
    for (let row = 0; row < s.pmd.rows; row++)
      if (isTable(s.pmd.at(row))) s.pmd.put(row, HugePte.mkPfn(s.pmd.at(row), ptes.to[HugePte.pfn(s.pmd.at(row))]!));
    move(s.pmdTable as unknown as Rows, 1, pmds);
    move(s.pmd as unknown as Rows, g.ptrsPerPmd, pmds);
    move(s.pteTable, 1, ptes);
    move(s.pte as unknown as Rows, g.ptrsPerPte, ptes);
  };

  const meet_frames = (rows: { readonly rows: number; readonly at: (row: number) => HugePte }): void => {
    for (let row = 0; row < rows.rows; row++)
      if (hasFrame(rows.at(row))) folios.meet(Math.trunc(HugePte.pfn(rows.at(row)) / g.hugepage));
      else if (HugePte.counted(rows.at(row)) > 0) folios.meet(HugePte.counted(rows.at(row)) - 1);
  };
  const frame_to = (pfn: number): number => folios.to[Math.trunc(pfn / g.hugepage)]! * g.hugepage + (pfn % g.hugepage);
  const rename_frames = (rows: {
    readonly rows: number;
    readonly at: (row: number) => HugePte;
    readonly put: (row: number, e: HugePte) => void;
  }): void => {
    for (let row = 0; row < rows.rows; row++) {
      const e = rows.at(row);
      if (hasFrame(e)) rows.put(row, HugePte.mkPfn(e, frame_to(HugePte.pfn(e))));
      else if (HugePte.counted(e) > 0) rows.put(row, HugePte.mkCounted(e, folios.to[HugePte.counted(e) - 1]! + 1));
    }
  };
  interface Translations {
    readonly rows: number;
    readonly at: (row: number) => Translation;
    readonly put: (row: number, one: Translation) => void;
  }
  const meet_translations = (rows: Translations): void => {
    for (let row = 0; row < rows.rows; row++)
      if (rows.at(row) !== 0) folios.meet(Math.trunc(Translation.pfn(rows.at(row)) / g.hugepage));
  };
  const rename_translations = (rows: Translations): void => {
    for (let row = 0; row < rows.rows; row++) {
      const one = rows.at(row);
      if (one !== 0) rows.put(row, Translation.mkPfn(one, frame_to(Translation.pfn(one))));
    }
  };
  const meet_folios = (s: HugetlbDraft): void => {
    folios.begin();
    for (let row = 0; row < s.cache.rows; row++) if (s.cache.at(row) > 0) folios.meet(s.cache.at(row) - 1);
    meet_frames(s.pud);
    meet_frames(s.pmd);
    meet_frames(s.pte);
    for (let row = 0; row < s.pin.rows; row++)
      if (Pin.taken(s.pin.at(row)) === 1) folios.meet(Math.trunc(Pin.pfn(s.pin.at(row)) / g.hugepage));
    for (let row = 0; row < s.migration.rows; row++) {
      const one = s.migration.at(row);
      if (Migration.from(one) > 0) folios.meet(Migration.from(one) - 1);
      if (Migration.to(one) > 0) folios.meet(Migration.to(one) - 1);
    }
    meet_translations(s.tlb);
    meet_translations(s.guest);
    // What is used and lost, and what is broken, before what is free.
    for (let folio = 0; folio < g.folios; folio++) if (s.folio.at(folio) !== 0) folios.meet(folio);
  };
  const rename_folios = (s: HugetlbDraft): void => {
    meet_folios(s);
    if (!folios.end()) return;
    rename_frames(s.pud);
    rename_frames(s.pmd);
    rename_frames(s.pte);
    rename_translations(s.tlb);
    rename_translations(s.guest);
    for (let row = 0; row < s.cache.rows; row++)
      if (s.cache.at(row) > 0) s.cache.put(row, folios.to[s.cache.at(row) - 1]! + 1);
    for (let row = 0; row < s.pin.rows; row++) {
      const one = s.pin.at(row);
      if (Pin.taken(one) === 1) s.pin.put(row, Pin.mkPfn(one, frame_to(Pin.pfn(one))));
    }
    for (let row = 0; row < s.migration.rows; row++) {
      const one = s.migration.at(row);
      const from = Migration.from(one) === 0 ? 0 : folios.to[Migration.from(one) - 1]! + 1;
      const to = Migration.to(one) === 0 ? 0 : folios.to[Migration.to(one) - 1]! + 1;
      s.migration.put(row, Migration.mkTo(Migration.mkFrom(one, from), to));
    }
    move(s.folio as unknown as Rows, 1, folios);
    move(s.refcount, 1, folios);
    move(s.entireMapcount, 1, folios);
    move(s.mapcount, g.hugepage, folios);
    move(s.rawHwpoison, g.hugepage, folios);
    move(s.nrPagesMapped, 1, folios);
  };

  return (s) => {
    sort_vmas(s);
    rename_tables(s);
    rename_folios(s);
  };
};
