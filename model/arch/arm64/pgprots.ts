/**
 * Every pgprot_t of arm64: arch/arm64/mm/mmap.c protection_map[], vm_get_page_prot() and adjust_protection_map(),
 * include/asm/pgtable-prot.h, v7.1. v6.12 has no PAGE_GCS_RO. Left out: PROT_SECT_* of the kernel's own PMDs, which are in the
 * format of a leaf, and pgprot_nx(), which makes of each kernel protection another one of the list.
 */
import type { Arm64Granule } from '../../formats/arm64.ts';
import type { Pgprots, Protection } from '../../formats/architecture.ts';
import type { Pgtable } from '../../formats/pgtable.ts';
import { clear, has, join, or, shl, type U64, u64, ZERO } from '../../formats/u64.ts';
import {
  maybeShared,
  MT_NORMAL,
  MT_NORMAL_TAGGED,
  PTE_AF,
  PTE_ATTRINDX,
  PTE_ATTRINDX_MASK,
  PTE_CONT,
  PTE_DIRTY,
  PTE_GP,
  PTE_NG,
  PTE_PRESENT_INVALID,
  PTE_PXN,
  PTE_RDONLY,
  PTE_SOFTW57,
  PTE_SPECIAL,
  PTE_TYPE_PAGE,
  PTE_UFFD_WP,
  PTE_USER,
  PTE_UXN,
  PTE_VALID,
  PTE_WRITE,
} from './bits.ts';

const XN = or(PTE_PXN, PTE_UXN);

/** The distinct values of protection_map[]. PAGE_EXECONLY needs FEAT_PAN3; PAGE_GCS_RO is of VM_SHADOW_STACK, with FEAT_GCS. */
const userOf = (common: U64): readonly Protection[] => {
  const user = join(common, PTE_ATTRINDX(MT_NORMAL), PTE_NG);
  const readonly = join(user, PTE_USER, PTE_RDONLY, PTE_PXN);
  return [
    { says: 'PAGE_SHARED', prot: join(readonly, PTE_UXN, PTE_WRITE), of: ['-w-s', 'rw-s'] },
    { says: 'PAGE_READONLY', prot: or(readonly, PTE_UXN), of: ['r--p', '-w-p', 'rw-p', 'r--s'] },
    { says: 'PAGE_SHARED_EXEC', prot: or(readonly, PTE_WRITE), of: ['-wxs', 'rwxs'] },
    { says: 'PAGE_READONLY_EXEC', prot: readonly, of: ['--xp', 'r-xp', '-wxp', 'rwxp', '--xs', 'r-xs'] },
    {
      says: 'PAGE_NONE',
      prot: join(clear(user, PTE_VALID), PTE_PRESENT_INVALID, PTE_RDONLY, XN),
      of: ['---p', '---s'],
    },
    { says: 'PAGE_EXECONLY', prot: join(user, PTE_RDONLY, PTE_PXN), of: ['--xp', '--xs'] },
    { says: 'PAGE_GCS_RO', prot: join(user, PTE_USER, PTE_UXN) },
  ];
};

/** Global, and with KPTI not: arm64_use_ng_mappings. */
const kernelOf = (common: U64): Pgprots['protections'] => {
  const normal = join(common, XN, PTE_WRITE, PTE_ATTRINDX(MT_NORMAL));
  const kernel = or(normal, PTE_DIRTY);
  const ro = or(clear(kernel, PTE_WRITE), PTE_RDONLY);
  const rox = clear(ro, PTE_PXN);
  const exec = clear(kernel, PTE_PXN);
  const global = [
    { says: 'PAGE_KERNEL', prot: kernel },
    { says: 'PAGE_KERNEL_RO', prot: ro },
    { says: 'PAGE_KERNEL_ROX', prot: rox },
    { says: 'PAGE_KERNEL_ROX with PTE_MAYBE_GP', prot: or(rox, PTE_GP) },
    { says: 'PAGE_KERNEL_EXEC', prot: exec },
    { says: 'PAGE_KERNEL_EXEC_CONT', prot: or(exec, PTE_CONT) },
    // And with pgprot_device() PROT_DEVICE_nGnRE, with pgprot_writecombine() PROT_NORMAL_NC: memremap(), ioremap().
    { says: 'PROT_NORMAL', prot: normal },
  ];
  const notGlobal = global.map(({ says, prot }) => ({ says: `${says}, not global`, prot: or(prot, PTE_NG) }));
  return [...global, ...notGlobal].map(({ says, prot }) => ({ says, prot, kernel: true }));
};

/** pgprot_dmacoherent() is pgprot_writecombine(), pgprot_mhp() is pgprot_tagged(). */
const cachesOf = ({ pgprot_noncached, pgprot_writecombine, pgprot_device }: Pgtable): Pgprots['caches'] => [
  { says: 'as it is', of: (prot) => prot },
  { says: 'pgprot_noncached()', of: pgprot_noncached! },
  { says: 'pgprot_writecombine()', of: pgprot_writecombine! },
  { says: 'pgprot_device()', of: pgprot_device! },
  { says: 'pgprot_tagged()', of: (prot) => or(clear(prot, PTE_ATTRINDX_MASK), PTE_ATTRINDX(MT_NORMAL_TAGGED)) },
];

const KEYS = Array.from({ length: 8 }, (_, key) => shl(u64(key), 60));
/** The first and the last. */
const FEW_KEYS = [KEYS[0]!, KEYS[7]!];
const EACH_MTE = [ZERO, PTE_ATTRINDX(MT_NORMAL_TAGGED)];
const EACH_BTI = [ZERO, PTE_GP];

/** What vm_get_page_prot() ORs in, as one field: its last value has every bit. */
const vmFlags = (keys: readonly U64[]) => ({
  says: 'VM_PKEY_BIT0..2 (PTE_PO_IDX_0..2), VM_MTE (MT_NORMAL_TAGGED), VM_ARM64_BTI (PTE_GP)',
  values: EACH_BTI.flatMap((bti) => EACH_MTE.flatMap((mte) => keys.map((key) => join(key, mte, bti)))),
});

const flag = (says: string, bit: U64) => ({ says, of: (prot: U64) => or(prot, bit) });
const whatWritesClears = (prot: U64): U64 => (has(prot, PTE_WRITE) ? clear(prot, PTE_RDONLY) : prot);

/** Of the granules, which differ in the address alone, the plain one has all keys and all software bits, the others fewer. */
export const arm64Pgprots = (granule: Arm64Granule, t: Pgtable): Pgprots => {
  const common = join(PTE_TYPE_PAGE, PTE_AF, maybeShared(granule));
  const all = granule.pageShift === 12 && !granule.pa52;
  return {
    protections: [...userOf(common), ...kernelOf(common)],
    caches: cachesOf(t),
    fields: [vmFlags(all ? KEYS : FEW_KEYS)],
    flags: [
      flag('special', PTE_SPECIAL),
      { says: 'dirty', of: (prot) => whatWritesClears(or(prot, PTE_DIRTY)) },
      // DBM: the first write clears RDONLY, and nothing else.
      { says: 'dirty by the hardware', of: whatWritesClears },
      flag('uffd-wp', PTE_UFFD_WP),
      { says: 'old', of: (prot) => clear(prot, PTE_AF) },
      flag('contiguous', PTE_CONT),
      ...(all ? [flag('software bit 57', PTE_SOFTW57)] : []),
    ],
  };
};
