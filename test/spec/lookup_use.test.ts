import { describe, expect, it } from '@effect/vitest';
import { Level, LookupUser } from '../../model/state/lookups.ts';
import { ARM64, X86_64 } from '../../model/state/machine.ts';
import { specOf } from '../../spec/all.ts';
import { MAINLINE } from '../../spec/deposit_rule.ts';
import { lookupProt, lookupRam, lookupRights, lookupUse } from '../../spec/lookup_use.ts';
import { copied, dmaMapping, ended, guestPage, hasFound, held } from '../support/lookup_state.ts';
import {
  cowDevice,
  device,
  faultLeaf,
  memory,
  mmState,
  none,
  PAGE,
  type Piece,
  pte,
  stepVerdict,
  table,
  verdict,
} from '../support/mm_state.ts';

const registers = device({ pages: [0, 2] });
const ptes = table({ page: 0 }, pte(0), pte(1));
const used = (property: typeof lookupUse, before: readonly Piece[], after: readonly Piece[]) =>
  stepVerdict(property, mmState(...before), 'use_of_lookup', mmState(...after), { lookup: 0 });

describe('I-USE', () => {
  it('holds for the frame that the page translates to', () => {
    expect(used(lookupUse, [registers, ptes, ended(), hasFound()], [registers, ptes, copied()])).toBe('holds');
  });

  it('fails for a frame that is no longer mapped, and for a write without the right to', () => {
    const gone = [registers, table({ page: 0 }, none)];
    expect(used(lookupUse, [...gone, ended(), hasFound()], [...gone, copied()])).toMatchInlineSnapshot(
      `"vfio reads page 0 by frame 0 by a PTE RW special WB; the page translates to nothing"`,
    );
    const readOnly = [registers, table({ page: 0 }, pte(0, { write: 0 }))];
    expect(
      used(lookupUse, [...readOnly, ended({ write: 1 }), hasFound()], [...readOnly, copied()]),
    ).toMatchInlineSnapshot(
      `"vfio writes page 0 by frame 0 by a PTE RW special WB; the page translates to frame 0, read-only"`,
    );
    expect(used(lookupUse, [...readOnly, ended(), hasFound()], [...readOnly, copied()])).toBe('holds');
  });

  it('has no subject where nothing is accessed', () => {
    expect(used(lookupUse, [registers, ptes, ended(), hasFound()], [registers, ptes])).toBe('no subject');
  });
});

describe('I-RIGHTS', () => {
  const readOnly = [ended({ write: 1 }), hasFound({ write: 0 })];

  it('fails for a guest, a device, and an access that write by a read-only entry', () => {
    expect(used(lookupRights, readOnly, [guestPage(0)])).toMatchInlineSnapshot(
      `"guest page 0 is mapped PTE frame 0 RW; the look-up of page 0 has found frame 0 by a PTE RO special WB"`,
    );
    expect(used(lookupRights, readOnly, [dmaMapping(0)])).toMatchInlineSnapshot(
      `"a device may use frame 0 for page 0 RW; the look-up of page 0 has found frame 0 by a PTE RO special WB"`,
    );
    expect(used(lookupRights, readOnly, [copied()])).toMatchInlineSnapshot(
      `"the device is written; the look-up of page 0 has found frame 0 by a PTE RO special WB"`,
    );
  });

  it('fails for who may read by an entry that nobody may access, but not for a debugger', () => {
    const nobody = [ended(), hasFound({ write: 0, protnone: 1 })];
    expect(used(lookupRights, nobody, [guestPage(0, { write: 0 })])).toMatchInlineSnapshot(
      `"guest page 0 is mapped PTE frame 0 RO; the look-up of page 0 has found frame 0 by a PTE NONE special WB"`,
    );
    expect(used(lookupRights, nobody, [dmaMapping(0, { write: 0 })])).toMatchInlineSnapshot(
      `"a device may use frame 0 for page 0 RO; the look-up of page 0 has found frame 0 by a PTE NONE special WB"`,
    );
    expect(used(lookupRights, nobody, [copied({ write: 0 })])).toMatchInlineSnapshot(
      `"the device is read; the look-up of page 0 has found frame 0 by a PTE NONE special WB"`,
    );
    const debugged = [ended({ user: LookupUser.access }), hasFound({ write: 0, protnone: 1 })];
    expect(used(lookupRights, debugged, [copied({ write: 0 })])).toBe('holds');
  });

  it('holds for what was writable before, and for a guest that may only read', () => {
    expect(used(lookupRights, [...readOnly, guestPage(1)], [guestPage(1), guestPage(0, { write: 0 })])).toBe('holds');
    expect(used(lookupRights, [...readOnly, dmaMapping(1)], [dmaMapping(1), dmaMapping(0, { write: 0 })])).toBe(
      'holds',
    );
  });

  it('has no subject where the entry was writable', () => {
    expect(used(lookupRights, [ended({ write: 1 }), hasFound()], [guestPage(0)])).toBe('no subject');
  });
});

