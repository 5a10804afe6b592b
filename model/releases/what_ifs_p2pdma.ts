/** What no release here has, where the memory of a PCI device is mapped (P2PDMA): see what_ifs.ts. */
import { asItIs, type Toggle } from '../series/toggles.ts';

export const P2PDMA_WHAT_IFS: readonly Toggle[] = [
  {
    name: 'kernfs-mkwrite',
    says: 'whether kernfs has a ->page_mkwrite for what is mapped by it; a what-if',
    cites:
      '"kernfs: remove page_mkwrite() from vm_operations_struct" of "Enable P2PDMA in Userspace RDMA" (mails of 2024); ' +
      'v6.12 fs/kernfs/file.c kernfs_vm_ops',
    values: [
      asItIs('updates-time', 'it does, which only updates the time of the file'),
      { value: 'none', says: 'it does not', patch: { kernfs_has_mkwrite: () => () => false } },
    ],
  },
];
