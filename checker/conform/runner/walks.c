/*
 * What a worker asks of its own page tables, beside accesses: files under /proc/PID, and system calls that look for pages,
 * lock them, or say where they should be.  Answers are not looked at, but for what is read.
 */

/* Not on the stack, which might grow. */
static char read_here[PAGE_SIZE];

static long closed(int fd, long result)
{
	int error = errno;

	close(fd);
	errno = error;
	return result;
}

/* Of pagemap what the operation names, an entry for each page; of the others all. */
static long do_read_proc(const struct operation *op)
{
	static const char *const paths[] = { "/proc/self/smaps", "/proc/self/numa_maps", "/proc/self/pagemap" };
	int fd = open(paths[op->value], O_RDONLY | O_CLOEXEC);
	unsigned long at = (unsigned long)address_of(op->page) / PAGE_SIZE * 8, end = at + op->count * 8;
	ssize_t n = 1;

	if (fd < 0)
		return -1;
	if (op->value != 2)
		while ((n = read(fd, read_here, sizeof read_here)) > 0)
			;
	else
		for (; at < end && n > 0; at += n)
			n = pread(fd, read_here, end - at < PAGE_SIZE ? end - at : PAGE_SIZE, at);
	return closed(fd, n < 0 ? -1 : 0);
}

/* access_remote_vm() (FOLL_FORCE), one byte of each page, as do_access() */
static long do_mem(const struct operation *op)
{
	int fd = open("/proc/self/mem", O_RDWR | O_CLOEXEC), seen = -1;
	unsigned char value = op->value;

	if (fd < 0)
		return -1;
	for (unsigned long i = 0; i < op->count; i++) {
		off_t at = (unsigned long)address_of(op->page + i);

		if ((op->kind == MEM_WRITE ? pwrite(fd, &value, 1, at) : pread(fd, &value, 1, at)) != 1)
			return closed(fd, -1);
		seen = seen == -1 || seen == value ? value : 256;
	}
	return closed(fd, op->kind == MEM_WRITE ? 0 : seen);
}

/* A page of the vector for each page, in pieces that fit. */
static long do_mincore(const struct operation *op)
{
	for (unsigned long done = 0, n; done < op->count; done += n) {
		n = op->count - done < sizeof read_here ? op->count - done : sizeof read_here;
		if (mincore(address_of(op->page + done), n * PAGE_SIZE, (unsigned char *)read_here))
			return -1;
	}
	return 0;
}

/* Without nodes move_pages() only says on which node each page is, or why not: do_pages_stat(). */
static long do_move_pages(const struct operation *op)
{
	for (unsigned long i = 0; i < op->count; i++) {
		const void *page = address_of(op->page + i);
		int status = 0;

		if (syscall(SYS_move_pages, 0, 1UL, &page, NULL, &status, 0))
			return -1;
		if (status < 0) {
			errno = -status;
			return -1;
		}
	}
	return 0;
}

/* MPOL_DEFAULT has no nodes: MPOL_MF_MOVE moves whatever it finds. */
static long do_mbind_default(const struct operation *op)
{
	return syscall(SYS_mbind, address_of(op->page), op->count * PAGE_SIZE, MPOL_DEFAULT, NULL, 0UL,
		       op->kind == MBIND_MOVE ? MPOL_MF_MOVE : 0);
}

static long do_walk(const struct operation *op)
{
	char *at = address_of(op->page);
	size_t length = op->count * PAGE_SIZE;

	switch (op->kind) {
	case READ_PROC: return do_read_proc(op);
	case MEM_READ:
	case MEM_WRITE: return do_mem(op);
	case MINCORE: return do_mincore(op);
	case MOVE_PAGES: return do_move_pages(op);
	case MLOCK: return mlock(at, length);
	case MLOCK_LATER: return mlock2(at, length, 1 /* MLOCK_ONFAULT */);
	case MUNLOCK: return munlock(at, length);
	default: return do_mbind_default(op);
	}
}
