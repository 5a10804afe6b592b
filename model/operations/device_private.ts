/** Migration to memory that only a device reaches, and back, as an operation of the search. */
import { action } from '../../checker/search/index.ts';
import type { Sys } from '../mm/kernel.ts';
import { can_migrate_vma, type DeviceMove, migrate_vma as migrate } from '../mm/migrate_device.ts';
import { vma_lookup } from '../mm/vma.ts';
import type { Alphabet } from './alphabet.ts';
import { is_alive, type Op, returning, who } from './op.ts';
import { OPERATIONS } from './operations.ts';

export const migrate_vma = ({ mms, deviceMoves, deviceMovesTo }: Alphabet): Op =>
  action<Sys, Sys, { mm: number; page: number; to: DeviceMove }>({
    ...OPERATIONS.migrate_vma,
    args: { mm: mms, page: deviceMoves, to: deviceMovesTo },
    show: ({ mm, page, to }) => `${who(mm)}, page ${page}, to the ${to}`,
    guard: (s, { mm, page, to }) => {
      const row = is_alive(s, mm) ? vma_lookup(s, mm, page) : -1;
      return row >= 0 && can_migrate_vma(s, mm, s.vma.at(row), page, to);
    },
    effect: (s, { mm, page, to }, choose) => {
      s.choose = choose;
      returning(s, migrate(s, mm, vma_lookup(s, mm, page), page, to));
    },
  });
