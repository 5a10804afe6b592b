/** Peer-to-peer memory of PCI devices in Linux v7.1: see v7_1.ts. */
import { p2pdma_folio_free, type P2pdmaKernel, p2pmem_alloc_mmap } from '../drivers/p2pdma.ts';

export const P2PDMA_7_1: P2pdmaKernel = {
  p2pmem_alloc_mmap,
  p2pdma_folio_free,
  // Since v6.15.
  p2pdma_idle_refs: () => 0,
  // As read in 6.12.117, and in mails of 2024 and 2025.
  kernfs_has_mkwrite: () => true,
  // Since v7.0, all three.
  p2pdma_warns: (refs) => refs > 0,
  p2pdma_failed_resets: () => true,
  p2pdma_failed_puts: () => true,
};
