import { describe, expect, it } from '@effect/vitest';
import { Level } from '../../model/state/lookups.ts';
import { memorySlot, secondStage } from '../../spec/second_stage.ts';
import { guestPage } from '../support/lookup_state.ts';
import { device, geometry, faultLeaf, mmState, none, pte, pudLeaf, table, verdict } from '../support/mm_state.ts';

const bar = device({ pages: [0, 4], fault: 1, hugeFault: 1 });

describe('I-SECOND', () => {
  it('holds for what the process maps with the same rights, or more', () => {
    expect(verdict(secondStage, mmState(bar, faultLeaf({}), guestPage(1, { pfn: 1, write: 0 })))).toBe('holds');
    expect(verdict(secondStage, mmState(bar, faultLeaf({}), guestPage(0, { level: Level.PMD })))).toBe('holds');
    expect(verdict(secondStage, mmState(bar, pudLeaf({}), guestPage(0, { level: Level.PUD })))).toBe('holds');
  });

  it('fails for another frame, for a page that is not mapped, and for a right that the process lacks', () => {
    expect(verdict(secondStage, mmState(bar, table({ page: 0 }, pte(1)), guestPage(0)))).toMatchInlineSnapshot(
      `"guest page 0 is mapped (PTE frame 0 RW, from guest page 0 on); in the parent it translates to frame 1, writable"`,
    );
    expect(
      verdict(secondStage, mmState(bar, table({ page: 0 }, pte(0), none), guestPage(0, { level: Level.PMD }))),
    ).toMatchInlineSnapshot(
      `"guest page 1 is mapped (PMD frame 0 RW, from guest page 0 on); in the parent it translates to nothing"`,
    );
    expect(verdict(secondStage, mmState(bar, faultLeaf({ write: 0 }), guestPage(0)))).toMatchInlineSnapshot(
      `"guest page 0 is mapped (PTE frame 0 RW, from guest page 0 on); in the parent it translates to frame 0, read-only"`,
    );
    expect(
      verdict(secondStage, mmState(bar, faultLeaf({ protnone: 1, write: 0 }), guestPage(0, { write: 0 }))),
    ).toMatchInlineSnapshot(
      `"guest page 0 is mapped (PTE frame 0 RO, from guest page 0 on); in the parent it translates to frame 0, no access"`,
    );
  });

  it('has no subject where the guest maps nothing', () => {
    expect(verdict(secondStage, mmState(bar, faultLeaf({})))).toBe('no subject');
  });
});

describe('I-SLOT', () => {
  it('holds up to the end of the slot, and fails behind it', () => {
    const last = geometry.guestPages - 1;
    expect(verdict(memorySlot, mmState(bar, pudLeaf({}), guestPage(last, { pfn: last })))).toBe('holds');
    expect(
      verdict(memorySlot, mmState(bar, pudLeaf({}), guestPage(last, { pfn: last, level: Level.PMD }))),
    ).toMatchInlineSnapshot(`"guest page 7 is mapped PMD frame 7 RW; the slot has 8 pages"`);
  });

  it('has no subject where the guest maps nothing', () => {
    expect(verdict(memorySlot, mmState(bar, pudLeaf({})))).toBe('no subject');
  });
});
