/*
 * What is mapped in the watched windows, as runs of pages that look alike.  pagemap gives a word a page,
 * PAGEMAP_SCAN which of them are part of a huge entry; root also gets the frame, and with it mapcount and
 * kind of the folio.
 */

static struct window windows[WINDOWS_MAX];
static int window_count;
static int kpagecount_fd = -1, kpageflags_fd = -1;
static int view_level;

/* A set of letters is a number: bit i is letter i. */
static const char flag_letters[] = "HPSFXZWG", kind_letters[] = "TLazE";

struct sight {
	unsigned int flags, kind;
	long mapcount; /* -1: not known */
	uint64_t pfn;
	bool large, head;
};

struct run {
	unsigned long page, count;
	struct sight sight;
};

static unsigned int letter_if(bool set, const char *letters, char letter)
{
	return set ? 1u << (strchr(letters, letter) - letters) : 0;
}

static void say_letters(unsigned int set, const char *letters)
{
	for (; set; set >>= 1, letters++)
		if (set & 1)
			say("%c", *letters);
}

static void say_run(const struct run *run, bool *first)
{
	const struct sight *s = &run->sight;

	if (!run->count)
		return;
	say("%s[%lu,%lu,\"", *first ? "" : ",", run->page, run->count);
	say_letters(s->flags, flag_letters);
	say("\"");
	if (s->mapcount >= 0) {
		say(",%ld,\"", s->mapcount);
		say_letters(s->kind, kind_letters);
		say("\"");
	}
	if (s->large)
		say(",%llu", (unsigned long long)s->pfn);
	say("]");
	*first = false;
}

static bool continues(const struct run *run, unsigned long page, const struct sight *s)
{
	if (!run->count || run->page + run->count != page || run->sight.flags != s->flags ||
	    run->sight.mapcount != s->mapcount || run->sight.kind != s->kind)
		return false;
	return !s->large || (!s->head && s->pfn == run->sight.pfn + run->count);
}

/* Of tail pages some kernels report the head's PG_anon_exclusive, so it is read of small folios only. */
static void look_at_folio(struct sight *s, uint64_t flags, uint64_t mapcount)
{
	s->mapcount = mapcount;
	s->large = flags & (KPF_THP | KPF_HUGE);
	s->head = flags & KPF_COMPOUND_HEAD;
	s->kind = letter_if(flags & KPF_THP, kind_letters, 'T') | letter_if(flags & KPF_HUGE, kind_letters, 'L') |
		  letter_if(flags & KPF_ANON, kind_letters, 'a') | letter_if(flags & KPF_ZERO_PAGE, kind_letters, 'z') |
		  letter_if(!s->large && (flags & KPF_ANON) && (flags & KPF_OWNER_2), kind_letters, 'E');
}

static struct sight look_at_page(int i, uint64_t categories)
{
	uint64_t word = scratch->pagemap[i];
	struct sight s = { .mapcount = -1, .pfn = PM_PFRAME(word) };

	if (!word && !categories)
		return s;
	/* Of hugetlb, what is not there is huge as well. */
	s.flags = letter_if(word & (PM_PRESENT | PM_SWAP) && categories & PAGE_IS_HUGE, flag_letters, 'H') |
		  letter_if(word & PM_PRESENT, flag_letters, 'P') | letter_if(word & PM_SWAP, flag_letters, 'S') |
		  letter_if(word & PM_FILE, flag_letters, 'F') |
		  letter_if(word & PM_MMAP_EXCLUSIVE, flag_letters, 'X') |
		  letter_if(categories & PAGE_IS_PFNZERO, flag_letters, 'Z') |
		  letter_if(word & PM_UFFD_WP, flag_letters, 'W') |
		  letter_if(word & PM_GUARD_REGION, flag_letters, 'G');
	if (view_level > 0 && (word & PM_PRESENT))
		look_at_folio(&s, scratch->flags[i], scratch->mapcounts[i]);
	return s;
}

/* Frames that follow each other are read at once. */
static void read_folios(int pages)
{
	const uint64_t *pagemap = scratch->pagemap;

	for (int i = 0, end; i < pages; i = end) {
		uint64_t pfn = PM_PFRAME(pagemap[i]);

		end = i + 1;
		if (!(pagemap[i] & PM_PRESENT))
			continue;
		while (end < pages && (pagemap[end] & PM_PRESENT) && PM_PFRAME(pagemap[end]) == pfn + (end - i))
			end++;
		size_t size = (end - i) * sizeof(uint64_t);

		memset(scratch->mapcounts + i, 0, size);
		memset(scratch->flags + i, 0, size);
		/* device memory has no page behind its frames: both stay 0 then */
		if (pread(kpagecount_fd, scratch->mapcounts + i, size, pfn * sizeof(uint64_t)) < 0 ||
		    pread(kpageflags_fd, scratch->flags + i, size, pfn * sizeof(uint64_t)) < 0)
			continue;
	}
}

/* The parts of the range that are huge or the zero page; 0 also where the kernel has no PAGEMAP_SCAN. */
static int scan(const struct process *p, unsigned long page, int pages)
{
	struct pm_scan_arg arg = {
		.size = sizeof arg,
		.start = BASE + page * PAGE_SIZE,
		.end = BASE + (page + pages) * PAGE_SIZE,
		.vec = (uintptr_t)scratch->regions,
		.vec_len = ARRAY_SIZE(scratch->regions),
		.category_anyof_mask = PAGE_IS_HUGE | PAGE_IS_PFNZERO,
		.return_mask = PAGE_IS_HUGE | PAGE_IS_PFNZERO,
	};
	int n = ioctl(p->pagemap_fd, PAGEMAP_SCAN, &arg);

	return n < 0 ? 0 : n;
}

static void look_at_chunk(const struct process *p, unsigned long page, int pages, struct run *run, bool *first)
{
	int regions = scan(p, page, pages), region = 0;
	ssize_t size = pages * sizeof(uint64_t);
	unsigned int seen = letter_if(true, flag_letters, 'H') | letter_if(true, flag_letters, 'P') |
			    letter_if(true, flag_letters, 'S') | letter_if(true, flag_letters, 'W');

	if (pread(p->pagemap_fd, scratch->pagemap, size, (BASE / PAGE_SIZE + page) * sizeof(uint64_t)) != size)
		memset(scratch->pagemap, 0, size);
	if (view_level > 0)
		read_folios(pages);
	for (int i = 0; i < pages; i++) {
		uint64_t at = BASE + (page + i) * PAGE_SIZE;

		while (region < regions && scratch->regions[region].end <= at)
			region++;
		bool inside = region < regions && scratch->regions[region].start <= at;
		struct sight s = look_at_page(i, inside ? scratch->regions[region].categories : 0);

		if (!(s.flags & seen))
			continue;
		if (continues(run, page + i, &s)) {
			run->count++;
			continue;
		}
		say_run(run, first);
		*run = (struct run){ .page = page + i, .count = 1, .sight = s };
	}
}

static void say_runs(const struct process *p)
{
	bool first = true;

	for (int w = 0; w < window_count; w++) {
		unsigned long end = windows[w].page + windows[w].count;
		struct run run = { 0 };

		for (unsigned long page = windows[w].page; page < end; page += CHUNK_PAGES)
			look_at_chunk(p, page, end - page < CHUNK_PAGES ? end - page : CHUNK_PAGES, &run, &first);
		say_run(&run, &first);
	}
}
