/* An operation, and how a line of the trace says it. */

#define WORKERS_MAX 16
#define OBJECTS_MAX 16
#define HOLDS_MAX 8
#define PATH_MAX_HERE 256
/* Pages of the place for traces that are memory of a guest: 2 GiB, which it can name in 32 bits. */
#define GUEST_PAGES (1ul << 19)

enum kind {
	MAP, READ, WRITE, MPROTECT, MUNMAP, MADVISE, MREMAP, MREMAP_READ, FORK, EXIT, PIN, SPLICE, MOVE,
	VM_READ, MBIND, MBIND_DEFAULT, MBIND_MOVE, READ_PROC, MEM_READ, MEM_WRITE, MINCORE, MOVE_PAGES,
	MLOCK, MLOCK_LATER, MUNLOCK, CLEAR_REFS, USERFAULTFD_API, USERFAULTFD_REGISTER, USERFAULTFD_UNREGISTER, USERFAULTFD_COPY, USERFAULTFD_COPY_WP,
	USERFAULTFD_CONTINUE, USERFAULTFD_POISON, USERFAULTFD_PROTECT, USERFAULTFD_UNPROTECT,
	VM, GUEST_READ, GUEST_WRITE, /* of a worker, up to here */
	OBJECT, TRUNCATE, RESIZE, ALLOCATE, PUNCH, VFIO_MEMORY, UNPIN, CLOSE_ALL, /* of the steward, who keeps the objects */
	SMAPS, /* of the coordinator */
	READY, /* of anyone: nothing */
};

enum backing { MEMFD, MEMFD_HUGE, HUGETLB, HUGETLB_1G, OPEN, CREATE, WRITTEN, HOLE, VFIO, SYSFS };

struct operation {
	enum kind kind;
	int worker;
	unsigned long page, count, to;
	unsigned long around, around_count; /* what is registered for a move: all of the VMAs that it goes to */
	int value, prot, advice; /* advice: 0 is none */
	unsigned long features, modes; /* of a userfaultfd */
	bool anon, private, reserve;
	int object, hold;
	enum backing backing;
	int bar;
	bool on;
	char path[PATH_MAX_HERE]; /* or a PCI address */
};

struct word_value {
	const char *word;
	int value;
};

static const struct word_value advices[] = {
	{ "dontneed", MADV_DONTNEED }, { "free", MADV_FREE }, { "remove", MADV_REMOVE },
	{ "dontfork", MADV_DONTFORK }, { "dofork", MADV_DOFORK }, { "wipeonfork", MADV_WIPEONFORK },
	{ "hugepage", MADV_HUGEPAGE }, { "nohugepage", MADV_NOHUGEPAGE }, { "collapse", MADV_COLLAPSE },
	{ "pageout", MADV_PAGEOUT }, { "cold", MADV_COLD }, { "populate-read", MADV_POPULATE_READ },
	{ "populate-write", MADV_POPULATE_WRITE }, { "guard", MADV_GUARD_INSTALL }, { "unguard", MADV_GUARD_REMOVE },
};

static const struct word_value protections[] = {
	{ "none", PROT_NONE }, { "r", PROT_READ }, { "rw", PROT_READ | PROT_WRITE },
};

static const struct word_value switches[] = { { "on", true }, { "off", false } };

static const struct word_value proc_files[] = { { "smaps", 0 }, { "numa_maps", 1 }, { "pagemap", 2 } };

static const struct word_value uffd_features[] = {
	{ "wp-hugetlbfs", UFFD_FEATURE_WP_HUGETLBFS_SHMEM }, { "exact-address", UFFD_FEATURE_EXACT_ADDRESS },
};

static const struct word_value uffd_modes[] = {
	{ "missing", UFFDIO_REGISTER_MODE_MISSING }, { "minor", UFFDIO_REGISTER_MODE_MINOR },
	{ "wp", UFFDIO_REGISTER_MODE_WP },
};

static const struct word_value mappings[] = { { "anon", 0 }, { "shared", MAP_SHARED }, { "private", MAP_PRIVATE } };

