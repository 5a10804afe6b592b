/* One worker as the coordinator sees it, and what /proc says of its mm. */

struct mm_counts {
	long pt, rss[3]; /* page-table pages; file, anonymous and shared memory, in pages */
	long hugetlb; /* the same, of hugetlb; in no baseline */
};

static struct process {
	pid_t pid;
	bool alive;
	int status_fd, maps_fd, pagemap_fd;
	struct mm_counts baseline;
	uint64_t mm; /* in kernel memory, where that can be read */
} processes[WORKERS_MAX];
static int process_count;

/* Not copied into workers, so that the buffers do not show in their page tables. */
#define CHUNK_PAGES 4096

static struct scratch {
	char text[1 << 16];
	char out[1 << 16];
	uint64_t pagemap[CHUNK_PAGES], mapcounts[CHUNK_PAGES], flags[CHUNK_PAGES];
	struct page_region regions[CHUNK_PAGES];
	uint64_t pmds[512], ptes[512];
} *scratch;

static int open_of(pid_t pid, const char *file)
{
	char path[64];

	snprintf(path, sizeof path, "/proc/%d/%s", pid, file);
	return open(path, O_RDONLY | O_CLOEXEC);
}

static void open_process(struct process *p, pid_t pid)
{
	*p = (struct process){
		.pid = pid,
		.alive = true,
		.status_fd = open_of(pid, "status"),
		.maps_fd = open_of(pid, "maps"),
		.pagemap_fd = open_of(pid, "pagemap"),
	};
}

static void close_process(struct process *p)
{
	close(p->status_fd);
	close(p->maps_fd);
	close(p->pagemap_fd);
	p->alive = false;
}

static ssize_t read_file(const char *path, char *text, size_t size)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	ssize_t n, length = 0;

	while (fd >= 0 && (n = read(fd, text + length, size - 1 - length)) > 0)
		length += n;
	text[length] = 0;
	close(fd);
	return length;
}

static long number_behind(const char *text, const char *name)
{
	const char *at = strstr(text, name);

	/* what has fallen below zero is printed without a sign */
	return at ? (long)strtoul(at + strlen(name), NULL, 10) : 0;
}

static struct mm_counts read_counts(const struct process *p)
{
	char *text = scratch->text;
	ssize_t n = pread(p->status_fd, text, sizeof scratch->text - 1, 0);

	text[n < 0 ? 0 : n] = 0;
	return (struct mm_counts){
		.pt = number_behind(text, "\nVmPTE:") / 4,
		.rss = { number_behind(text, "\nRssFile:") / 4, number_behind(text, "\nRssAnon:") / 4,
			 number_behind(text, "\nRssShmem:") / 4 },
		.hugetlb = number_behind(text, "\nHugetlbPages:") / 4,
	};
}

/* Shared_Hugetlb and Private_Hugetlb of all VMAs, in pages. */
static void read_smaps_hugetlb(pid_t pid, long *shared_pages, long *private_pages)
{
	char *text = scratch->text;
	int fd = open_of(pid, "smaps");
	size_t held = 0;
	ssize_t n;

	*shared_pages = *private_pages = 0;
	while ((n = read(fd, text + held, sizeof scratch->text - 1 - held)) > 0) {
		char *line = text, *end;

		text[held + n] = 0;
		for (; (end = strchr(line, '\n')); line = end + 1) {
			*end = 0;
			*shared_pages += number_behind(line, "Shared_Hugetlb:") / 4;
			*private_pages += number_behind(line, "Private_Hugetlb:") / 4;
		}
		held = strlen(line);
		memmove(text, line, held);
	}
	close(fd);
}

/* A side effect is all that is wanted: walking a VMA splits huge PFN mappings on some kernels. */
static void read_smaps(void)
{
	for (int i = 0; i < process_count; i++) {
		if (!processes[i].alive)
			continue;
		int fd = open_of(processes[i].pid, "smaps");

		while (read(fd, scratch->text, sizeof scratch->text) > 0)
			;
		close(fd);
	}
}

struct vma_line {
	unsigned long start, end;
	char prot[5];
};

static bool parse_vma(const char *line, struct vma_line *vma)
{
	char *end;

	vma->start = strtoul(line, &end, 16);
	if (*end != '-')
		return false;
	vma->end = strtoul(end + 1, &end, 16);
	snprintf(vma->prot, sizeof vma->prot, "%.4s", end + 1);
	return true;
}

/* Calls back for every VMA in the order of addresses, as long as that says true. */
static void for_each_vma(int maps_fd, bool (*each)(const struct vma_line *vma, void *with), void *with)
{
	char *text = scratch->text;
	size_t held = 0;
	ssize_t n;

	lseek(maps_fd, 0, SEEK_SET);
	while ((n = read(maps_fd, text + held, sizeof scratch->text - 1 - held)) > 0) {
		char *line = text, *end;

		text[held + n] = 0;
		for (; (end = strchr(line, '\n')); line = end + 1) {
			struct vma_line vma;

			if (parse_vma(line, &vma) && !each(&vma, with))
				return;
		}
		held = strlen(line);
		memmove(text, line, held);
	}
}
