/*
 * A worker: does what its slot asks, in an mm of its own, and nothing else.  Whatever it needs of its
 * own image is mapped before its baseline is taken, so that its page tables change by the operations only.
 */

static pid_t coordinator;
static sigjmp_buf after_signal;

/* Mappings of the runner itself, to be populated at the start of a worker: fork does not copy those of files. */
static struct {
	unsigned long start, end;
} image[32];
static int image_count;

static char *address_of(unsigned long page)
{
	return (char *)(BASE + page * PAGE_SIZE);
}

static void on_access_signal(int signal)
{
	siglongjmp(after_signal, signal);
}

/* Without VM_ACCOUNT, which comes and goes with protections, and keeps VMAs apart that are alike in all else. */
static long do_map(const struct operation *op)
{
	const struct object *object = &shared->object[op->object];
	int flags = (op->private ? MAP_PRIVATE : MAP_SHARED) | (op->anon ? MAP_ANONYMOUS : 0) | MAP_FIXED_NOREPLACE |
		    (op->reserve ? 0 : MAP_NORESERVE);
	char *at = address_of(op->page);
	off_t offset = op->anon ? 0 : object->offset + op->to * PAGE_SIZE;

	if (mmap(at, op->count * PAGE_SIZE, op->prot, flags, op->anon ? -1 : object->fd, offset) == MAP_FAILED)
		return -1;
	return op->advice ? madvise(at, op->count * PAGE_SIZE, op->advice) : 0;
}

/* One byte of each page; what a signal cannot undo is volatile. */
static long do_access(const struct operation *op, struct outcome *outcome)
{
	volatile unsigned long page = op->page;
	volatile int seen = -1;

	outcome->signal = sigsetjmp(after_signal, 0);
	if (outcome->signal) {
		outcome->at = page;
		return -1;
	}
	for (; page < op->page + op->count; page++) {
		volatile unsigned char *byte = (volatile unsigned char *)address_of(page);

		if (op->kind == WRITE) {
			*byte = op->value;
			continue;
		}
		int value = *byte;

		seen = seen == -1 || seen == value ? value : 256;
	}
	return op->kind == WRITE ? 0 : seen;
}

static long do_mremap(const struct operation *op)
{
	size_t length = op->count * PAGE_SIZE;
	void *to = address_of(op->to);

	return mremap(address_of(op->page), length, length, MREMAP_MAYMOVE | MREMAP_FIXED, to) == MAP_FAILED ? -1 : 0;
}

/*
 * Reads the first page before it is moved away, and again behind that: this gets a signal, unless the TLB still
 * has what stood there.  In one go, since a switch to another process would empty it.
 */
static long do_mremap_read(const struct operation *op, struct outcome *outcome)
{
	const struct operation read_first = { .kind = READ, .page = op->page, .count = 1 };

	if (do_access(&read_first, outcome) < 0 || do_mremap(op))
		return -1;
	return do_access(&read_first, outcome);
}

/* A read by process_vm_readv(), of itself: the page is pinned for reading (FOLL_PIN) while it is copied. */
static long do_vm_read(const struct operation *op)
{
	int seen = -1;

	for (unsigned long i = 0; i < op->count; i++) {
		unsigned char value;
		struct iovec to = { &value, 1 }, from = { address_of(op->page + i), 1 };

		if (process_vm_readv(getpid(), &to, 1, &from, 1, 0) != 1)
			return -1;
		seen = seen == -1 || seen == value ? value : 256;
	}
	return seen;
}

/* To the first node, and whether all is there already: the walk looks at what is behind each entry. */
static long do_mbind(const struct operation *op)
{
	unsigned long first_node = 1;

	return syscall(SYS_mbind, address_of(op->page), op->count * PAGE_SIZE, MPOL_BIND, &first_node,
		       8 * sizeof first_node, MPOL_MF_STRICT);
}

static struct hold *free_hold(int number)
{
	struct hold *hold = &shared->hold[number];

	if (!hold->held)
		return hold;
	errno = EBUSY;
	return NULL;
}

/* A registered buffer is taken with FOLL_PIN | FOLL_LONGTERM, for writing. */
static long do_pin(const struct operation *op)
{
	struct hold *hold = free_hold(op->hold);
	struct io_uring_params params = { 0 };
	struct iovec buffer = { address_of(op->page), op->count * PAGE_SIZE };

	if (!hold)
		return -1;
	int fd = syscall(SYS_io_uring_setup, 1, &params);

	if (fd < 0)
		return -1;
	if (syscall(SYS_io_uring_register, fd, IORING_REGISTER_BUFFERS, &buffer, 1)) {
		int error = errno;

		close(fd);
		errno = error;
		return -1;
	}
	*hold = (struct hold){ .held = true, .fd = fd, .pipe_end = -1 };
	return 0;
}

/* A pipe takes references with FOLL_GET, for reading. */
static long do_splice(const struct operation *op)
{
	struct hold *hold = free_hold(op->hold);
	struct iovec buffer = { address_of(op->page), op->count * PAGE_SIZE };
	int ends[2];

	if (!hold || pipe2(ends, O_CLOEXEC | O_NONBLOCK))
		return -1;
	if (vmsplice(ends[1], &buffer, 1, SPLICE_F_NONBLOCK) <= 0) {
		int error = errno;

		close(ends[0]);
		close(ends[1]);
		errno = error;
		return -1;
	}
	*hold = (struct hold){ .held = true, .fd = ends[0], .pipe_end = ends[1] };
	return 0;
}

static int new_userfaultfd(unsigned long features)
{
	struct uffdio_api api = { .api = UFFD_API, .features = features };
	int fd = syscall(SYS_userfaultfd, O_CLOEXEC | O_NONBLOCK | UFFD_USER_MODE_ONLY);

	if (fd < 0 || !ioctl(fd, UFFDIO_API, &api))
		return fd;
	int error = errno;

	close(fd);
	errno = error;
	return -1;
}

