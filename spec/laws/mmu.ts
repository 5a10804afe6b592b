/** What the hardware makes of an entry: read from its manual, from the raw bits, and from no function of the kernel. */
import type { LeafLevel } from '../../model/formats/pgtable.ts';
import type { U64 } from '../../model/formats/u64.ts';

/** Rights as a mask, so that two of them compare by ===. */
export const READ = 1;
export const WRITE = 2;
export const EXEC = 4;
export const USER = 8;
/** x86: writable for a shadow stack, and for nothing else. */
export const SHADOW = 16;

/** What an access can be, whoever makes it. */
export const ACCESS: number = READ | WRITE | EXEC | SHADOW;

/** pgprot_noncached() and its likes. */
export type Modifier = 'pgprot_noncached' | 'pgprot_writecombine' | 'pgprot_writethrough' | 'pgprot_device';

/** A CPU that reads memory by an entry which is not present, before it faults. */
export interface Guessing {
  readonly cites: string;
  /** The frame that it reads, whatever the entry is for. */
  readonly frame: (level: LeafLevel, e: U64) => U64;
  /** Memory is below. */
  readonly limit: U64;
}

export interface Mmu {
  readonly cites: string;
  /** Whether the hardware translates by the entry, and does not fault on it. */
  readonly valid: (e: U64, level: LeafLevel) => boolean;
  /**
   * Whether an entry that maps a page, or a leaf, may stand at this level: of the right type, and with no reserved bit set. One
   * that the hardware does not look at is always legal.
   */
  readonly legal: (level: LeafLevel, e: U64) => boolean;
  /** The first frame that a valid entry maps. */
  readonly frame: (level: LeafLevel, e: U64) => U64;
  /** READ | WRITE | EXEC | USER | SHADOW of a valid entry, and 0 of any other. */
  readonly rights: (level: LeafLevel, e: U64) => number;
  /** The feature of a CPU that the rights presuppose, where not every one has it. */
  readonly rightsBy?: string;
  /** The cache mode that the bits of an entry select, valid or not, as an index into `modes`. */
  readonly mode: (level: LeafLevel, e: U64) => number;
  readonly modes: readonly string[];
  /** The entry with the bits of a mode at its level. */
  readonly withMode: (level: LeafLevel, e: U64, mode: number) => U64;
  /** Whether the kernel's PROT_NONE is told by these bits, the entry being invalid. */
  readonly isNone: (e: U64, level: LeafLevel) => boolean;
  /** The mode that a protection asks for, where that is not the one of its bits as a PTE. */
  readonly asked?: (prot: U64) => number;
  /** The rights of a PTE of a protection, where that is not valid without what pfn_pte() adds. */
  readonly rightsOfProt?: (prot: U64) => number;
  /** An empty entry is another word than 0. */
  readonly emptyIsNotZero?: true;
  /** The protection key of an entry. */
  readonly key?: (e: U64) => number;
  /** The mode that a pgprot_t has after it, by what drivers are told of it. */
  readonly promises?: Readonly<Partial<Record<Modifier, string>>>;
  readonly guessing?: Guessing;
  /** There is no accessed bit: a page that is old is not valid, so that the next access tells. */
  readonly oldIsInvalid?: true;
  /** pgprot_noncached() and its likes mean to take the right to execute: nobody runs code of a device. */
  readonly deviceNeverExec?: true;
  /** The protection of a large page that the kernel takes away from itself: neither present nor PROT_NONE. */
  readonly withdrawn?: (prot: U64) => U64;
}
