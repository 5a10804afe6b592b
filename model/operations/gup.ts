/** GUP of several pages, of plain references, and by /proc/PID/mem, as operations of the search. */
import { action } from '../../checker/search/index.ts';
import { access_remote_vm as access_remote, free_pins, gup_fast_fallback, unpin_user_page } from '../mm/gup.ts';
import { FOLL_GET, FOLL_LONGTERM, FOLL_PCI_P2PDMA, FOLL_PIN, FOLL_WRITE } from '../mm/gup_grab.ts';
import type { Sys } from '../mm/kernel.ts';
import { Pin } from '../state/mm_types.ts';
import type { Alphabet, GupUse, PageRange } from './alphabet.ts';
import { is_alive, type Op, pagesOf, returningOrNever, who } from './op.ts';
import { OPERATIONS } from './operations.ts';

const FLAGS: Readonly<Record<GupUse, number>> = {
  reference: FOLL_GET,
  pin: FOLL_PIN,
  'long-term pin': FOLL_PIN | FOLL_LONGTERM,
  'P2PDMA pin': FOLL_PIN | FOLL_PCI_P2PDMA,
};

/** Each page takes a row of the table of pins; a world without has none of these operations. */
export const get_user_pages = ({ mms, gups, gupAs, pinsFor }: Alphabet, most: number): Op =>
  action<Sys, Sys, { mm: number; range: PageRange; access: 'read' | 'write'; how: GupUse }>({
    ...OPERATIONS.get_user_pages,
    args: { mm: mms, range: most > 0 ? gups : [], access: pinsFor, how: gupAs },
    show: ({ mm, range, access, how }) =>
      `${who(mm)}, ${pagesOf(range)}, a ${how} for ${access === 'read' ? 'reading' : 'writing'}`,
    guard: (s, { mm, range }) => is_alive(s, mm) && free_pins(s) >= range.to - range.from,
    effect: (s, { mm, range, access, how }, choose) => {
      s.choose = choose;
      const flags = FLAGS[how] | (access === 'write' ? FOLL_WRITE : 0);
      return returningOrNever(s, gup_fast_fallback(s, mm, range.from, range.to, flags));
    },
  });

export const put_page = ({ gups, gupAs }: Alphabet, most: number): Op =>
  action<Sys, Sys, { pin: number }>({
    ...OPERATIONS.put_page,
    args: {
      pin: gups.length > 0 && gupAs.includes('reference') ? Array.from({ length: most }, (_, pin) => pin) : [],
    },
    show: ({ pin }) => `pin ${pin}`,
    guard: (s, { pin }) => Pin.taken(s.pin.at(pin)) === 1 && Pin.get(s.pin.at(pin)) === 1,
    effect: (s, { pin }) => unpin_user_page(s, pin),
  });

export const access_remote_vm = ({ mms, remotes }: Alphabet): Op =>
  action<Sys, Sys, { mm: number; page: number; access: 'read' | 'write' }>({
    ...OPERATIONS.access_remote_vm,
    args: { mm: mms, page: remotes, access: ['read', 'write'] },
    show: ({ mm, page, access }) => `${access} of ${who(mm)}'s page ${page}`,
    guard: (s, { mm }) => is_alive(s, mm),
    effect: (s, { mm, page, access }, choose) => {
      s.choose = choose;
      return returningOrNever(s, access_remote(s, mm, page, access === 'write'));
    },
  });
