/**
 * Every pgprot_t of powerpc book3s64: arch/powerpc/mm/book3s64/pgtable.c vm_get_page_prot(), mm/pgtable.c protection_map[],
 * include/asm/pgtable-masks.h, book3s/64/pgtable.h PAGE_KERNEL, v7.1.
 * Left out: VM_SAO, which a VMA keeps over mprotect() so that old and new protection have it or have it not, where a pair of cases
 * would mix them (a leaf with it: PG7-any); H_PAGE_4K_PFN of remap_4k_pfn(), which makes PTEs alone.
 */
import type { Pgprots } from '../../formats/architecture.ts';
import type { Pgtable } from '../../formats/pgtable.ts';
import { clear, join, or, shl, type U64, u64 } from '../../formats/u64.ts';
import {
  _PAGE_ACCESSED,
  _PAGE_DIRTY,
  _PAGE_EXEC,
  _PAGE_PRESENT,
  _PAGE_PRIVILEGED,
  _PAGE_READ,
  _PAGE_RW,
  _PAGE_RWX,
  _PAGE_SOFT_DIRTY,
  _PAGE_SPECIAL,
  _RPAGE_SW1,
  H_PAGE_BUSY,
  type PowerpcBuild,
} from './bits.ts';

const _PAGE_BASE = or(_PAGE_PRESENT, _PAGE_ACCESSED);
const KERNEL = or(_PAGE_BASE, _PAGE_PRIVILEGED);

const READONLY_X = join(_PAGE_BASE, _PAGE_READ, _PAGE_EXEC);

/** The distinct values of protection_map[], and PAGE_KERNEL with its likes. PAGE_COPY is PAGE_READONLY. */
const PROTECTIONS: Pgprots['protections'] = [
  { says: 'PAGE_SHARED', prot: or(_PAGE_BASE, _PAGE_RW), of: ['-w-s', 'rw-s'] },
  { says: 'PAGE_READONLY', prot: or(_PAGE_BASE, _PAGE_READ), of: ['r--p', '-w-p', 'rw-p', 'r--s'] },
  { says: 'PAGE_SHARED_X', prot: or(_PAGE_BASE, _PAGE_RWX), of: ['-wxs', 'rwxs'] },
  { says: 'PAGE_READONLY_X', prot: READONLY_X, of: ['r-xp', '-wxp', 'rwxp', 'r-xs'] },
  { says: 'PAGE_NONE', prot: _PAGE_BASE, of: ['---p', '---s'] },
  { says: 'PAGE_KERNEL', prot: join(KERNEL, _PAGE_RW, _PAGE_DIRTY), kernel: true },
  { says: 'PAGE_KERNEL_X', prot: join(KERNEL, _PAGE_RWX, _PAGE_DIRTY), kernel: true },
  { says: 'PAGE_KERNEL_RO', prot: or(KERNEL, _PAGE_READ), kernel: true },
  { says: 'PAGE_KERNEL_ROX', prot: join(KERNEL, _PAGE_READ, _PAGE_EXEC), kernel: true },
];
/** VM_EXEC alone: vm_get_page_prot() makes it readable with hash. */
const execOnly = ({ radix }: PowerpcBuild): Pgprots['protections'][number] => ({
  ...(radix
    ? { says: 'PAGE_EXECONLY_X', prot: or(_PAGE_BASE, _PAGE_EXEC) }
    : { says: 'PAGE_READONLY_X, of VM_EXEC alone', prot: READONLY_X }),
  of: ['--xp', '--xs'],
});

const flag = (says: string, flags: U64) => ({ says, of: (prot: U64) => or(prot, flags) });

const pkeysOf = ({ pkeys }: PowerpcBuild): Pgprots['fields'] => {
  if (pkeys === undefined) return [];
  const [from, to] = pkeys;
  return [
    { says: 'protection key', values: Array.from({ length: 2 ** (to - from + 1) }, (_, key) => shl(u64(key), from)) },
  ];
};

/** What the fault handlers of hash leave in a leaf, for a pgprot_t to carry away: where it is hashed as 4K pages, H_PAGE_COMBO too. */
const hashedOf = ({ radix, hpteFlags }: PowerpcBuild): Pgprots['flags'] =>
  radix ? [] : [flag('hashed', clear(hpteFlags, H_PAGE_BUSY))];

export const powerpcPgprots = (build: PowerpcBuild, t: Pgtable): Pgprots => ({
  protections: [...PROTECTIONS, execOnly(build)],
  caches: [
    { says: 'cached', of: (prot) => prot },
    { says: 'pgprot_noncached()', of: t.pgprot_noncached! },
    { says: 'pgprot_writecombine()', of: t.pgprot_writecombine! },
  ],
  fields: pkeysOf(build),
  flags: [
    flag('special', _PAGE_SPECIAL),
    flag('dirty', _PAGE_DIRTY),
    flag('soft-dirty', _PAGE_SOFT_DIRTY),
    { says: 'old', of: (prot) => clear(prot, _PAGE_ACCESSED) },
    // As _PAGE_DEVMAP it is read by the same code with hash, where protection keys make enough cases.
    ...(build.radix ? [flag('software bit 11', _RPAGE_SW1)] : []),
    ...hashedOf(build),
  ],
});