/*
 * Only the destination has to be registered, and only while it is moved; whole VMAs, since registering a part
 * would split them, and what they map.
 */
static long do_move(const struct operation *op)
{
	struct uffdio_range around = { (unsigned long)address_of(op->around), op->around_count * PAGE_SIZE };
	struct uffdio_register missing = { .range = around, .mode = UFFDIO_REGISTER_MODE_MISSING };
	struct uffdio_move move = { .dst = (unsigned long)address_of(op->to),
				    .src = (unsigned long)address_of(op->page),
				    .len = op->count * PAGE_SIZE };
	int fd = new_userfaultfd(UFFD_FEATURE_MOVE);

	if (fd < 0)
		return -1;
	int result = ioctl(fd, UFFDIO_REGISTER, &missing);

	if (!result) {
		result = ioctl(fd, UFFDIO_MOVE, &move);
		int error = errno;

		ioctl(fd, UFFDIO_UNREGISTER, &around);
		errno = error;
	}
	int error = errno;

	close(fd);
	errno = error;
	return result;
}

static long do_clear_refs(void)
{
	int fd = open("/proc/self/clear_refs", O_WRONLY | O_CLOEXEC);

	if (fd < 0)
		return -1;
	ssize_t n = write(fd, "4", 1);
	int error = errno;

	close(fd);
	errno = error;
	return n == 1 ? 0 : -1;
}

static void worker(int number) __attribute__((noreturn));
static long do_walk(const struct operation *op);
static long do_uffd(const struct operation *op);

/*
 * The file table is shared, and the parent is the coordinator whoever forks, so that it reaps them all
 * and each dies with it.  glibc's fork() would run handlers.
 */
static pid_t new_worker(int number, unsigned long parent)
{
	pid_t pid = syscall(SYS_clone, CLONE_FILES | parent | SIGCHLD, NULL, NULL, NULL, NULL);

	if (!pid)
		worker(number);
	return pid;
}

static long do_fork(struct slot *s)
{
	s->child = new_worker(s->child_number, CLONE_PARENT);
	return s->child < 0 ? -1 : 0;
}

static long carry_out(struct slot *s)
{
	const struct operation *op = &s->operation;
	char *at = address_of(op->page);
	size_t length = op->count * PAGE_SIZE;

	switch (op->kind) {
	case MAP: return do_map(op);
	case READ:
	case WRITE: return do_access(op, &s->outcome);
	case MPROTECT: return mprotect(at, length, op->prot);
	case MUNMAP: return munmap(at, length);
	case MADVISE: return madvise(at, length, op->advice);
	case MREMAP: return do_mremap(op);
	case MREMAP_READ: return do_mremap_read(op, &s->outcome);
	case FORK: return do_fork(s);
	case EXIT: _exit(0);
	case PIN: return do_pin(op);
	case SPLICE: return do_splice(op);
	case MOVE: return do_move(op);
	case VM_READ: return do_vm_read(op);
	case MBIND: return do_mbind(op);
	case MBIND_DEFAULT:
	case MBIND_MOVE:
	case READ_PROC:
	case MEM_READ:
	case MEM_WRITE:
	case MINCORE:
	case MOVE_PAGES:
	case MLOCK:
	case MLOCK_LATER:
	case MUNLOCK: return do_walk(op);
	case CLEAR_REFS: return do_clear_refs();
	case USERFAULTFD_API:
	case USERFAULTFD_REGISTER:
	case USERFAULTFD_UNREGISTER:
	case USERFAULTFD_COPY:
	case USERFAULTFD_COPY_WP:
	case USERFAULTFD_CONTINUE:
	case USERFAULTFD_POISON:
	case USERFAULTFD_PROTECT:
	case USERFAULTFD_UNPROTECT: return do_uffd(op);
	case VM: return do_vm(op);
	case GUEST_READ:
	case GUEST_WRITE: return do_guest_access(op, &s->outcome);
	case OBJECT: return make_object(op);
	case TRUNCATE: return truncate_object(op);
	case RESIZE: return ftruncate(shared->object[op->object].fd, op->count * PAGE_SIZE);
	case ALLOCATE: return allocate_in_object(op);
	case PUNCH: return punch_object(op);
	case VFIO_MEMORY: return vfio_memory(op);
	case UNPIN: return unpin(&shared->hold[op->hold]);
	case CLOSE_ALL: return close_all();
	case SMAPS:
	case READY: return 0;
	}
	return 0;
}

/* ^C reaches the whole process group; what it means is up to the coordinator. */
static void settle(void)
{
	struct sigaction jump = { .sa_handler = on_access_signal, .sa_flags = SA_NODEFER };

	prctl(PR_SET_PDEATHSIG, SIGKILL);
	if (getppid() != coordinator)
		_exit(1);
	signal(SIGINT, SIG_IGN);
	signal(SIGTERM, SIG_IGN);
	sigaction(SIGSEGV, &jump, NULL);
	sigaction(SIGBUS, &jump, NULL);
	for (int i = 0; i < image_count; i++)
		madvise((void *)image[i].start, image[i].end - image[i].start, MADV_POPULATE_READ);
}

static void worker(int number)
{
	struct slot *s = &shared->slot[number];
	unsigned int answered = 0;

	settle();
	for (;;) {
		unsigned int asked = wait_for_question(s, answered);

		s->outcome = (struct outcome){ 0 };
		errno = 0;
		s->outcome.result = carry_out(s);
		s->outcome.error = s->outcome.result < 0 && !s->outcome.signal ? errno : 0;
		answered = asked;
		raise_to(&s->answered, answered);
	}
}
