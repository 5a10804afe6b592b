/* Reads the trace, makes the process as still as it can be, and plays one sequence after the other. */

/* A look at /proc can hang as well; nothing of a step takes this long, whatever it waits for. */
#define STEP_SECONDS 60

/* Killed first, then waited for: not every init takes care of orphans at once. */
static void end_everyone(void)
{
	for (int i = 0; i < process_count; i++)
		if (processes[i].alive)
			kill(processes[i].pid, SIGKILL);
	kill_and_reap(steward_pid);
	for (int i = 0; i < process_count; i++)
		if (processes[i].alive)
			reap(processes[i].pid);
}

static void on_end_signal(int signal)
{
	static const char late[] = "a step took too long; the runner gives up\n";

	if (getpid() != coordinator)
		_exit(1);
	if (steward_pid > 0)
		end_everyone();
	if (signal == SIGALRM && write(STDERR_FILENO, late, sizeof late - 1) < 0)
		_exit(3);
	_exit(signal == SIGALRM ? 3 : 128 + signal);
}

static void on_child(int signal)
{
	/* only here so that a wait ends at once when a worker does */
	(void)signal;
}

static void install_handlers(void)
{
	struct sigaction end = { .sa_handler = on_end_signal }, child = { .sa_handler = on_child };

	sigaction(SIGINT, &end, NULL);
	sigaction(SIGTERM, &end, NULL);
	sigaction(SIGALRM, &end, NULL);
	sigaction(SIGCHLD, &child, NULL);
}

/* Addresses have to be the same in every run, and one CPU keeps per-CPU caches out of sight. */
static void be_still(char **argv)
{
	cpu_set_t one;
	int cpu = sched_getcpu();

	if (!(personality(0xffffffff) & ADDR_NO_RANDOMIZE) && personality(ADDR_NO_RANDOMIZE) >= 0)
		execv("/proc/self/exe", argv);
	CPU_ZERO(&one);
	CPU_SET(cpu < 0 ? 0 : cpu, &one);
	sched_setaffinity(0, sizeof one, &one);
}

static void *buffer(size_t size, int flags)
{
	void *at = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_ANONYMOUS | flags, -1, 0);

	if (at == MAP_FAILED) {
		perror("mmap");
		exit(2);
	}
	return at;
}

/* All of a file or a pipe, in memory that workers do not inherit. */
static const char *read_trace(int fd)
{
	size_t size = 1 << 20, length = 0;
	char *text = buffer(size, MAP_PRIVATE);
	ssize_t n;

	while ((n = read(fd, text + length, size - 1 - length)) != 0) {
		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0) {
			perror("the trace cannot be read");
			exit(2);
		}
		length += n;
		if (length < size - 1)
			continue;
		text = mremap(text, size, 2 * size, MREMAP_MAYMOVE);
		if (text == MAP_FAILED) {
			perror("mremap");
			exit(2);
		}
		size *= 2;
	}
	madvise(text, size, MADV_DONTFORK);
	return text;
}

/* The stack is made as deep as it will ever be. */
static void touch_stack(void)
{
	volatile char deep[256 << 10];

	for (size_t i = 0; i < sizeof deep; i += PAGE_SIZE)
		deep[i] = 0;
}

/* Program and heap; what of it can be written is made private now, and what a worker has to populate is noted. */
static bool note_image(const struct vma_line *vma, void *with)
{
	(void)with;
	if (vma->end > (unsigned long)sbrk(0) || image_count == (int)ARRAY_SIZE(image) - 1)
		return false;
	if (vma->prot[0] != 'r')
		return true;
	if (vma->prot[1] == 'w')
		madvise((void *)vma->start, vma->end - vma->start, MADV_POPULATE_WRITE);
	image[image_count].start = vma->start;
	image[image_count++].end = vma->end;
	return true;
}

/* From here on, nothing of the coordinator changes that a worker would inherit. */
static void settle_image(void)
{
	char *kept = mmap((void *)KEPT_PAGE, PAGE_SIZE, PROT_READ | PROT_WRITE,
			  MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED_NOREPLACE, -1, 0);

	if (kept == MAP_FAILED) {
		perror("the kept page");
		exit(2);
	}
	madvise(kept, PAGE_SIZE, MADV_NOHUGEPAGE);
	*kept = 1;
	touch_stack();
	int fd = open("/proc/self/maps", O_RDONLY | O_CLOEXEC);

	for_each_vma(fd, note_image, NULL);
	close(fd);
	image[image_count].start = (unsigned long)shared;
	image[image_count++].end = (unsigned long)(shared + 1);
}

static void play_all(const char *trace)
{
	struct reader r = { .next = trace };
	struct counters before = { 0 }, after;
	char name[LINE_MAX_HERE] = "";
	enum line_kind kind;
	const char *bad;
	int step = 0;
	bool more = next_line(&r, &kind, &bad);

	while (more) {
		alarm(STEP_SECONDS);
		if (kind == SEQ) {
			strcpy(name, r.text);
			say_seq(name);
			read_counters(&before);
			window_count = step = 0;
			pool_watched = NO_POOL;
			begin_sequence();
		} else if (kind == WATCH) {
			windows[window_count++] = r.window;
		} else {
			struct answer answer = play(&r.operation);

			if (r.operation.kind == OBJECT)
				watch_pool(r.operation.backing);
			say_step(step++, r.text, &r.operation, &answer);
		}
		more = next_line(&r, &kind, &bad);
		if (!more || kind == SEQ) {
			end_sequence();
			read_counters(&after);
			say_end(name, &before, &after);
		}
	}
}

static int usage(void)
{
	fprintf(stderr, "usage: runner [-o FILE] [-q] [FILE]\n");
	return 2;
}

/* A file that is named comes before the trace that is built in, and that before stdin. */
static const char *find_trace(const char *path)
{
	int fd = path ? open(path, O_RDONLY | O_CLOEXEC) : STDIN_FILENO;

	if (fd < 0) {
		perror(path);
		exit(2);
	}
	return path || !*embedded ? read_trace(fd) : embedded;
}

int main(int argc, char **argv)
{
	const char *out = NULL;
	int option;

	be_still(argv);
	while ((option = getopt(argc, argv, "o:q")) != -1) {
		if (option == '?')
			return usage();
		quiet |= option == 'q';
		out = option == 'o' ? optarg : out;
	}
	if (argc - optind > 1)
		return usage();
	const char *trace = find_trace(argv[optind]);

	if (check_trace(trace))
		return 2;
	if (out && (out_fd = open(out, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666)) < 0) {
		perror(out);
		return 2;
	}
	out_is_terminal = isatty(out_fd);
	coordinator = getpid();
	install_handlers();
	alarm(STEP_SECONDS);
	scratch = buffer(sizeof *scratch, MAP_PRIVATE);
	madvise(scratch, sizeof *scratch, MADV_DONTFORK);
	shared = buffer(sizeof *shared, MAP_SHARED);
	for (int i = 0; i < OBJECTS_MAX; i++)
		shared->object[i].fd = -1;
	for (int i = 0; i < WORKERS_MAX; i++) {
		shared->guest[i] = NO_GUEST;
		shared->uffd[i] = -1;
	}
	layout_known = find_layout();
	settle_image();
	start_steward();
	if (!try_kernel()) {
		fprintf(stderr, "no worker can be started\n");
		return 2;
	}
	say_header();
	play_all(trace);
	alarm(0);
	kill_and_reap(steward_pid);
	return 0;
}
