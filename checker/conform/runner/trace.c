/* The trace: its lines one by one, and what can be said against them before anything is played. */

#define WINDOWS_MAX 8
#define LINE_MAX_HERE 512

struct window {
	unsigned long page, count;
};

enum line_kind { BLANK, SEQ, WATCH, OPERATION };

/* A place in the trace, and what the sequence has named so far. */
struct reader {
	const char *next;
	int line_number;
	bool in_seq;
	int operations, forks, windows;
	unsigned int objects;
	/* of the line last read */
	char text[LINE_MAX_HERE]; /* without blanks at either end */
	struct window window;
	struct operation operation;
};

static bool names_an_object(const struct operation *op)
{
	return (op->kind == MAP && !op->anon) || op->kind == TRUNCATE || op->kind == RESIZE ||
	       op->kind == ALLOCATE || op->kind == PUNCH ||
	       op->kind == VFIO_MEMORY;
}

static const char *check_operation(struct reader *r)
{
	const struct operation *op = &r->operation;

	if (!r->in_seq)
		return "an operation stands before the first seq";
	r->operations++;
	if (op->worker > r->forks)
		return "no worker has this number yet";
	if (op->kind == FORK && ++r->forks >= WORKERS_MAX)
		return "too many forks in one sequence";
	if (op->kind == OBJECT && r->objects >> op->object & 1)
		return "this object is there already";
	if (op->kind == OBJECT)
		r->objects |= 1u << op->object;
	if (names_an_object(op) && !(r->objects >> op->object & 1))
		return "no object has this number yet";
	return NULL;
}

static const char *check_watch(struct reader *r, struct line *l)
{
	r->window.page = number(l, 0, PAGES_MAX - 1);
	r->window.count = number(l, 1, PAGES_MAX - r->window.page);
	if (l->bad)
		return l->bad;
	if (!r->in_seq || r->operations)
		return "watch belongs right behind seq";
	if (++r->windows > WINDOWS_MAX)
		return "too many watch lines in one sequence";
	return *next_word(l) ? "too many words" : NULL;
}

static const char *check_seq(struct reader *r, struct line *l)
{
	const char *name = next_word(l);

	r->in_seq = true;
	r->operations = r->forks = r->windows = 0;
	r->objects = 0;
	if (!*name)
		return "the sequence has no name";
	memmove(r->text, name, strlen(name) + 1);
	return *next_word(l) ? "too many words" : NULL;
}

static const char *read_line(struct reader *r, enum line_kind *kind)
{
	char words[LINE_MAX_HERE];
	struct line l = { .rest = words };

	strcpy(words, r->text);
	const char *first = next_word(&l);

	*kind = BLANK;
	if (!*first)
		return NULL;
	*kind = SEQ;
	if (!strcmp(first, "seq"))
		return check_seq(r, &l);
	*kind = WATCH;
	if (!strcmp(first, "watch"))
		return check_watch(r, &l);
	*kind = OPERATION;
	strcpy(words, r->text);
	const char *bad = parse_operation(words, &r->operation);

	return bad ? bad : check_operation(r);
}

/* The next line that is not blank; false at the end, or where *bad says what is wrong. */
static bool next_line(struct reader *r, enum line_kind *kind, const char **bad)
{
	*bad = NULL;
	while (*r->next) {
		const char *from = r->next + strspn(r->next, " \t\r");
		size_t length = strcspn(from, "\n");

		r->line_number++;
		r->next = from + length + (from[length] == '\n');
		while (length && strchr(" \t\r", from[length - 1]))
			length--;
		if (*from == '#')
			continue;
		if (length >= sizeof r->text) {
			*bad = "the line is too long";
			return false;
		}
		memcpy(r->text, from, length);
		r->text[length] = 0;
		*bad = read_line(r, kind);
		if (*bad || *kind != BLANK)
			return !*bad;
	}
	return false;
}

/* Everything is looked at before anything is played; 0 when nothing is wrong. */
static int check_trace(const char *trace)
{
	struct reader r = { .next = trace };
	enum line_kind kind;
	const char *bad;

	while (next_line(&r, &kind, &bad))
		;
	if (!bad)
		return 0;
	fprintf(stderr, "line %d: %s\n", r.line_number, bad);
	return -1;
}