/* What follows the name, a letter a word: see operand(). */
static const struct {
	const char *word, *operands;
	enum kind kind;
} verbs[] = {
	{ "map", "pcm", MAP }, { "read", "pc", READ }, { "write", "pcv", WRITE },
	{ "mprotect", "pcr", MPROTECT }, { "munmap", "pc", MUNMAP }, { "madvise", "pca", MADVISE },
	{ "mremap", "pct", MREMAP }, { "mremap-read", "pct", MREMAP_READ }, { "fork", "", FORK },
	{ "exit", "", EXIT }, { "pin", "kpc", PIN }, { "splice", "kpc", SPLICE }, { "unpin", "k", UNPIN },
	{ "move", "pctw", MOVE }, { "vm-read", "pc", VM_READ }, { "mbind", "pc", MBIND }, { "clear-refs", "", CLEAR_REFS },
	{ "vm", "", VM }, { "guest-read", "pcg", GUEST_READ }, { "guest-write", "pcvg", GUEST_WRITE },
	{ "object", "b", OBJECT }, { "truncate", "on", TRUNCATE }, { "punch", "ont", PUNCH }, { "vfio-memory", "os", VFIO_MEMORY },
	{ "smaps", "", SMAPS },
	{ "mbind-default", "pc", MBIND_DEFAULT }, { "mbind-move", "pc", MBIND_MOVE }, { "read-proc", "qpc", READ_PROC },
	{ "mem-read", "pc", MEM_READ }, { "mem-write", "pcv", MEM_WRITE }, { "mincore", "pc", MINCORE },
	{ "move-pages", "pc", MOVE_PAGES }, { "mlock", "pc", MLOCK }, { "mlock-later", "pc", MLOCK_LATER },
	{ "munlock", "pc", MUNLOCK }, { "uffd-api", "u", USERFAULTFD_API }, { "uffd-register", "pcd", USERFAULTFD_REGISTER },
	{ "uffd-unregister", "pc", USERFAULTFD_UNREGISTER }, { "uffd-copy", "pcv", USERFAULTFD_COPY },
	{ "uffd-copy-wp", "pcv", USERFAULTFD_COPY_WP }, { "uffd-continue", "pc", USERFAULTFD_CONTINUE },
	{ "uffd-poison", "pc", USERFAULTFD_POISON }, { "uffd-protect", "pc", USERFAULTFD_PROTECT },
	{ "uffd-unprotect", "pc", USERFAULTFD_UNPROTECT }, { "resize", "on", RESIZE }, { "allocate", "ont", ALLOCATE },
};

static const struct {
	const char *word, *operands;
	enum backing backing;
} backings[] = {
	{ "memfd", "n", MEMFD }, { "memfd-huge", "n", MEMFD_HUGE }, { "hugetlb", "n", HUGETLB },
	{ "hugetlb-1G", "n", HUGETLB_1G }, { "open", "f", OPEN },
	{ "create", "fn", CREATE }, { "written", "fn", WRITTEN }, { "hole", "fn", HOLE }, { "vfio", "fi", VFIO }, { "sysfs", "fi", SYSFS },
};

/* One line being read; why it is bad, when it is. */
struct line {
	char *rest;
	const char *bad;
};

static const char *next_word(struct line *l)
{
	char *word = l->rest + strspn(l->rest, " \t\r");

	l->rest = word + strcspn(word, " \t\r");
	if (*l->rest)
		*l->rest++ = 0;
	return word;
}

static unsigned long number(struct line *l, unsigned long min, unsigned long max)
{
	const char *word = next_word(l);
	char *end;
	unsigned long n = strtoul(word, &end, 10);

	if (*word < '0' || *word > '9' || *end || n < min || n > max)
		l->bad = *word ? "a number is out of range or no number" : "a number is missing";
	return n;
}

static int one_of(struct line *l, const char *word, const struct word_value *table, size_t size)
{
	for (size_t i = 0; i < size; i++)
		if (!strcmp(word, table[i].word))
			return table[i].value;
	l->bad = *word ? "unknown word" : "a word is missing";
	return 0;
}

/* anon, shared O OFFSET or private O OFFSET, then ro, reserve (no MAP_NORESERVE) and an advice, if wanted */
static void mapping_words(struct line *l, struct operation *op)
{
	int flag = one_of(l, next_word(l), mappings, ARRAY_SIZE(mappings));
	const char *word;

	op->anon = !flag;
	op->private = flag != MAP_SHARED;
	op->prot = PROT_READ | PROT_WRITE;
	if (!op->anon) {
		op->object = number(l, 0, OBJECTS_MAX - 1);
		op->to = number(l, 0, PAGES_MAX);
	}
	while (*(word = next_word(l)) && !l->bad) {
		if (!strcmp(word, "ro"))
			op->prot = PROT_READ;
		else if (!strcmp(word, "reserve"))
			op->reserve = true;
		else if (strcmp(word, "hugepage") && strcmp(word, "nohugepage"))
			l->bad = "unknown word";
		else
			op->advice = one_of(l, word, advices, ARRAY_SIZE(advices));
	}
}