describe('I-RAM', () => {
  const access = ended({ user: LookupUser.access });
  const priv = [cowDevice({ pages: [0, 2] }), table({ page: 0 }, memory(PAGE))];

  it('holds for a frame of the device, and fails for a copy', () => {
    expect(used(lookupRam, [registers, ptes, access], [registers, ptes, copied()])).toBe('holds');
    expect(used(lookupRam, [...priv, access], [...priv, copied({ pfn: PAGE, special: 0 })])).toMatchInlineSnapshot(
      `"generic_access_phys() reads page 0 by frame 22 by a PTE RW WB, which is a page of memory"`,
    );
  });

  it('fails for a device that may use a copy', () => {
    expect(used(lookupRam, [...priv, ended()], [...priv, dmaMapping(0)])).toBe('holds');
    expect(used(lookupRam, [...priv, ended()], [...priv, dmaMapping(0, { pfn: PAGE })])).toMatchInlineSnapshot(
      `"a device may use frame 22 for page 0 RW, which is not all of a device"`,
    );
  });

  it('has no subject for anybody else', () => {
    expect(used(lookupRam, [...priv, ended({ user: LookupUser.s390 })], [...priv, copied({ pfn: PAGE })])).toBe(
      'no subject',
    );
  });
});

describe('I-IOPROT', () => {
  const WC = 1;
  const access = held({ user: LookupUser.access });
  const leaf = [device({ pages: [0, 2], cache: WC }), faultLeaf({ cache: WC })];

  it('holds for the protection of a PTE, and for UC-, of which both have the mode', () => {
    const one = [device({ pages: [0, 2], cache: WC }), table({ page: 0 }, pte(0, { cache: WC }))];
    expect(verdict(lookupProt, mmState(...one, access, hasFound({ cache: WC })))).toBe('holds');
    const uncached = [device({ pages: [0, 2], cache: 2 }), faultLeaf({ cache: 2 })];
    expect(verdict(lookupProt, mmState(...uncached, access, hasFound({ level: Level.PMD, cache: 2 | 4 })))).toBe(
      'holds',
    );
  });

  it('fails for that of a leaf, with PSE where a PTE has PAT', () => {
    expect(
      verdict(lookupProt, mmState(...leaf, access, hasFound({ level: Level.PMD, cache: WC | 4 }))),
    ).toMatchInlineSnapshot(
      `"page 0 is WC (PAT index 1), the leaf in pmd[0]; as that of a PTE its protection is WP (PAT index 5)"`,
    );
  });

  it('has no subject for who does not remap', () => {
    const found = hasFound({ level: Level.PMD, cache: WC | 4 });
    expect(verdict(lookupProt, mmState(...leaf, held(), found))).toBe('no subject');
  });

  it('is asked on x86 alone', () => {
    const [onX86, onArm64] = [X86_64, ARM64].map((machine) =>
      specOf(MAINLINE, { opsTellDeposit: true, machine, cowLeafForbidden: false }),
    );
    expect(onX86!.includes(lookupProt)).toBe(true);
    expect(onArm64!.includes(lookupProt)).toBe(false);
  });
});
