/** Every pgprot_t of riscv64: arch/riscv/mm/init.c protection_map[], pgtable.h PAGE_*, v7.1. Left out: shadow stacks, which VM_WRITE alone is of (PROT_WRITE comes with VM_READ). */
import type { Pgprots } from '../../formats/architecture.ts';
import type { Pgtable } from '../../formats/pgtable.ts';
import { clear, join, or, type U64 } from '../../formats/u64.ts';
import {
  _PAGE_ACCESSED,
  _PAGE_DIRTY,
  _PAGE_EXEC,
  _PAGE_GLOBAL,
  _PAGE_PRESENT,
  _PAGE_PROT_NONE,
  _PAGE_READ,
  _PAGE_RSW_HIGH,
  _PAGE_SPECIAL,
  _PAGE_USER,
  _PAGE_WRITE,
  type RiscvBuild,
} from './bits.ts';

const BASE = join(_PAGE_PRESENT, _PAGE_ACCESSED, _PAGE_USER);
const KERNEL = join(_PAGE_READ, _PAGE_WRITE, _PAGE_PRESENT, _PAGE_ACCESSED, _PAGE_DIRTY, _PAGE_GLOBAL);

/** Of the likes of PAGE_COPY and PAGE_SHARED each value once. None has a memory type, on T-Head neither. */
const PROTECTIONS: Pgprots['protections'] = [
  { says: 'PAGE_WRITE', prot: join(BASE, _PAGE_READ, _PAGE_WRITE), of: ['rw-s', '-w-s'] },
  { says: 'PAGE_READ', prot: or(BASE, _PAGE_READ), of: ['r--p', 'rw-p', 'r--s'] },
  { says: 'PAGE_WRITE_EXEC', prot: join(BASE, _PAGE_READ, _PAGE_EXEC, _PAGE_WRITE), of: ['rwxs', '-wxs'] },
  { says: 'PAGE_READ_EXEC', prot: join(BASE, _PAGE_READ, _PAGE_EXEC), of: ['r-xp', '-wxp', 'rwxp', 'r-xs'] },
  { says: 'PAGE_EXEC', prot: or(BASE, _PAGE_EXEC), of: ['--xp', '--xs'] },
  { says: 'PAGE_NONE', prot: or(_PAGE_PROT_NONE, _PAGE_READ), of: ['---p', '---s'] },
  { says: 'PAGE_KERNEL', prot: KERNEL, kernel: true },
  { says: 'PAGE_KERNEL_EXEC', prot: or(KERNEL, _PAGE_EXEC), kernel: true },
  { says: 'PAGE_KERNEL_READ', prot: clear(KERNEL, _PAGE_WRITE), kernel: true },
  { says: 'PAGE_KERNEL_READ_EXEC', prot: or(clear(KERNEL, _PAGE_WRITE), _PAGE_EXEC), kernel: true },
];

const flag = (says: string, bit: U64) => ({ says, of: (prot: U64) => or(prot, bit) });

export const riscvPgprots =
  ({ softDirty, uffdWp }: RiscvBuild) =>
  (t: Pgtable): Pgprots => ({
    protections: PROTECTIONS,
    // pgprot_dmacoherent() is pgprot_writecombine(); pgprot_device() and pgprot_writethrough() are pgprot_noncached().
    caches: [
      { says: 'PMA', of: (prot) => prot },
      { says: 'NC', of: t.pgprot_writecombine! },
      { says: 'IO', of: t.pgprot_noncached! },
    ],
    fields: [],
    flags: [
      flag('special', _PAGE_SPECIAL),
      flag('dirty', _PAGE_DIRTY),
      ...(t.pte_soft_dirty === undefined ? [] : [flag('soft-dirty', softDirty)]),
      ...(t.pte_uffd_wp === undefined ? [] : [flag('uffd-wp', uffdWp)]),
      flag('software bit 9', _PAGE_RSW_HIGH),
      { says: 'old', of: (prot) => clear(prot, _PAGE_ACCESSED) },
    ],
  });
