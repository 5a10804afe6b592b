/**
 * What each page of each process must contain, known without any page table: a private page belongs to its process and is
 * copied by fork, a shared page is the file's. The oracle of copy-on-write; no content is modelled anywhere else.
 */
import type { DaxCut, Moving, PageRange, Truncation } from '../../model/operations/alphabet.ts';
import type { Sys } from '../../model/mm/kernel.ts';
import { linear_pfn, vma_lookup } from '../../model/mm/vma.ts';
import { Mm, Vma, VmaKind } from '../../model/state/mm_types.ts';

/** Pages 0..15 of a process in one number. */
const cell = (mm: number, page: number): number => mm * 16 + page;

export class Image {
  /** Private pages that have been written to, and what stands in them. */
  readonly #own = new Map<number, number>();
  /** By kind of file and index. */
  readonly #files = new Map<string, number>();

  #fileOf(s: Sys, mm: number, page: number): string | undefined {
    const row = vma_lookup(s, mm, page);
    if (row < 0) return undefined;
    const vma = s.vma.at(row);
    return Vma.kind(vma) === VmaKind.anon ? undefined : `${Vma.kind(vma)} ${linear_pfn(vma, page)}`;
  }

  #isShared(s: Sys, mm: number, page: number): boolean {
    const row = vma_lookup(s, mm, page);
    return row >= 0 && Vma.shared(s.vma.at(row)) === 1;
  }

  read(s: Sys, mm: number, page: number): number {
    const file = this.#fileOf(s, mm, page);
    const underneath = file === undefined ? 0 : (this.#files.get(file) ?? 0);
    return this.#isShared(s, mm, page) ? underneath : (this.#own.get(cell(mm, page)) ?? underneath);
  }

  write(s: Sys, mm: number, page: number, value: number): void {
    const file = this.#fileOf(s, mm, page);
    if (file !== undefined && this.#isShared(s, mm, page)) this.#files.set(file, value);
    else this.#own.set(cell(mm, page), value);
  }

  drop(mm: number, { from, to }: PageRange): void {
    for (let page = from; page < to; page++) this.#own.delete(cell(mm, page));
  }

  move(mm: number, { from, to, pages }: Moving): void {
    for (let i = 0; i < pages; i++) {
      const value = this.#own.get(cell(mm, from + i));
      this.#own.delete(cell(mm, from + i));
      if (value === undefined) this.#own.delete(cell(mm, to + i));
      else this.#own.set(cell(mm, to + i), value);
    }
  }

  /** `s`: when the child has its VMAs; what was not copied it does not have. */
  fork(s: Sys, parent: number, child: number): void {
    for (let page = 0; page < 16; page++) {
      const value = this.#own.get(cell(parent, page));
      if (value !== undefined && vma_lookup(s, child, page) >= 0) this.#own.set(cell(child, page), value);
    }
  }

  exit(mm: number): void {
    this.drop(mm, { from: 0, to: 16 });
  }

  /** The file's pages are zero again, and private copies of them are gone. */
  truncate(s: Sys, { file, from }: Truncation): void {
    this.#punch(VmaKind[file], from, Infinity);
    this.#dropCopies(s, VmaKind[file], from);
  }

  /** A part of the file on DAX is zero again. */
  cut(s: Sys, { from, to, how }: DaxCut): void {
    this.#punch(VmaKind.fsdax, from, to);
    if (how === 'truncate') this.#dropCopies(s, VmaKind.fsdax, from);
  }

  #punch(kind: number, from: number, to: number): void {
    for (const name of this.#files.keys()) {
      const [of, index] = name.split(' ').map(Number) as [number, number];
      if (of === kind && index >= from && index < to) this.#files.delete(name);
    }
  }

  #dropCopies(s: Sys, kind: number, from: number): void {
    for (let mm = 0; mm < s.geometry.mms; mm++) {
      if (Mm.alive(s.mm.at(mm)) === 0) continue;
      for (let page = 0; page < 16; page++) {
        const [of, index] = (this.#fileOf(s, mm, page) ?? '-1 -1').split(' ').map(Number) as [number, number];
        if (of === kind && index >= from) this.#own.delete(cell(mm, page));
      }
    }
  }
}
