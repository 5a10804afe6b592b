/** Pinning a page for DMA, and letting it go, as operations of the search. */
import { action } from '../../checker/search/index.ts';
import { free_pin, pin_user_pages as pin_page, unpin_user_page as unpin_page } from '../mm/gup.ts';
import type { Sys } from '../mm/kernel.ts';
import { Pin } from '../state/mm_types.ts';
import type { Alphabet } from './alphabet.ts';
import { is_alive, type Op, returningOrNever, who } from './op.ts';
import { OPERATIONS } from './operations.ts';

/** A world without pins has neither operation. */
export const pin_user_pages = ({ mms, pins, pinsFor, pinsLongterm }: Alphabet, most: number): Op =>
  action<Sys, Sys, { mm: number; page: number; access: 'read' | 'write' }>({
    ...OPERATIONS.pin_user_pages,
    args: { mm: mms, page: most > 0 ? pins : [], access: pinsFor },
    show: ({ mm, page, access }) => `${who(mm)}, page ${page}, for ${access === 'read' ? 'reading' : 'writing'}`,
    guard: (s, { mm }) => is_alive(s, mm) && free_pin(s) >= 0,
    effect: (s, { mm, page, access }, choose) => {
      s.choose = choose;
      return returningOrNever(s, pin_page(s, mm, page, access === 'write', pinsLongterm));
    },
  });

export const unpin_user_page = ({ pins, gups }: Alphabet, most: number): Op =>
  action<Sys, Sys, { pin: number }>({
    ...OPERATIONS.unpin_user_page,
    args: { pin: pins.length + gups.length > 0 ? Array.from({ length: most }, (_, pin) => pin) : [] },
    show: ({ pin }) => `pin ${pin}`,
    guard: (s, { pin }) => Pin.taken(s.pin.at(pin)) === 1 && Pin.get(s.pin.at(pin)) === 0,
    effect: (s, { pin }) => unpin_page(s, pin),
  });
