/*
 * A process maps a page of a hugetlb file twice, privately, the second time without a reservation, writes to both, and forks.
 * The pool is empty then. When it writes to the first mapping once more it needs a page for itself, and takes one from whoever
 * was promised none, at the address at which it has faulted: its own second mapping is one of these, and in its own process that
 * address is the page that it writes to. The write faults again, and goes to an empty page.
 *
 *     cc -O1 -static -o loses hugetlb-owner-loses-page.c && ./loses     root: it makes a pool of two hugepages
 *
 * machine: numa
 * kernels: 6.12.107+deb13-cloud-amd64, 6.12.117+deb13-cloud-amd64, 6.18.15+deb13-cloud-amd64, 7.1.13+deb13-cloud-amd64
 * without it: 7.3.4+deb13-cloud-amd64
 * seen: it says "what the owner has written is lost"
 */
#define _GNU_SOURCE
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#define HUGEPAGE (2ul << 20)
#define PAGE 4096
/* Places with page tables of their own. */
#define FIRST ((char *)0x100000000000ul)
#define SECOND ((char *)0x200000000000ul)

static void must(int failed, const char *what)
{
	if (!failed)
		return;
	perror(what);
	exit(2);
}

static void make_pool(void)
{
	FILE *pages = fopen("/proc/sys/vm/nr_hugepages", "w");

	must(!pages || fputs("2", pages) < 0 || fclose(pages), "nr_hugepages");
}

static void map(char *at, int file, int flags)
{
	must(mmap(at, HUGEPAGE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_FIXED | flags, file, 0) == MAP_FAILED, "mmap()");
}

/* -o FILE, as the runner has it. */
int main(int argc, char **argv)
{
	int file;
	pid_t child;

	if (argc > 2 && !strcmp(argv[1], "-o") && !freopen(argv[2], "w", stdout))
		return 2;
	make_pool();
	file = memfd_create("hugepage", MFD_HUGETLB);
	must(file < 0 || ftruncate(file, HUGEPAGE), "a memfd");
	map(FIRST, file, 0);
	map(SECOND, file, MAP_NORESERVE);
	memset(FIRST, 'x', HUGEPAGE);
	*SECOND = 'y';
	child = fork();
	must(child < 0, "fork()");
	if (!child) {
		sleep(3);
		_exit(0);
	}
	FIRST[PAGE] = 'z';
	puts(FIRST[0] == 'x' ? "what the owner has written is there" : "what the owner has written is lost");
	must(waitpid(child, NULL, 0) != child, "waitpid()");
	return fflush(stdout) ? 2 : 0;
}
