/* What this kernel can do and show, found by trying; and counters that tell when it did something unasked. */

static struct features {
	bool scan, kpagecount, kpageflags, softdirty, uring, uffd, kvm, swap, rssexact;
	char thp[16];
} features;

/* The switch that stands in brackets. */
static void read_thp(char *thp, size_t size)
{
	char text[128];

	read_file("/sys/kernel/mm/transparent_hugepage/enabled", text, sizeof text);
	const char *open = strchr(text, '['), *close = strchr(text, ']');

	snprintf(thp, size, "%.*s", open && close ? (int)(close - open - 1) : 4, open && close ? open + 1 : "none");
}

/* Kernels that batch their counters show none of so few pages. */
static bool rss_is_exact(const struct process *p)
{
	struct operation op = { .kind = MAP, .count = 8, .anon = true, .private = true, .advice = MADV_NOHUGEPAGE,
				.prot = PROT_READ | PROT_WRITE };
	long before = read_counts(p).rss[1];
	bool exact = true;

	play(&op);
	for (int i = 0; i < 8; i++) {
		op = (struct operation){ .kind = WRITE, .page = i, .count = 1, .value = 1 };
		play(&op);
		exact &= read_counts(p).rss[1] == before + i + 1;
	}
	return exact;
}

static uint64_t pagemap_word(const struct process *p, unsigned long address)
{
	uint64_t word = 0;

	if (pread(p->pagemap_fd, &word, sizeof word, address / PAGE_SIZE * sizeof word) != sizeof word)
		return 0;
	return word;
}

static bool has_scan(const struct process *p)
{
	struct pm_scan_arg arg = {
		.size = sizeof arg,
		.start = BASE,
		.end = BASE + PAGE_SIZE,
		.category_anyof_mask = PAGE_IS_HUGE,
		.return_mask = PAGE_IS_HUGE,
	};

	return ioctl(p->pagemap_fd, PAGEMAP_SCAN, &arg) >= 0;
}

static bool has_uring(void)
{
	struct io_uring_params params = { 0 };
	int fd = syscall(SYS_io_uring_setup, 1, &params);

	if (fd >= 0)
		close(fd);
	return fd >= 0;
}

static bool has_uffd_move(void)
{
	int fd = new_userfaultfd(UFFD_FEATURE_MOVE);

	if (fd >= 0)
		close(fd);
	return fd >= 0;
}

static bool has_kvm(void)
{
	int fd = open("/dev/kvm", O_RDWR | O_CLOEXEC);
	bool known = fd >= 0 && ioctl(fd, KVM_GET_API_VERSION, 0) == KVM_API_VERSION;

	close(fd);
	return known;
}

/* The first line of the list is its heading. */
static bool has_swap(void)
{
	char *text = scratch->text, *line;

	read_file("/proc/swaps", text, sizeof scratch->text);
	line = strchr(text, '\n');
	return line && line[1];
}

/* With a worker that does nothing else, and a child of it for the baseline of children. */
static bool try_kernel(void)
{
	struct operation fork_once = { .kind = FORK };

	kpagecount_fd = open("/proc/kpagecount", O_RDONLY | O_CLOEXEC);
	kpageflags_fd = open("/proc/kpageflags", O_RDONLY | O_CLOEXEC);
	if (!begin_sequence() || play(&fork_once).outcome.result || process_count < 2)
		return false;
	child_baseline = read_counts(&processes[1]);
	child_baseline_known = true;

	const struct process *p = &processes[0];
	uint64_t kept = pagemap_word(p, KEPT_PAGE);

	features = (struct features){
		.scan = has_scan(p),
		.kpagecount = kpagecount_fd >= 0,
		.kpageflags = kpageflags_fd >= 0,
		.softdirty = kept & PM_SOFT_DIRTY,
		.uring = has_uring(),
		.uffd = has_uffd_move(),
		.kvm = has_kvm(),
		.swap = has_swap(),
		.rssexact = rss_is_exact(p),
	};
	read_thp(features.thp, sizeof features.thp);
	view_level = features.kpagecount && features.kpageflags && PM_PFRAME(kept);
	layout_known &= view_level && finds_kept_page(p->mm, PM_PFRAME(kept));
	view_level = layout_known ? 3 : view_level;
	end_sequence();
	return true;
}

/* A sequence during which one of these moved may show something else the next time. */
static const struct {
	const char *counter, *noise;
} disturbances[] = {
	{ "\nthp_fault_fallback ", "thp-fallback" }, { "\noom_kill ", "oom" },	      { "\npgsteal_kswapd ", "reclaim" },
	{ "\npgsteal_direct ", "reclaim" },	     { "\nnuma_pte_updates ", "numa" },
};

struct counters {
	long khugepaged, disturbance[ARRAY_SIZE(disturbances)];
};

static void read_counters(struct counters *c)
{
	static int vmstat_fd = -1, khugepaged_fd = -1;
	char number[32];

	if (vmstat_fd < 0) {
		vmstat_fd = open("/proc/vmstat", O_RDONLY | O_CLOEXEC);
		khugepaged_fd = open("/sys/kernel/mm/transparent_hugepage/khugepaged/pages_collapsed",
				     O_RDONLY | O_CLOEXEC);
	}
	ssize_t n = pread(khugepaged_fd, number, sizeof number - 1, 0);

	number[n < 0 ? 0 : n] = 0;
	c->khugepaged = strtol(number, NULL, 10);
	n = pread(vmstat_fd, scratch->text, sizeof scratch->text - 1, 0);
	scratch->text[n < 0 ? 0 : n] = 0;
	for (size_t i = 0; i < ARRAY_SIZE(disturbances); i++)
		c->disturbance[i] = number_behind(scratch->text, disturbances[i].counter);
}
