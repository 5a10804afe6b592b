/** An architecture for the laws of entries: its format, its functions by release and by series, and what mm hands to them. */
import type { Format } from './format.ts';
import type { Functions, LeafLevel, Pgprot, Pgtable, PgtablePatch } from './pgtable.ts';
import type { U64 } from './u64.ts';

/** Releases whose sources of every architecture were read; the first is the one that `define` mirrors. */
export const PGTABLE_RELEASES = ['v7.1', 'v7.3', 'v6.18', 'v6.12.117', 'v6.12'] as const;
export type PgtableRelease = (typeof PGTABLE_RELEASES)[number];

/** A protection with what it is called. */
export interface NamedProt {
  readonly says: string;
  readonly prot: Pgprot;
}

/** Of a mapping, as /proc/PID/maps prints them: 'rw-s'. */
export type VmFlags = `${'r' | '-'}${'w' | '-'}${'x' | '-'}${'p' | 's'}`;

/** An entry of protection_map[], or a protection of the kernel. */
export interface Protection extends NamedProt {
  readonly kernel?: boolean;
  /** The indices of protection_map[] that have it. */
  readonly of?: readonly VmFlags[];
}

/**
 * All pgprot_t that mm can have: one of `protections`, with the cache bits of one of `caches` in it, with one value of
 * each of `fields`, with any subset of `flags`. Each in the order of how plain it is: the first case that fails a law is the smallest.
 */
export interface Pgprots {
  /** vm_get_page_prot() of every combination of vm_flags, each once, and the protections of the kernel's own memory. */
  readonly protections: readonly Protection[];
  /** What pgprot_noncached() and its likes make of a protection, the plain one first; by the functions or by the bits. */
  readonly caches: readonly { readonly says: string; readonly of: (prot: Pgprot) => Pgprot }[];
  /** Fields beside, as protection keys: every value, that of nothing first. */
  readonly fields: readonly {
    readonly says: string;
    readonly values: readonly U64[];
    /** mprotect() leaves it: vm_get_page_prot() of the new flags has the value that the VMA had. */
    readonly kept?: boolean;
  }[];
  /** Flags of a leaf that a pgprot_t carries away with it, each on or off: software bits, accessed, dirty. */
  readonly flags: readonly { readonly says: string; readonly of: (prot: Pgprot) => Pgprot }[];
}

/** What a release, a version of a series or a proposal changes in an architecture. */
export interface PgtableChange {
  readonly says: string;
  readonly cites: string;
  readonly evidence: 'source' | 'mail' | 'cover letter' | 'inferred' | 'asked';
  readonly patch: PgtablePatch;
}

export interface Architecture {
  /** As `mmcheck laws --arch` takes it. */
  readonly name: string;
  readonly says: string;
  readonly cites: string;
  readonly format: Format;
  /** Of releases whose bits mean something else. One that only had a name then, as _PAGE_DEVMAP, is the nameless one of `format`. */
  readonly formats?: Readonly<Partial<Record<PgtableRelease, Format>>>;
  /** Levels with leaves that mm installs for memory or frames. */
  readonly levels: readonly LeafLevel[];
  /** log2 of the pages that a leaf of each level maps, the PTE's 0. */
  readonly order: Readonly<Record<LeafLevel, number>>;
  /** The highest bit of a frame number, counted from bit 0 of the frame number. */
  readonly topPfnBit: number;
  /** MAX_PHYSMEM_BITS, and with what: the bits of a swap entry that names a frame are counted by it. */
  readonly physmemBits: readonly {
    readonly says: string;
    readonly bits: number;
    /** A swap entry has no room for the two marks of migration above the frame number: swap_migration_ad_supported is false. */
    readonly noMarks?: true;
  }[];
  /** ARCH_SUPPORTS_MEMORY_FAILURE, at least in some configuration; no release that was read differs. */
  readonly memoryFailure: boolean;
  /** Releases whose Kconfig keeps it from CONFIG_ZONE_DEVICE, and so from CONFIG_DEVICE_PRIVATE. */
  readonly noDevicePrivate: readonly PgtableRelease[];
  /** Frame numbers to be tried beside each bit by itself, all and none: boundaries that the kernel knows. */
  readonly boundaries: readonly { readonly says: string; readonly pfn: U64 }[];
  readonly define: (t: Functions) => Pgtable;
  /** What each release has otherwise than `define`; a release that is absent has nothing. */
  readonly releases: Readonly<Partial<Record<PgtableRelease, readonly PgtableChange[]>>>;
  /** By `name@version` of a series. */
  readonly series: Readonly<Record<string, readonly PgtableChange[]>>;
  /** What would mend a law that it breaks, by `toggle=value` of a what-if. */
  readonly mended?: Readonly<Record<string, PgtablePatch>>;
  readonly pgprots: (t: Pgtable) => Pgprots;
  /** What was found in the sources where a law fails, and what it does to a machine; a sentence each. */
  readonly notes: readonly string[];
  /** Why a function is absent, for a law that asks for it. */
  readonly lacks: Readonly<Record<string, string>>;
}

/** The format of the entries that a release makes. */
export const formatIn = ({ format, formats = {} }: Architecture, release: PgtableRelease): Format =>
  formats[release] ?? format;
