/*
 * What /proc does not tell: the entries of the page tables themselves, references and pins of the folios
 * behind them, and deposited tables.  It is the only view of VM_PFNMAP.  Root, x86-64, and a kernel with
 * kcore, kallsyms and BTF.
 */

#define _PAGE_PRESENT (1ull << 0)
#define _PAGE_RW (1ull << 1)
#define _PAGE_PWT (1ull << 3)
#define _PAGE_PCD (1ull << 4)
#define _PAGE_ACCESSED (1ull << 5)
#define _PAGE_DIRTY (1ull << 6)
#define _PAGE_PSE (1ull << 7)
#define _PAGE_PAT (1ull << 7)
#define _PAGE_PROTNONE (1ull << 8)
#define _PAGE_SPECIAL (1ull << 9)
#define _PAGE_UFFD_WP (1ull << 10)
#define _PAGE_PAT_LARGE (1ull << 12)
/* Zero in a huge entry, unless pte_modify() inverted it together with the frame, as it does for hugetlb. */
#define _PAGE_INVERTED (1ull << 13)
/* Where the dirty bit stands while the entry cannot be written, and of hugetlb also when it can again; since 6.6. */
#define _PAGE_SAVED_DIRTY (1ull << 58)
#define PTE_PFN_MASK 0x000ffffffffff000ull

#define GUP_PIN_COUNTING_BIAS 1024
#define PUD_PAGES (1ul << 18)
#define PMD_PAGES (1ul << 9)
#define PUDS_MAX (PAGES_MAX / PUD_PAGES)

static struct {
	uint64_t init_task, page_offset, vmemmap, init_top_pgt;
	long tasks, pid, mm, pgd, pmd_huge_pte, lru, tail, refcount, pincount, share_count;
	long page_size;
} layout;

static bool layout_known;

static bool find_layout(void)
{
	static const char *const names[] = { "init_task", "page_offset_base", "vmemmap_base", "init_top_pgt" };
	uint64_t address[ARRAY_SIZE(names)];

	if (!kcore_open() || !btf_open())
		return false;
	find_symbols(names, address, ARRAY_SIZE(names));
	layout.init_task = address[0];
	layout.page_offset = address[1] ? kernel_word(address[1]) : 0xffff888000000000;
	layout.vmemmap = address[2] ? kernel_word(address[2]) : 0xffffea0000000000;
	layout.init_top_pgt = address[3];
	layout.tasks = btf_offset("task_struct", "tasks");
	layout.pid = btf_offset("task_struct", "pid");
	layout.mm = btf_offset("task_struct", "mm");
	layout.pgd = btf_offset("mm_struct", "pgd");
	layout.pmd_huge_pte = btf_offset("ptdesc", "pmd_huge_pte");
	if (layout.pmd_huge_pte < 0)
		layout.pmd_huge_pte = btf_offset("page", "pmd_huge_pte");
	layout.share_count = btf_offset("ptdesc", "pt_share_count"); /* -1: it is the refcount, less 1 */
	layout.lru = btf_offset("page", "lru");
	layout.tail = btf_offset("page", "compound_info");
	if (layout.tail < 0) /* before v7.1 (v6.18 read); in both, bit 0 says that the page is a tail */
		layout.tail = btf_offset("page", "compound_head");
	layout.refcount = btf_offset("page", "_refcount");
	layout.pincount = btf_offset("folio", "_pincount");
	if (layout.pincount < 0) /* before folio had it, it stood in the first tail page */
		layout.pincount = btf_offset("page", "compound_pincount");
	layout.page_size = btf_struct("page") ? btf_struct("page")->size : 0;
	btf_close();
	return layout.init_task && layout.page_offset && layout.vmemmap && layout.page_size && layout.tasks >= 0 &&
	       layout.pid >= 0 && layout.mm >= 0 && layout.pgd >= 0 && layout.pmd_huge_pte >= 0 && layout.lru >= 0 &&
	       layout.refcount >= 0 && layout.pincount >= 0;
}

/* From the youngest task on: that is what is asked for. */
static uint64_t find_mm(pid_t pid)
{
	const int tasks_max = 100000;
	uint64_t task = layout.init_task;

	for (int i = 0; i < tasks_max; i++) {
		task = kernel_word(task + layout.tasks + sizeof(uint64_t)) - layout.tasks;
		if (task == layout.init_task || task + layout.tasks == 0)
			return 0;
		if (kernel_int(task + layout.pid) == pid)
			return kernel_word(task + layout.mm);
	}
	return 0;
}

