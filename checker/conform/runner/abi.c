/*
 * mmcheck conform: plays memory operations in worker processes and prints what the kernel reports of
 * each of them.  One self-contained program:  cc -static -O2 -o runner runner.c
 *
 * This part: what the program takes from the kernel.  Debian 12 has the headers of Linux 6.1, so what
 * is newer is declared here by hand.
 */
#define _GNU_SOURCE
#include <elf.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/btf.h>
#include <linux/futex.h>
#include <linux/io_uring.h>
#include <linux/kvm.h>
#include <linux/memfd.h>
#include <linux/mempolicy.h>
#include <linux/userfaultfd.h>
#include <linux/vfio.h>
#include <sched.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/personality.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <sys/utsname.h>
#include <sys/wait.h>
#include <termios.h>
#include <time.h>
#include <unistd.h>

#define ARRAY_SIZE(a) (sizeof(a) / sizeof *(a))
#define PAGE_SIZE 4096ul
#define PMD_SIZE (512 * PAGE_SIZE)

/* Pages are numbered from here on; the PGD slot holds nothing else. */
#define BASE 0x100000000000ul
#define PAGES_MAX (1ul << 26)
/* Keeps the PUD table of the slot in use, so that "pt" counts PMD and PTE tables only. */
#define KEPT_PAGE (BASE + (400ul << 30))

/* Something that is there for one operation alone, where nothing else is. */
#define BRIEF_PAGE (BASE + (300ul << 30))

#ifndef MFD_HUGE_1GB
#define MFD_HUGE_1GB (30u << 26)
#endif
#ifndef MADV_COLLAPSE
#define MADV_COLLAPSE 25
#endif
#define MADV_GUARD_INSTALL 102
#define MADV_GUARD_REMOVE 103

/* A word of /proc/PID/pagemap. */
#define PM_PRESENT (1ull << 63)
#define PM_SWAP (1ull << 62)
#define PM_FILE (1ull << 61)
#define PM_GUARD_REGION (1ull << 58)
#define PM_UFFD_WP (1ull << 57)
#define PM_MMAP_EXCLUSIVE (1ull << 56)
#define PM_SOFT_DIRTY (1ull << 55)
#define PM_PFRAME(word) ((word) & ((1ull << 55) - 1))

/* PAGEMAP_SCAN, since 6.7. */
#define PAGE_IS_PFNZERO (1ull << 5)
#define PAGE_IS_HUGE (1ull << 6)

struct page_region {
	uint64_t start, end, categories;
};

struct pm_scan_arg {
	uint64_t size, flags, start, end, walk_end, vec, vec_len, max_pages;
	uint64_t category_inverted, category_mask, category_anyof_mask, return_mask;
};

#define PAGEMAP_SCAN _IOWR('f', 16, struct pm_scan_arg)

/* A word of /proc/kpageflags. */
#define KPF_ANON (1ull << 12)
#define KPF_COMPOUND_HEAD (1ull << 15)
#define KPF_COMPOUND_TAIL (1ull << 16)
#define KPF_HUGE (1ull << 17)
#define KPF_NOPAGE (1ull << 20)
#define KPF_THP (1ull << 22)
#define KPF_ZERO_PAGE (1ull << 24)
#define KPF_RESERVED (1ull << 32)
/* PG_owner_2, once PG_mappedtodisk; of an anonymous page the same bit is PG_anon_exclusive. */
#define KPF_OWNER_2 (1ull << 34)

/* UFFDIO_MOVE, since 6.8. */
#ifndef UFFDIO_MOVE
#define UFFD_FEATURE_MOVE (1 << 16)

struct uffdio_move {
	__u64 dst, src, len, mode;
	__s64 move;
};

#define UFFDIO_MOVE _IOWR(UFFDIO, 0x05, struct uffdio_move)
#endif
/* UFFDIO_POISON, since 6.6. */
#ifndef UFFDIO_POISON
struct uffdio_poison {
	struct uffdio_range range;
	__u64 mode;
	__s64 updated;
};

#define UFFDIO_POISON _IOWR(UFFDIO, 0x08, struct uffdio_poison)
#endif
#ifndef UFFD_USER_MODE_ONLY
#define UFFD_USER_MODE_ONLY 1
#endif
