/** Every pgprot_t of x86: arch/x86/mm/pgprot.c vm_get_page_prot(), pgtable_types.h PAGE_*, v7.1. */
import type { Pgprots } from '../../formats/architecture.ts';
import { has, isZero, join, or, shl, type U64, u64, ZERO } from '../../formats/u64.ts';
import {
  _PAGE_ACCESSED,
  _PAGE_DIRTY,
  _PAGE_GLOBAL,
  _PAGE_NX,
  _PAGE_PAT,
  _PAGE_PCD,
  _PAGE_PRESENT,
  _PAGE_PROTNONE,
  _PAGE_PWT,
  _PAGE_RW,
  _PAGE_SOFT_DIRTY,
  _PAGE_SOFTW4,
  _PAGE_SPECIAL,
  _PAGE_USER,
  type X86Build,
} from './bits.ts';

const USER = join(_PAGE_PRESENT, _PAGE_USER, _PAGE_ACCESSED);
const KERNEL = join(_PAGE_PRESENT, _PAGE_ACCESSED, _PAGE_GLOBAL);

/** The distinct values of protection_map[], and PAGE_KERNEL with its likes. PAGE_COPY is PAGE_READONLY. */
const PROTECTIONS: Pgprots['protections'] = [
  { says: 'PAGE_SHARED', prot: join(USER, _PAGE_RW, _PAGE_NX), of: ['-w-s', 'rw-s'] },
  { says: 'PAGE_READONLY', prot: or(USER, _PAGE_NX), of: ['r--p', '-w-p', 'rw-p', 'r--s'] },
  { says: 'PAGE_SHARED_EXEC', prot: or(USER, _PAGE_RW), of: ['-wxs', 'rwxs'] },
  { says: 'PAGE_READONLY_EXEC', prot: USER, of: ['--xp', 'r-xp', '-wxp', 'rwxp', '--xs', 'r-xs'] },
  { says: 'PAGE_NONE', prot: or(_PAGE_PROTNONE, _PAGE_ACCESSED), of: ['---p', '---s'] },
  { says: 'PAGE_KERNEL', prot: join(KERNEL, _PAGE_RW, _PAGE_DIRTY, _PAGE_NX), kernel: true },
  { says: 'PAGE_KERNEL_EXEC', prot: join(KERNEL, _PAGE_RW, _PAGE_DIRTY), kernel: true },
  { says: 'PAGE_KERNEL_RO', prot: or(KERNEL, _PAGE_NX), kernel: true },
  { says: 'PAGE_KERNEL_ROX', prot: KERNEL, kernel: true },
];

/** By index of the PAT table. Index 4 and 6 are second places of WB and UC-: only the hardware, or a bug, makes them. */
const CACHES: Pgprots['caches'] = [
  ['WB', 0],
  ['WC', 1],
  ['UC-', 2],
  ['UC', 3],
  ['WP', 5],
  ['WT', 7],
].map(([says, index]) => ({ says: says as string, of: (prot) => or(prot, cacheBits(index as number)) }));
const cacheBits = (index: number): U64 =>
  join(
    (index & 1) === 0 ? u64(0) : _PAGE_PWT,
    (index & 2) === 0 ? u64(0) : _PAGE_PCD,
    (index & 4) === 0 ? u64(0) : _PAGE_PAT,
  );

const PKEYS = { says: 'protection key', values: Array.from({ length: 16 }, (_, key) => shl(u64(key), 59)) };

const flag = (says: string, bit: U64) => ({ says, of: (prot: U64) => or(prot, bit) });

/** vm_get_page_prot() encrypts all; pgprot_decrypted() is for devices, and for what a host shares with a guest. */
const encrypted = (enc: U64) => ({ says: 'encrypted', values: [enc, ZERO] });
/** The first key and the last, where there is the C-bit to be tried, too. */
const FEW_PKEYS = { says: 'protection key', values: [PKEYS.values[0]!, PKEYS.values[15]!] };

const fieldsOf = ({ puds, enc }: X86Build): Pgprots['fields'] => {
  if (!puds) return [];
  return isZero(enc) ? [PKEYS] : [FEW_PKEYS, encrypted(enc)];
};

export const x86Pgprots = (build: X86Build): Pgprots => {
  const { savedDirty, uffdWp, puds } = build;
  return {
    protections: PROTECTIONS,
    caches: CACHES,
    fields: fieldsOf(build),
    flags: [
      flag('special', _PAGE_SPECIAL),
      // A read-only entry keeps it elsewhere: RW=0 with D=1 is a shadow stack.
      { says: 'dirty', of: (prot) => or(prot, has(prot, _PAGE_RW) ? _PAGE_DIRTY : savedDirty) },
      flag('soft-dirty', _PAGE_SOFT_DIRTY),
      ...(puds ? [flag('uffd-wp', uffdWp), flag('software bit 57', _PAGE_SOFTW4)] : []),
      { says: 'old', of: (prot) => ({ hi: prot.hi, lo: prot.lo & ~_PAGE_ACCESSED.lo }) },
    ],
  };
};
