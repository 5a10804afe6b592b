/*
 * A hugepage of a memfd is mapped by UFFDIO_CONTINUE and protected by UFFDIO_WRITEPROTECT. Then it is registered once more,
 * without MODE_WP: the VMA is not registered for that any more, and the entry stays as it is. A write to it faults, is taken
 * for done, and faults again: it never ends, and nobody is told.
 *
 *     cc -O1 -static -o forgets hugetlb-register-forgets-wp.c && ./forgets     a free hugepage of 2 MiB, userfaultfd
 *
 * machine: numa
 * kernels: 6.12.107+deb13-cloud-amd64, 6.12.117+deb13-cloud-amd64, 6.18.15+deb13-cloud-amd64, 7.1.13+deb13-cloud-amd64
 * without it: 7.3.4+deb13-cloud-amd64
 * seen: it says "the write has not ended after 4 s, and nobody was told"
 */
#define _GNU_SOURCE
#include <fcntl.h>
#include <linux/userfaultfd.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#define HUGEPAGE (2ul << 20)
/* A place with page tables of its own. */
#define PLACE ((volatile char *)0x100000000000ul)
#define SECONDS 4

static const struct uffdio_range RANGE = { .start = 0x100000000000ul, .len = HUGEPAGE };
static int uffd;

static void must(int failed, const char *what)
{
	if (!failed)
		return;
	perror(what);
	exit(2);
}

static int try_register(uint64_t mode)
{
	struct uffdio_register asked = { .range = RANGE, .mode = mode };

	return ioctl(uffd, UFFDIO_REGISTER, &asked);
}

/* A page that is in the file, and not in PLACE. */
static void map_protected(void)
{
	int file = memfd_create("hugepage", MFD_HUGETLB);
	struct uffdio_api api = { .api = UFFD_API,
				  .features = UFFD_FEATURE_MINOR_HUGETLBFS | UFFD_FEATURE_WP_HUGETLBFS_SHMEM };
	struct uffdio_continue put = { .range = RANGE };
	struct uffdio_writeprotect protect = { .range = RANGE, .mode = UFFDIO_WRITEPROTECT_MODE_WP };
	char *elsewhere;

	must(file < 0 || ftruncate(file, HUGEPAGE), "a memfd");
	must(mmap((void *)PLACE, HUGEPAGE, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_FIXED, file, 0) == MAP_FAILED, "mmap()");
	elsewhere = mmap(NULL, HUGEPAGE, PROT_READ | PROT_WRITE, MAP_SHARED, file, 0);
	must(elsewhere == MAP_FAILED, "mmap() once more");
	*elsewhere = 7;
	uffd = syscall(SYS_userfaultfd, O_CLOEXEC | O_NONBLOCK);
	must(uffd < 0 || ioctl(uffd, UFFDIO_API, &api), "a userfaultfd");
	must(try_register(UFFDIO_REGISTER_MODE_MINOR | UFFDIO_REGISTER_MODE_WP), "UFFDIO_REGISTER");
	must(ioctl(uffd, UFFDIO_CONTINUE, &put), "UFFDIO_CONTINUE");
	must(ioctl(uffd, UFFDIO_WRITEPROTECT, &protect), "UFFDIO_WRITEPROTECT");
}

static void give_up(int signal)
{
	static const char NOT_TOLD[] = "the write has not ended after 4 s, and nobody was told\n";
	struct uffd_msg told;

	(void)signal;
	if (read(uffd, &told, sizeof(told)) < 0 && write(STDOUT_FILENO, NOT_TOLD, sizeof(NOT_TOLD) - 1) < 0)
		_exit(2);
	_exit(0);
}

/* -o FILE, as the runner has it. */
int main(int argc, char **argv)
{
	if (argc > 2 && !strcmp(argv[1], "-o") && !freopen(argv[2], "w", stdout))
		return 2;
	map_protected();
	if (try_register(UFFDIO_REGISTER_MODE_MISSING | UFFDIO_REGISTER_MODE_MINOR)) {
		puts("UFFDIO_REGISTER is refused");
		return fflush(stdout) ? 2 : 0;
	}
	signal(SIGALRM, give_up);
	alarm(SECONDS);
	*PLACE = 9;
	puts("the write has ended");
	return fflush(stdout) ? 2 : 0;
}
