import { expect, it } from '@effect/vitest';
import { vm_insert_page } from '../../../model/mm/memory_insert.ts';
import { blocks, DEVICE_FRAMES, SMALL } from '../../../model/state/geometry.ts';
import { Pte, Result, VmaKind } from '../../../model/state/mm_types.ts';
import { booted, mmap } from '../../support/booted.ts';

const FIRST = DEVICE_FRAMES;
const machine = () => {
  const s = booted({ ...SMALL, memory: blocks('dax', 1, 2) });
  mmap(s, 0, { kind: VmaKind.dax, start: 0, end: 2, shared: 1, fault: 1 });
  expect(vm_insert_page(s, 0, 0, 0, FIRST, false)).toBe(Result.ok);
  return s;
};
const flags = (pte: Pte) => [Pte.pfn(pte), Pte.write(pte), Pte.young(pte), Pte.dirty(pte)];

it('vmf_insert_page_mkwrite() of what is there makes it writable and young; dirty it becomes by the write', () => {
  const s = machine();
  s.pte.put(0, Pte.mkWrite(Pte.mkYoung(s.pte.at(0), 0), 0));
  expect(vm_insert_page(s, 0, 0, 0, FIRST, true)).toBe(Result.ok);
  expect(flags(s.pte.at(0))).toEqual([FIRST, 1, 1, 0]);
  expect(vm_insert_page(s, 0, 0, 1, FIRST + 1, true)).toBe(Result.ok);
  expect(flags(s.pte.at(1))).toEqual([FIRST + 1, 1, 1, 1]);
});

it('leaves another page where it is: a fault for reading takes that for done, one for writing does not', () => {
  const s = machine();
  const was = s.pte.at(0);
  expect(vm_insert_page(s, 0, 0, 0, FIRST + 1, false)).toBe(Result.ok);
  expect(vm_insert_page(s, 0, 0, 0, FIRST + 1, true)).toBe(Result.SIGBUS);
  expect(s.pte.at(0)).toBe(was);
});