static uint64_t table_of(uint64_t entry)
{
	return layout.page_offset + (entry & PTE_PFN_MASK);
}

static uint64_t page_of(uint64_t pfn)
{
	return layout.vmemmap + pfn * layout.page_size;
}

/* kcore has no struct pages of device memory, but the memory that they lie in, where the page tables lead. */
static uint64_t device_page_of(uint64_t pfn)
{
	uint64_t address = page_of(pfn), table = layout.init_top_pgt;
	int shift = layout.page_offset < 0xffff800000000000 ? 48 : 39;

	for (;; shift -= 9) {
		uint64_t entry = kernel_word(table + (address >> shift & 511) * sizeof entry);
		uint64_t within = (1ull << shift) - 1;

		if (!(entry & _PAGE_PRESENT))
			return 0;
		if (shift == 12 || (shift < 39 && entry & _PAGE_PSE))
			return layout.page_offset + (entry & PTE_PFN_MASK & ~within) + (address & within);
		table = table_of(entry);
	}
}

/* The table of the PUDs of our PGD slot, or 0; the direct map begins lower where there are five levels. */
static uint64_t pud_table(uint64_t mm)
{
	uint64_t table = kernel_word(mm + layout.pgd);

	if (layout.page_offset < 0xffff800000000000) {
		uint64_t pgd = kernel_word(table + (BASE >> 48) * sizeof pgd);

		if (!(pgd & _PAGE_PRESENT))
			return 0;
		table = table_of(pgd);
	}
	uint64_t entry = kernel_word(table + (BASE >> 39 & 511) * sizeof entry);

	return entry & _PAGE_PRESENT ? table_of(entry) : 0;
}

enum leaf_level { PUD_LEAF, PMD_LEAF, PTE_LEAF };
static const char *const leaf_names[] = { "pud", "pmd", "pte" };
static const char bit_letters[] = "wydsnu";

struct leaf {
	enum leaf_level level;
	unsigned int bits, cache;
	uint64_t word, pfn;
	long refcount, pincount; /* -1: no folio */
	bool large, head;
};

struct leaf_run {
	unsigned long page, count;
	struct leaf leaf;
};

static bool is_leaf(uint64_t entry, enum leaf_level level)
{
	return entry & (_PAGE_PRESENT | _PAGE_PROTNONE) && (level == PTE_LEAF || entry & _PAGE_PSE);
}

/* Of an entry that is not present the frame is inverted, so that no CPU speculates with it; what is below it may be, too. */
static uint64_t leaf_pfn(uint64_t entry, enum leaf_level level)
{
	static const uint64_t pages[] = { PUD_PAGES, PMD_PAGES, 1 };
	uint64_t frame = (entry & _PAGE_PRESENT ? entry : ~entry) & PTE_PFN_MASK;

	return frame / PAGE_SIZE & ~(pages[level] - 1);
}

/* Many pages share a folio, and their words in kpageflags lie side by side. */
static struct {
	uint64_t first_pfn, flags[64];
	uint64_t last_pfn, head_pfn;
	long refcount, pincount;
} folios_seen;

static void forget_folios(void)
{
	folios_seen.first_pfn = folios_seen.last_pfn = folios_seen.head_pfn = ~0ull;
}

static uint64_t flags_of(uint64_t pfn)
{
	const uint64_t many = ARRAY_SIZE(folios_seen.flags), first = pfn / many * many;

	if (folios_seen.first_pfn != first) {
		ssize_t n = pread(kpageflags_fd, folios_seen.flags, sizeof folios_seen.flags, first * sizeof(uint64_t));

		n = n < 0 ? 0 : n;
		memset((char *)folios_seen.flags + n, 0, sizeof folios_seen.flags - n);
		folios_seen.first_pfn = first;
	}
	return folios_seen.flags[pfn - first];
}

/* The way from a tail page to its head has changed more than once in struct page; in kpageflags it has not. */
static uint64_t head_of(uint64_t pfn)
{
	bool next = pfn == folios_seen.last_pfn + 1;

	folios_seen.last_pfn = pfn;
	if (next && flags_of(pfn) & KPF_COMPOUND_TAIL)
		return folios_seen.head_pfn;
	while (flags_of(pfn) & KPF_COMPOUND_TAIL)
		pfn--;
	return pfn;
}

static void read_folio(uint64_t head_pfn, uint64_t head, bool large)
{
	if (head_pfn == folios_seen.head_pfn)
		return;
	folios_seen.head_pfn = head_pfn;
	folios_seen.refcount = kernel_int(head + layout.refcount);
	if (large)
		folios_seen.pincount = kernel_int(head + layout.pincount);
	else
		folios_seen.pincount = folios_seen.refcount / GUP_PIN_COUNTING_BIAS;
}

