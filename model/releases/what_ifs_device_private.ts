/** What no release here has, of memory that only a device reaches: see what_ifs.ts. */
import { Page } from '../state/memmap.ts';
import { Result } from '../state/mm_types.ts';
import type { Sys } from '../mm/kernel.ts';
import { set_page_flag } from '../mm/page_flags.ts';
import { asItIs, type Toggle } from '../series/toggles.ts';

const set_dirty = (s: Sys, folio: number): void => set_page_flag(s, folio, Page.mkDirty, 1);

export const DEVICE_PRIVATE_WHAT_IFS: readonly Toggle[] = [
  {
    name: 'device-write',
    says: 'whether a page is dirty that a device has written to while it had it, or has made; a what-if',
    cites:
      'v7.1 mm/migrate_device.c, mm/migrate.c folio_migrate_flags(), lib/test_hmm.c dmirror_do_write(), drivers/gpu/drm/nouveau/nouveau_dmem.c',
    values: [
      asItIs('unmarked', 'it is as dirty as it was before it came there'),
      {
        value: 'dirty',
        says: 'it is, and stays so on its way back',
        patch: {
          device_writes: () => set_dirty,
          migrate_vma_insert_page: (base) => (s, mm, vmaRow, page, dst) => {
            const error = base(s, mm, vmaRow, page, dst);
            if (error === Result.ok) set_dirty(s, dst);
            return error;
          },
        },
      },
    ],
  },
];
