/*
 * A private hugepage of 1 GiB is written, and its process forks. The table that fork() copies the entry into is one of
 * PUDs, of which nobody sets the share count; it is what the page had there when it was something else. Pages of an AIO
 * ring have their index there, and are given back here, so that one of them is likely to become that table: then fork()
 * takes it for shared and copies nothing, and the child reads 0.
 *
 *     cc -O1 -static -o skipped hugetlb-fork-skips-gigantic.c && ./skipped     two free hugepages of 1 GiB, no privilege
 *
 * machine: hugetlb-1G
 * kernels: 6.12.117+deb13-cloud-amd64, 6.18.15+deb13-cloud-amd64, 7.1.13+deb13-cloud-amd64, 7.3.4+deb13-cloud-amd64
 * seen: it says "a child reads 0 where its parent has written 7"
 */
#define _GNU_SOURCE
#include <linux/aio_abi.h>
#include <linux/mman.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#define HUGEPAGE (1ul << 30)
/* A place with page tables of its own. */
#define PLACE ((volatile char *)0x100000000000ul)
/* 32 bytes each: some 250 pages. */
#define EVENTS 32000
#define TRIES 20

/* Pages whose index is not 0 are free behind this. They are given back by a work queue, after a while. */
static void free_ring(void)
{
	aio_context_t ring = 0;

	if (syscall(SYS_io_setup, EVENTS, &ring)) {
		perror("io_setup()");
		exit(2);
	}
	syscall(SYS_io_destroy, ring);
	usleep(100000);
}

/* What a child reads. */
static int child_reads(void)
{
	int status;
	pid_t child = fork();

	if (!child)
		_exit(*PLACE);
	if (child < 0 || waitpid(child, &status, 0) != child || !WIFEXITED(status)) {
		perror("a child");
		exit(2);
	}
	return WEXITSTATUS(status);
}

/* -o FILE, as the runner has it. */
int main(int argc, char **argv)
{
	if (argc > 2 && !strcmp(argv[1], "-o") && !freopen(argv[2], "w", stdout))
		return 2;
	if (mmap((void *)PLACE, HUGEPAGE, PROT_READ | PROT_WRITE,
		 MAP_PRIVATE | MAP_ANONYMOUS | MAP_HUGETLB | MAP_HUGE_1GB | MAP_FIXED, -1, 0) == MAP_FAILED) {
		perror("a hugepage of 1 GiB");
		return 2;
	}
	*PLACE = 7;
	for (int i = 0; i < TRIES; i++) {
		free_ring();
		if (child_reads() == 7)
			continue;
		puts("a child reads 0 where its parent has written 7");
		break;
	}
	return fflush(stdout) ? 2 : 0;
}