/*
 * As vm_normal_page() would have it: special entries, zero pages and reserved memory have no folio.  Of device memory
 * kpageflags says nothing, or that it has no page; but a leaf that is not special has a folio, which begins with it, or
 * its pages are small, as those of a file on DAX were before v6.15.
 */
static void count_folio(struct leaf *leaf, bool special)
{
	uint64_t flags = special ? 0 : flags_of(leaf->pfn);
	bool device = !special && !(flags & ~KPF_NOPAGE) && leaf->level != PTE_LEAF;
	uint64_t head;

	leaf->refcount = leaf->pincount = -1;
	if (!device && (!flags || flags & (KPF_NOPAGE | KPF_ZERO_PAGE | KPF_RESERVED)))
		return;
	bool compound = device && kernel_word(device_page_of(leaf->pfn + 1) + layout.tail) & 1;

	leaf->head = device || flags & KPF_COMPOUND_HEAD;
	leaf->large = compound || flags & (KPF_COMPOUND_HEAD | KPF_COMPOUND_TAIL);
	head = device ? leaf->pfn : head_of(leaf->pfn);
	read_folio(head, device ? device_page_of(head) : page_of(head), leaf->large);
	leaf->refcount = folios_seen.refcount;
	leaf->pincount = folios_seen.pincount;
}

static struct leaf look_at_leaf(uint64_t entry, enum leaf_level level)
{
	uint64_t pat = level == PTE_LEAF ? _PAGE_PAT : _PAGE_PAT_LARGE;
	struct leaf leaf = { .level = level, .word = entry, .pfn = leaf_pfn(entry, level) };

	if (level != PTE_LEAF && !(entry & _PAGE_PRESENT) && entry & _PAGE_INVERTED)
		entry ^= _PAGE_PAT_LARGE;
	leaf.bits = letter_if(entry & _PAGE_RW, bit_letters, 'w') | letter_if(entry & _PAGE_ACCESSED, bit_letters, 'y') |
		    letter_if(entry & (_PAGE_DIRTY | _PAGE_SAVED_DIRTY), bit_letters, 'd') | letter_if(entry & _PAGE_SPECIAL, bit_letters, 's') |
		    letter_if(!(entry & _PAGE_PRESENT), bit_letters, 'n') |
		    letter_if(entry & _PAGE_UFFD_WP, bit_letters, 'u');
	leaf.cache = (entry & pat ? 4 : 0) | (entry & _PAGE_PCD ? 2 : 0) | (entry & _PAGE_PWT ? 1 : 0);
	count_folio(&leaf, entry & _PAGE_SPECIAL);
	return leaf;
}

static void say_leaf_run(const struct leaf_run *run, bool *first)
{
	const struct leaf *leaf = &run->leaf;

	if (!run->count)
		return;
	say("%s[%lu,%lu,\"%s\",\"", *first ? "" : ",", run->page, run->count, leaf_names[leaf->level]);
	say_letters(leaf->bits, bit_letters);
	say("c%u\",%ld,%ld,\"%#lx\"]", leaf->cache, leaf->refcount, leaf->pincount, leaf->word);
	*first = false;
}

/* A huge leaf is a run of its own. */
static bool leaf_continues(const struct leaf_run *run, unsigned long page, const struct leaf *leaf)
{
	const struct leaf *begun = &run->leaf;

	if (!run->count || run->page + run->count != page || leaf->level != PTE_LEAF || begun->level != PTE_LEAF ||
	    (begun->word ^ leaf->word) & ~PTE_PFN_MASK || begun->refcount != leaf->refcount ||
	    begun->pincount != leaf->pincount || begun->large != leaf->large)
		return false;
	return !leaf->large || (!leaf->head && leaf->pfn == begun->pfn + run->count);
}

struct walk {
	struct leaf_run run;
	bool first;
	int deposited[PUDS_MAX]; /* tables, by PMD table */
	int shared[PUDS_MAX]; /* others who have the PMD table (of hugetlb) */
};

static void see_leaf(struct walk *w, unsigned long page, unsigned long count, uint64_t entry, enum leaf_level level)
{
	struct leaf leaf = look_at_leaf(entry, level);

	if (leaf_continues(&w->run, page, &leaf)) {
		w->run.count++;
		return;
	}
	say_leaf_run(&w->run, &w->first);
	w->run = (struct leaf_run){ .page = page, .count = count, .leaf = leaf };
}

