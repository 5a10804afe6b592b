/** Migration to memory that only a device reaches, and back, and what the device does there, as operations of the search. */
import { action } from '../../checker/search/index.ts';
import type { Sys } from '../mm/kernel.ts';
import { NO_PAGE } from '../mm/memory.ts';
import {
  can_migrate_vma,
  type DeviceMove,
  has_page,
  migrate_vma as migrate,
  migrate_vma_goes_on,
  migrate_vma_setup as setup,
  writable_device_page,
} from '../mm/migrate_device.ts';
import { vma_lookup } from '../mm/vma.ts';
import { Migration } from '../state/memmap.ts';
import type { Alphabet } from './alphabet.ts';
import { is_alive, type Op, returning, who } from './op.ts';
import { OPERATIONS } from './operations.ts';

const can_migrate = (s: Sys, mm: number, page: number, to: DeviceMove): boolean => {
  const row = is_alive(s, mm) ? vma_lookup(s, mm, page) : -1;
  return row >= 0 && can_migrate_vma(s, mm, s.vma.at(row), page, to);
};
const is_under_way = (s: Sys): boolean => Migration.taken(s.migration.at(0)) === 1;

export const migrate_vma = ({ mms, deviceMoves, deviceMovesTo }: Alphabet): Op =>
  action<Sys, Sys, { mm: number; page: number; to: DeviceMove }>({
    ...OPERATIONS.migrate_vma,
    args: { mm: mms, page: deviceMoves, to: deviceMovesTo },
    show: ({ mm, page, to }) => `${who(mm)}, page ${page}, to the ${to}`,
    guard: (s, { mm, page, to }) => can_migrate(s, mm, page, to),
    effect: (s, { mm, page, to }, choose) => {
      s.choose = choose;
      returning(s, migrate(s, mm, vma_lookup(s, mm, page), page, to));
    },
  });

export const migrate_vma_setup = ({ mms, halfDeviceMoves }: Alphabet): Op =>
  action<Sys, Sys, { mm: number; page: number }>({
    ...OPERATIONS.migrate_vma_setup,
    args: { mm: mms, page: halfDeviceMoves },
    show: ({ mm, page }) => `${who(mm)}, page ${page}`,
    when: (s) => s.migration.rows > 0 && !is_under_way(s),
    guard: (s, { mm, page }) =>
      (can_migrate(s, mm, page, 'device') && has_page(s, mm, page)) || can_migrate(s, mm, page, 'system'),
    effect: (s, { mm, page }) => returning(s, setup(s, mm, page)),
  });

type Ending = 'there' | 'nowhere';
export const migrate_vma_finalize = ({ halfDeviceMoves }: Alphabet): Op =>
  action<Sys, Sys, { to: Ending }>({
    ...OPERATIONS.migrate_vma_finalize,
    args: { to: halfDeviceMoves.length > 0 ? ['there', 'nowhere'] : [] },
    show: ({ to }) => (to === 'there' ? 'with a new page' : 'without'),
    guard: is_under_way,
    effect: (s, { to }, choose) => {
      s.choose = choose;
      returning(s, migrate_vma_goes_on(s, to === 'nowhere'));
    },
  });

export const device_write = ({ mms, deviceWrites }: Alphabet): Op =>
  action<Sys, Sys, { mm: number; page: number }>({
    ...OPERATIONS.device_write,
    args: { mm: mms, page: deviceWrites },
    show: ({ mm, page }) => `${who(mm)}, page ${page}`,
    guard: (s, { mm, page }) => is_alive(s, mm) && writable_device_page(s, mm, page) !== NO_PAGE,
    effect: (s, { mm, page }) => {
      s.kernel.device_writes(s, writable_device_page(s, mm, page));
      returning(s, 0);
    },
  });