static void operand(struct line *l, char letter, struct operation *op);

static void object_words(struct line *l, struct operation *op)
{
	op->object = number(l, 0, OBJECTS_MAX - 1);
	const char *word = next_word(l);

	for (size_t i = 0; i < ARRAY_SIZE(backings); i++)
		if (!strcmp(word, backings[i].word)) {
			op->backing = backings[i].backing;
			for (const char *letter = backings[i].operands; *letter; letter++)
				operand(l, *letter, op);
			return;
		}
	l->bad = "unknown kind of object";
}

static void path_word(struct line *l, struct operation *op)
{
	const char *word = next_word(l);

	if (!*word || strlen(word) >= sizeof op->path)
		l->bad = "a path is missing or too long";
	else
		strcpy(op->path, word);
}

/* Features, a word each, to the end of the line. */
static void feature_words(struct line *l, struct operation *op)
{
	const char *word;

	while (*(word = next_word(l)) && !l->bad)
		op->features |= one_of(l, word, uffd_features, ARRAY_SIZE(uffd_features));
}

/* Modes with + between them. */
static void mode_word(struct line *l, struct operation *op)
{
	char *word = (char *)next_word(l), *rest = word;

	for (word = strsep(&rest, "+"); word && !l->bad; word = strsep(&rest, "+"))
		op->modes |= one_of(l, word, uffd_modes, ARRAY_SIZE(uffd_modes));
}

/* No word of its own: what was read before must lie in the memory of a guest. */
static void guest_has(struct line *l, const struct operation *op)
{
	if (op->page + op->count > GUEST_PAGES)
		l->bad = "the memory of a guest ends before that";
}

static void operand(struct line *l, char letter, struct operation *op)
{
	switch (letter) {
	case 'p': op->page = number(l, 0, PAGES_MAX - 1); break;
	case 'c': op->count = number(l, 1, PAGES_MAX - op->page); break;
	case 't': op->to = number(l, 0, PAGES_MAX - op->count); break;
	case 'w': op->around = number(l, 0, op->to); op->around_count = number(l, 1, PAGES_MAX - op->around); break;
	case 'g': guest_has(l, op); break;
	case 'n': op->count = number(l, 0, PAGES_MAX); break;
	case 'v': op->value = number(l, 1, 255); break;
	case 'k': op->hold = number(l, 0, HOLDS_MAX - 1); break;
	case 'o': op->object = number(l, 0, OBJECTS_MAX - 1); break;
	case 'i': op->bar = number(l, 0, 5); break;
	case 'r': op->prot = one_of(l, next_word(l), protections, ARRAY_SIZE(protections)); break;
	case 'a': op->advice = one_of(l, next_word(l), advices, ARRAY_SIZE(advices)); break;
	case 's': op->on = one_of(l, next_word(l), switches, ARRAY_SIZE(switches)); break;
	case 'f': path_word(l, op); break;
	case 'q': op->value = one_of(l, next_word(l), proc_files, ARRAY_SIZE(proc_files)); break;
	case 'm': mapping_words(l, op); break;
	case 'u': feature_words(l, op); break;
	case 'd': mode_word(l, op); break;
	case 'b': object_words(l, op); break;
	}
}

static bool of_a_worker(enum kind kind)
{
	return kind <= GUEST_WRITE;
}

/* [pN] VERB OPERANDS; what is wrong with it, or NULL. */
static const char *parse_operation(char *text, struct operation *op)
{
	struct line l = { .rest = text };
	const char *word = next_word(&l);
	bool named = word[0] == 'p' && word[1] >= '0' && word[1] <= '9';

	memset(op, 0, sizeof *op);
	if (named) {
		struct line digits = { .rest = (char *)word + 1 };

		op->worker = number(&digits, 0, WORKERS_MAX - 1);
		if (digits.bad)
			return "no worker has this number";
		word = next_word(&l);
	}
	for (size_t i = 0; i < ARRAY_SIZE(verbs); i++) {
		if (strcmp(word, verbs[i].word))
			continue;
		op->kind = verbs[i].kind;
		if (named && !of_a_worker(op->kind))
			return "this operation is of no worker";
		for (const char *letter = verbs[i].operands; *letter && !l.bad; letter++)
			operand(&l, *letter, op);
		return l.bad ? l.bad : *next_word(&l) ? "too many words" : NULL;
	}
	return "unknown operation";
}