/* They hang on the page of the PMD table in a ring. */
static int count_deposited(uint64_t pmd_table)
{
	const int tables_max = 512;
	uint64_t first = kernel_word(page_of((pmd_table - layout.page_offset) / PAGE_SIZE) + layout.pmd_huge_pte);
	uint64_t table = first;
	int n = 0;

	while (table && n < tables_max) {
		n++;
		table = kernel_word(table + layout.lru);
		table = table ? table - layout.lru : 0;
		if (table == first)
			break;
	}
	return n;
}

static int count_sharing(uint64_t pmd_table)
{
	uint64_t page = page_of((pmd_table - layout.page_offset) / PAGE_SIZE);

	return layout.share_count >= 0 ? kernel_int(page + layout.share_count) : kernel_int(page + layout.refcount) - 1;
}

static unsigned long end_of_entry(unsigned long page, unsigned long entry_pages, unsigned long end)
{
	unsigned long next = (page / entry_pages + 1) * entry_pages;

	return next < end ? next : end;
}

static void walk_ptes(struct walk *w, uint64_t table, unsigned long page, unsigned long end)
{
	uint64_t *entries = scratch->ptes;

	if (!kernel_read(table, entries, PAGE_SIZE))
		return;
	for (; page < end; page++)
		if (is_leaf(entries[page % PMD_PAGES], PTE_LEAF))
			see_leaf(w, page, 1, entries[page % PMD_PAGES], PTE_LEAF);
}

static void walk_pmds(struct walk *w, uint64_t table, unsigned long page, unsigned long end)
{
	uint64_t *entries = scratch->pmds;

	w->deposited[page / PUD_PAGES] = count_deposited(table);
	w->shared[page / PUD_PAGES] = count_sharing(table);
	if (!kernel_read(table, entries, PAGE_SIZE))
		return;
	for (unsigned long next; page < end; page = next) {
		uint64_t entry = entries[page / PMD_PAGES % 512];

		next = end_of_entry(page, PMD_PAGES, end);
		if (is_leaf(entry, PMD_LEAF))
			see_leaf(w, page, next - page, entry, PMD_LEAF);
		else if (entry & _PAGE_PRESENT)
			walk_ptes(w, table_of(entry), page, next);
	}
}

static void walk_puds(struct walk *w, uint64_t table, unsigned long page, unsigned long end)
{
	for (unsigned long next; page < end; page = next) {
		uint64_t entry = kernel_word(table + page / PUD_PAGES * sizeof entry);

		next = end_of_entry(page, PUD_PAGES, end);
		if (is_leaf(entry, PUD_LEAF))
			see_leaf(w, page, next - page, entry, PUD_LEAF);
		else if (entry & _PAGE_PRESENT)
			walk_pmds(w, table_of(entry), page, next);
	}
}

/* New pages wait in a batch that holds a reference each; MADV_COLD empties the batch of this CPU first. */
static void drain_lru_batches(void)
{
	madvise(scratch, PAGE_SIZE, MADV_COLD);
}

/* A count of each PMD table that has one: the first page of what the table covers goes before it. */
static void say_tables(const int *counts)
{
	bool first = true;

	for (unsigned long i = 0; i < PUDS_MAX; i++)
		if (counts[i]) {
			say("%s[%lu,%d]", first ? "" : ",", i * PUD_PAGES, counts[i]);
			first = false;
		}
}

static void say_page_tables(const struct process *p)
{
	uint64_t table = p->mm ? pud_table(p->mm) : 0;
	struct walk w = { .first = true };

	drain_lru_batches();
	forget_folios();
	say(",\"k\":[");
	for (int i = 0; table && i < window_count; i++) {
		w.run.count = 0;
		walk_puds(&w, table, windows[i].page, windows[i].page + windows[i].count);
		say_leaf_run(&w.run, &w.first);
	}
	say("],\"dep\":[");
	say_tables(w.deposited);
	if (pool_watched != NO_POOL) {
		say("],\"share\":[");
		say_tables(w.shared);
	}
	say("]");
}

/* Whether the reader finds the frame that pagemap shows; a wrong layout would rather show in nothing else. */
static bool finds_kept_page(uint64_t mm, uint64_t pfn)
{
	uint64_t table = mm ? pud_table(mm) : 0, entry = table;

	for (int shift = 30; shift >= 12 && entry; shift -= 9) {
		entry = kernel_word(table + (KEPT_PAGE >> shift & 511) * sizeof entry);
		table = table_of(entry);
	}
	return entry && leaf_pfn(entry, PTE_LEAF) == pfn;
}
