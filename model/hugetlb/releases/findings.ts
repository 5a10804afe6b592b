/** What the releases of hugetlb are known to violate. */
import type { Finding } from '../../releases/finding.ts';
import { READERS_FINDINGS } from './findings_readers.ts';
import { UFFD_FINDINGS } from './findings_uffd.ts';
import { HUGETLB_RELEASES, type HugetlbRelease } from './releases.ts';

/** Debian's kernels in a virtual machine, which a small program asked. */
const ASKED = ['6.12.107', '6.12.117', '6.18.15', '7.1.13', '7.2.6', '7.3.4'];

export const HUGETLB_FINDINGS: readonly Finding<HugetlbRelease>[] = [
  {
    name: 'hugetlb-usage-of-migration',
    says: 'a hugepage that is unmapped while it migrates stays in hugetlb_usage of its process (HugetlbPages of /proc/PID/status), and a child that is forked meanwhile counts it once too little: try_to_migrate_one() leaves it counted for remove_migration_pte(), which finds no entry any more, or one that nobody has counted',
    cites:
      'v6.1.192 .. v7.3.4 mm/hugetlb.c __unmap_hugepage_range(), copy_hugetlb_page_range(), mm/rmap.c try_to_migrate_one(), mm/migrate.c remove_migration_pte()',
    status: 'reproduced',
    seen: {
      kernels: ASKED,
      by: 'a program that moves a private page by move_pages() between two nodes, and unmaps it, or forks, meanwhile',
      said: 'HugetlbPages of a process that maps none is 2048 kB and more, that of a child below zero',
    },
    kernels: HUGETLB_RELEASES,
    worlds: ['hugetlb-migration'],
    properties: ['H9'],
    repair: [{ toggle: 'hugetlb-migration-usage', value: 'counted' }],
  },
  {
    name: 'hugetlb-usage-of-shared-tables',
    says: 'where processes share a PMD table, whoever maps a hugepage counts it, and whoever unmaps the table last uncounts all of it: hugetlb_usage of one falls below zero, and of another stays',
    cites: 'v6.1.192 .. v7.3.4 mm/hugetlb.c huge_pmd_share(), huge_pmd_unshare(), hugetlb_count_add()',
    status: 'reproduced',
    seen: {
      kernels: ASKED,
      by: 'a program that faults in a shared 1G before and after fork(), and unmaps it in both',
      said: 'HugetlbPages below zero, or not zero where nothing is mapped',
    },
    kernels: HUGETLB_RELEASES,
    worlds: ['hugetlb-pmd-usage'],
    properties: ['H9'],
    repair: [{ toggle: 'hugetlb-pmd-sharing', value: 'off' }],
  },
  {
    name: 'hugetlb-mremap-locks-itself',
    says: 'mremap() of a mapping whose PMD table can be shared, to a place where a table is missing, waits for a lock that it holds: move_hugetlb_page_tables() has taken i_mmap_rwsem for writing, and huge_pmd_share() takes it for reading',
    cites:
      'v6.1.192, v6.12.117, v6.18.44, v7.1.5 and v7.3.4 mm/hugetlb.c move_hugetlb_page_tables(), huge_pte_alloc(), huge_pmd_share()',
    status: 'reproduced',
    seen: {
      kernels: ASKED,
      by: 'mremap() of an aligned 1G of a hugetlb memfd, MAP_SHARED, with one page touched, to another aligned 1G',
      said: 'INFO: task blocked on an rw-semaphore likely owned by itself; huge_pmd_share(), huge_pte_alloc(), move_hugetlb_page_tables(); SIGKILL does not end it',
    },
    kernels: HUGETLB_RELEASES,
    worlds: ['hugetlb-pmd-move'],
    properties: ['hung-task'],
    repair: [{ toggle: 'hugetlb-pmd-sharing', value: 'off' }],
  },
  {
    name: 'hugetlb-reservation-of-shared-copy',
    says: 'a private hugepage that a child maps still, or a pin keeps, is promised to its owner again when the owner unmaps it; when the owner ends, the promise is taken back, and resv_huge_pages falls below zero',
    cites:
      'v6.18.44, v7.1.5 mm/hugetlb.c __unmap_hugepage_range(), hugetlb_vm_op_close(); v6.12.110 and v7.3 ask whether it is the last mapping',
    status: 'known bug',
    seen: {
      kernels: ['6.12.107', '6.18.15', '7.1.13'],
      by: 'a program that writes a private page and forks, and whose parent ends first',
      said: 'HugePages_Rsvd 18446744073709551615',
    },
    kernels: ['v7.1', 'v6.18', 'v6.12'],
    worlds: ['hugetlb-private', 'hugetlb-migration', 'hugetlb-hwpoison', 'hugetlb-move-owner'],
    properties: ['H-RESV'],
    repair: [{ toggle: 'hugetlb-zap-reserve', value: 'last-mapping' }],
  },
  {
    name: 'hugetlb-fork-moves-swap-entry',
    says: 'fork() clears uffd-wp of a migration or hwpoison entry by the bit that a present entry has it in, which is a bit of the frame number there: the child gets the entry of another frame, with uffd-wp, by which a write faults again and again where it is a page of the same hugepage',
    cites:
      'v6.1, v6.12 and v7.1.5 mm/hugetlb.c copy_hugetlb_page_range() (huge_pte_clear_uffd_wp()); mended in 6.1.183, 6.12.103 and v7.2',
    status: 'known bug',
    kernels: ['v7.1', 'v6.12', 'v6.1'],
    worlds: ['hugetlb-migration', 'hugetlb-hwpoison'],
    properties: ['H4', 'H21', 'fault-loop'],
    repair: [{ toggle: 'hugetlb-fork-swap', value: 'swap-bit' }],
  },
  {
    name: 'hugetlb-marker-made-present',
    says: 'mprotect(), and UFFDIO_WRITEPROTECT once more, take a uffd-wp marker for a leaf: what comes of it is a present entry of no frame',
    cites: '0e678153f5be "mm/hugetlb: fix PTE marker handling in hugetlb_change_protection()" (v6.2)',
    status: 'known bug',
    kernels: ['v6.1'],
    worlds: [
      'hugetlb-uffd',
      'hugetlb-move',
      'hgm-protect',
      'hgm-fork',
      'hgm-collapse',
      'hgm-guest',
      'hgm-protect-moving',
      'hugetlb-wp',
      'hugetlb-wp-tables',
      'hugetlb-wp-migration',
      'hugetlb-wp-again',
    ],
    properties: ['marker-made-present'],
    repair: [{ toggle: 'hugetlb-protect-marker', value: 'kept' }],
  },
  {
    name: 'hugetlb-moved-protection',
    says: 'mremap() moves uffd-wp to a VMA that is not registered any more (no UFFD_FEATURE_EVENT_REMAP): a write there faults again and again',
    cites: 'v6.1 and v6.12 mm/hugetlb.c move_huge_pte(), hugetlb_fault(); mended in 6.1.191, 6.12.11 and v6.14',
    status: 'known bug',
    kernels: ['v6.12', 'v6.1'],
    worlds: ['hugetlb-move'],
    properties: ['fault-loop'],
    repair: [{ toggle: 'hugetlb-move-wp', value: 'cleared' }],
  },
  {
    name: 'hugetlb-protection-of-migration',
    says: 'UFFDIO_WRITEPROTECT passes over a migration entry that is not writable, and says that all went well: what it takes back, or what ends with a registration, stays there and in the leaf that takes its place, and a write there faults again and again',
    cites:
      '44f86392bdd1 "mm/hugetlb: fix uffd-wp handling for migration entries in hugetlb_change_protection()" (v6.2)',
    status: 'known bug',
    kernels: ['v6.1'],
    worlds: ['hgm-protect-moving', 'hugetlb-wp-migration'],
    properties: ['fault-loop', 'H11-SET'],
    repair: [{ toggle: 'hugetlb-protect-migration', value: 'any' }],
  },
  {
    name: 'hugetlb-shared-table-of-one',
    says: 'smaps takes a page for private, and mbind() moves it, that other processes have through a shared PMD table: its mapcount is one for all of them',
    cites:
      '3489dbb696d2 "mm: hugetlb: proc: check for hugetlb shared PMD in /proc/PID/smaps", 73bdf65ea748 "migrate: hugetlb: check for hugetlb shared PMD in node migration" (v6.2)',
    status: 'known bug',
    kernels: ['v6.1'],
    worlds: ['hugetlb-pmd-share'],
    properties: ['H-SMAPS', 'H-MBIND'],
    repair: [{ toggle: 'hugetlb-shared-pmd', value: 'shared' }],
  },
  {
    name: 'hugetlb-mremap-loses-distance',
    says: 'where a page table is missing, mremap() goes on behind what it would span at the source, and at the destination behind what one there would: entries behind it come to wrong places, or where the new VMA is not',
    cites:
      'v6.1, v6.12, v6.18.44 and v7.1.5 mm/hugetlb.c move_hugetlb_page_tables(); mended in 6.1.191, 6.12.112 and v7.2',
    status: 'known bug',
    kernels: ['v7.1', 'v6.18', 'v6.12', 'v6.1'],
    worlds: ['hugetlb-move-far'],
    properties: ['entry-outside-vma'],
    repair: [{ toggle: 'hugetlb-move-skip', value: 'as-far' }],
  },
  {
    name: 'hugetlb-takes-from-wrong-place',
    says: "a parent that needs its page for itself takes it from its child's mapping at its own address: where one of them has moved, the child keeps it, and the write fault tries again and again",
    cites: 'v6.1 .. v7.2.13 mm/hugetlb.c unmap_ref_private(), hugetlb_wp() (retry_avoidcopy); mended in v7.3.4',
    status: 'known bug',
    kernels: ['v7.1', 'v6.18', 'v6.12.117', 'v6.12', 'v6.1.192', 'v6.1'],
    worlds: ['hugetlb-move-owner'],
    properties: ['endless-loop'],
    repair: [{ toggle: 'hugetlb-ref-private', value: 'own' }],
  },
  {
    name: 'hugetlb-mprotect-over-wp',
    says: 'mprotect() makes a leaf writable that userfaultfd protects: vm_page_prot of a shared VMA with VM_UFFD_WP lets writing',
    cites: 'v6.1 mm/userfaultfd.c; vma_set_page_prot() and vma_wants_writenotify() of v6.1.192 and later',
    status: 'known bug',
    kernels: ['v6.1'],
    worlds: ['hgm-protect', 'hugetlb-wp'],
    properties: ['H12'],
    repair: [{ toggle: 'hugetlb-writenotify', value: 'uffd-wp' }],
  },
  {
    name: 'hugetlb-truncate-takes-map-for-lock',
    says: 'a truncation that finds the lock of a private mapping taken takes its reservation map, with flags in its lowest bits, for the lock of a shareable one, and waits for that',
    cites:
      'v6.1.192, v6.12, v7.1.5 and v7.3.4 fs/hugetlbfs/inode.c hugetlb_unmap_file_folio(), mm/hugetlb.c hugetlb_vma_trylock_write()',
    status: 'candidate',
    kernels: HUGETLB_RELEASES.filter((name) => name !== 'v6.1'),
    worlds: ['hugetlb-truncate'],
    properties: ['private-vma-lock'],
    repair: [{ toggle: 'hugetlb-private-lock', value: 'none' }],
  },
  {
    name: 'hugetlb-mremap-loses-reservation',
    says: 'mremap() of a part of a private mapping takes the reservations of all of it: the rest has none any more, gets SIGBUS where the pool is empty, and what was promised to it is never given back, though all processes end',
    cites: 'v6.1 .. v7.3.4 mm/mremap.c move_vma(), copy_vma_and_data(), mm/hugetlb.c clear_vma_resv_huge_pages()',
    status: 'reproduced',
    seen: {
      kernels: ASKED,
      by: 'mremap() of one hugepage of two that are mapped privately',
      said: 'the write to the page left behind gets SIGBUS, and with all processes gone HugePages_Rsvd stays 1',
    },
    kernels: HUGETLB_RELEASES,
    worlds: ['hugetlb-move-private'],
    properties: ['H-RESV'],
    repair: [{ toggle: 'hugetlb-mremap-part', value: 'part' }],
  },
  ...UFFD_FINDINGS,
  ...READERS_FINDINGS,
];
