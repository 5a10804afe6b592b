/** Every pgprot_t of loongarch64: arch/loongarch/mm/cache.c protection_map[], pgtable-bits.h PAGE_KERNEL, v7.1. */
import type { Pgprots } from '../../formats/architecture.ts';
import type { Pgtable } from '../../formats/pgtable.ts';
import { clear, join, or } from '../../formats/u64.ts';
import {
  _CACHE_CC,
  _PAGE_ACCESSED,
  _PAGE_DIRTY,
  _PAGE_GLOBAL,
  _PAGE_NO_EXEC,
  _PAGE_NO_READ,
  _PAGE_PRESENT,
  _PAGE_PROTNONE,
  _PAGE_SPECIAL,
  _PAGE_USER,
  _PAGE_VALID,
  _PAGE_WRITE,
} from './bits.ts';

const USER = join(_CACHE_CC, _PAGE_VALID, _PAGE_USER, _PAGE_PRESENT);
const KERNEL = join(_PAGE_PRESENT, _PAGE_VALID, _PAGE_DIRTY, _PAGE_WRITE, _PAGE_GLOBAL, _CACHE_CC);

/** The distinct values of protection_map[]. PAGE_NONE, PAGE_SHARED and PAGE_READONLY of pgtable-bits.h are not in use there. */
const PROTECTIONS: Pgprots['protections'] = [
  { says: 'VM_SHARED | VM_READ | VM_WRITE', prot: join(USER, _PAGE_NO_EXEC, _PAGE_WRITE), of: ['rw-s', '-w-s'] },
  { says: 'VM_READ', prot: or(USER, _PAGE_NO_EXEC), of: ['r--p', '-w-p', 'rw-p', 'r--s'] },
  { says: 'VM_SHARED | VM_READ | VM_WRITE | VM_EXEC', prot: or(USER, _PAGE_WRITE), of: ['rwxs', '-wxs'] },
  { says: 'VM_READ | VM_EXEC', prot: USER, of: ['r-xp', '--xp', '-wxp', 'rwxp', '--xs', 'r-xs'] },
  {
    says: 'VM_NONE',
    prot: join(_CACHE_CC, _PAGE_USER, _PAGE_NO_EXEC, _PAGE_NO_READ, _PAGE_PROTNONE),
    of: ['---p', '---s'],
  },
  { says: 'PAGE_KERNEL', prot: KERNEL, kernel: true },
  { says: 'pgprot_nx(PAGE_KERNEL)', prot: or(KERNEL, _PAGE_NO_EXEC), kernel: true },
];

export const loongarchPgprots = (t: Pgtable): Pgprots => ({
  protections: PROTECTIONS,
  caches: [
    { says: 'CC', of: (prot) => prot },
    { says: 'WUC', of: t.pgprot_writecombine! },
    { says: 'SUC', of: t.pgprot_noncached! },
  ],
  fields: [],
  flags: [
    { says: 'special', of: (prot) => or(prot, _PAGE_SPECIAL) },
    { says: 'dirty', of: t.pte_mkdirty! },
    { says: 'old', of: (prot) => clear(prot, _PAGE_ACCESSED) },
  ],
});
