/*
 * One thread has a private hugepage moved between two nodes, again and again, and another unmaps it, or forks: what is
 * there at that moment is an entry of migration, which is counted in HugetlbPages, and which neither munmap() uncounts
 * nor fork() counts. It goes on for some seconds, and says what it has seen.
 *
 *     cc -O1 -static -pthread -o moved hugetlb-usage-of-migration.c && ./moved     two nodes, free hugepages of 2 MiB
 *
 * machine: numa
 * kernels: 6.12.107+deb13-cloud-amd64, 6.12.117+deb13-cloud-amd64, 6.18.15+deb13-cloud-amd64, 7.1.13+deb13-cloud-amd64, 7.3.4+deb13-cloud-amd64
 * seen: it says "unmapped meanwhile: HugetlbPages above zero, and nothing is mapped"
 * seen: it says "forked meanwhile: HugetlbPages of the child below zero"
 */
#define _GNU_SOURCE
#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define HUGEPAGE (2ul << 20)
/* A place with page tables of its own. */
#define PLACE ((char *)0x100000000000ul)
#define SECONDS 8
#define MPOL_MF_MOVE 2

static atomic_bool over;

static void map(void)
{
	void *at = mmap(PLACE, HUGEPAGE, PROT_READ | PROT_WRITE,
			MAP_PRIVATE | MAP_ANONYMOUS | MAP_HUGETLB | MAP_FIXED, -1, 0);

	if (at == MAP_FAILED) {
		perror("a hugepage cannot be mapped");
		exit(2);
	}
	*PLACE = 1;
}

/* HugetlbPages of this process in kB; below zero it is printed without a sign. */
static long hugetlb_pages(void)
{
	char line[256];
	long pages = 0;
	FILE *status = fopen("/proc/self/status", "r");

	while (status && fgets(line, sizeof line, status))
		if (!strncmp(line, "HugetlbPages:", 13))
			pages = (long)strtoul(line + 13, NULL, 10);
	if (status)
		fclose(status);
	return pages;
}

static void *move(void *unused)
{
	(void)unused;
	for (int node = 0; !over; node ^= 1) {
		void *page = PLACE;
		int status;

		syscall(SYS_move_pages, 0, 1ul, &page, &node, &status, MPOL_MF_MOVE);
	}
	return NULL;
}

/* What is left behind adds up: only more than before is news. */
static bool unmapped_too_much(void)
{
	static long before;

	munmap(PLACE, HUGEPAGE);
	long now = hugetlb_pages();
	bool news = now > before;

	before = now;
	map();
	return news;
}

static bool child_below_zero(void)
{
	int status;
	pid_t child = fork();

	if (!child) {
		/* The migration ends meanwhile, and the child gets what it has not counted. */
		usleep(20000);
		munmap(PLACE, HUGEPAGE);
		_exit(hugetlb_pages() < 0);
	}
	return child > 0 && waitpid(child, &status, 0) == child && WIFEXITED(status) && WEXITSTATUS(status) == 1;
}

/* How often it was seen. */
static int seen(bool (*look)(void))
{
	time_t end = time(NULL) + SECONDS;
	unsigned int seed = 1;
	pthread_t mover;
	int times = 0;

	over = false;
	if (pthread_create(&mover, NULL, move, NULL)) {
		perror("no thread can be started");
		exit(2);
	}
	while (time(NULL) < end) {
		usleep(rand_r(&seed) % 4000);
		times += look();
	}
	over = true;
	pthread_join(mover, NULL);
	return times;
}

/* -o FILE, as the runner has it. */
int main(int argc, char **argv)
{
	if (argc > 2 && !strcmp(argv[1], "-o") && !freopen(argv[2], "w", stdout))
		return 2;
	map();
	if (seen(child_below_zero))
		puts("forked meanwhile: HugetlbPages of the child below zero");
	if (seen(unmapped_too_much))
		puts("unmapped meanwhile: HugetlbPages above zero, and nothing is mapped");
	return fflush(stdout) ? 2 : 0;
}
