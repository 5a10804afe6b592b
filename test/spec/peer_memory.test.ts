/** What properties of all memory ask of peer-to-peer memory of a PCI device. */
import { describe, expect, it } from '@effect/vitest';
import type { Sys } from '../../model/mm/kernel.ts';
import { blocks, SMALL } from '../../model/state/geometry.ts';
import { Page, PageKind } from '../../model/state/memmap.ts';
import { Mm, Pin, Pmd, PmdKind, Pte, Pud, Prot, PudKind, Vma, VmaKind } from '../../model/state/mm_types.ts';
import { bound } from '../../spec/bound.ts';
import { forkro } from '../../spec/forkro.ts';
import { gup } from '../../spec/gup.ts';
import { refcount, refcountBeforePool, refcountPool } from '../../spec/refcount.ts';
import { translate } from '../../spec/translate.ts';
import { p2pdmaWarns } from '../../spec/warnings.ts';
import { booted } from '../support/booted.ts';
import { stepVerdict, verdict } from '../support/mm_state.ts';

/** Page 0 is mapped, for reading, by page 16 of a BAR, which has two, or by another; page 1 is not. */
const state = (pfn = 16): Sys => {
  const s = booted({ ...SMALL, memory: [...blocks('p2pdma', 1, 2), ...blocks('anon', 1, 1)], pins: 1 });
  s.page.put(0, Page.of({ kind: PageKind.p2pdma }));
  s.refcount.put(0, 1);
  s.pgmapRef.put(0, 1);
  s.vma.put(0, Vma.of({ kind: VmaKind.mixed, end: 2, prot: Prot.RW, shared: 1, mayWrite: 1, mixedmap: 1 }));
  s.pud.put(0, Pud.of({ kind: PudKind.table }));
  s.pmd.put(0, Pmd.of({ kind: PmdKind.table }));
  s.pte.put(0, Pte.of({ present: 1, pfn }));
  return s;
};

const pinned = (): Sys => {
  const s = state();
  s.pin.put(0, Pin.of({ taken: 1, pfn: 16 }));
  return s;
};
/** Both pages are mapped, the second by this page of the BAR. */
const both = (pfn: number): Sys => {
  const s = state();
  s.pte.put(1, Pte.of({ present: 1, pfn }));
  return s;
};

/** The child has the VMA, and maps page 0 by `pte`. */
const forked = (pte: Pte): Sys => {
  const s = state();
  s.mm.put(1, Mm.of({ alive: 1 }));
  s.vma.put(SMALL.vmas, s.vma.at(0));
  s.pud.put(SMALL.puds, Pud.of({ kind: PudKind.table }));
  s.pmd.put(SMALL.puds * SMALL.ptrsPerPmd, Pmd.of({ kind: PmdKind.table, pfn: 1 }));
  s.pte.put(SMALL.ptrsPerPte, pte);
  return s;
};

describe('I-REF', () => {
  it('gives a page in the pool no reference, or one', () => {
    expect(verdict(refcount, state())).toBe('holds');
    expect(verdict(refcountPool, state())).toContain('page 17 (free) has reference count 0');
    const s = state();
    s.refcount.put(1, 1);
    expect(verdict(refcountPool, s)).toBe('holds');
    expect(verdict(refcountBeforePool, s)).toBe('holds');
    expect(verdict(refcount, s)).toBe('page 17 (free) has reference count 1');
  });
});

describe('I-TRANS', () => {
  it('lets a page translate to any page of the BAR, and to nothing else', () => {
    expect(verdict(translate, state(17))).toBe('holds');
    expect(verdict(translate, state(18))).toContain('which is no memory of a PCI BAR');
    expect(verdict(translate, state(3))).toContain('which is no memory of a PCI BAR');
  });
});

describe('I-BOUND', () => {
  const before = booted({ ...SMALL, memory: [...blocks('p2pdma', 1, 2), ...blocks('anon', 1, 1)], pins: 1 });
  it('wants each page of a mapping that succeeded to have a page of the BAR of its own', () => {
    expect(stepVerdict(bound, before, 'mmap', both(17))).toBe('holds');
    expect(stepVerdict(bound, before, 'mmap', both(16))).toContain('parent page 0 is in the shared mixed VMA');
    expect(stepVerdict(bound, before, 'mmap', state())).toContain('and translates to nothing (pte[1] of table 0)');
  });
  it('wants none of them to be one that somebody maps', () => {
    const one = state();
    one.vma.put(0, Vma.mkEnd(one.vma.at(0), 1));
    const two = both(16);
    two.vma.put(0, one.vma.at(0));
    two.vma.put(1, Vma.mkStart(Vma.mkEnd(one.vma.at(0), 2), 1));
    expect(stepVerdict(bound, one, 'mmap', two)).toContain('parent page 1 is in the shared mixed VMA');
    two.pte.put(1, Pte.of({ present: 1, pfn: 17 }));
    expect(stepVerdict(bound, one, 'mmap', two)).toBe('holds');
  });
});

describe('I-FORKRO', () => {
  it('wants a page of a BAR in the child as well, not accessed yet: no fault brings it back', () => {
    expect(stepVerdict(forkro, state(), 'fork', forked(Pte.of({ present: 1, pfn: 16 })))).toBe('holds');
    expect(stepVerdict(forkro, state(), 'fork', forked(Pte.of({})))).toContain('the child nothing');
    expect(stepVerdict(forkro, state(), 'fork', forked(Pte.of({ present: 1, pfn: 17 })))).toContain(
      'the child frame 17',
    );
    const young = Pte.of({ present: 1, pfn: 16, young: 1 });
    expect(stepVerdict(forkro, state(), 'fork', forked(young))).toContain('page 0 in the shared mixed VMA');
  });
});

describe('I-GUP', () => {
  it('lets a page of a BAR be taken by who asks for one', () => {
    expect(stepVerdict(gup, state(), 'get_user_pages', pinned(), { how: 'P2PDMA pin' })).toBe('holds');
    expect(stepVerdict(gup, state(), 'get_user_pages', pinned(), { how: 'pin' })).toContain('has got frame 16');
    expect(stepVerdict(gup, state(), 'pin_user_pages', pinned(), {})).toContain('has got frame 16');
  });
});

describe('WARN-p2pdma', () => {
  it('asks of mmap() that has taken pages', () => {
    const before = booted({ ...SMALL, memory: blocks('p2pdma', 1, 2) });
    const warned = state();
    warned.warnedP2pdma.put(0, 1);
    expect(stepVerdict(p2pdmaWarns, before, 'mmap', state())).toBe('holds');
    expect(stepVerdict(p2pdmaWarns, before, 'munmap', state())).toBe('no subject');
    expect(stepVerdict(p2pdmaWarns, before, 'mmap', warned)).toContain('p2pmem_alloc_mmap() warns');
  });
});
