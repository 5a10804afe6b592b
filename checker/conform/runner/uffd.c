/*
 * A userfaultfd of a worker.  Nobody reads it: whoever would wait for an answer gets SIGBUS at once
 * (UFFD_FEATURE_SIGBUS), so that no access hangs.  It is the steward who closes it, when the sequence is over.
 */

static long open_uffd(const struct operation *op)
{
	int fd = new_userfaultfd(op->features | UFFD_FEATURE_SIGBUS);

	if (fd < 0)
		return -1;
	shared->uffd[op->worker] = fd;
	return 0;
}

static struct uffdio_range range_of(const struct operation *op)
{
	return (struct uffdio_range){ (unsigned long)address_of(op->page), op->count * PAGE_SIZE };
}

static long write_protect(int fd, const struct operation *op, bool protect)
{
	struct uffdio_writeprotect how = { .range = range_of(op), .mode = protect ? UFFDIO_WRITEPROTECT_MODE_WP : 0 };

	return ioctl(fd, UFFDIO_WRITEPROTECT, &how);
}

/* What is copied stands far from everything, so that its page tables go with it. */
static long copy_in(int fd, const struct operation *op)
{
	size_t length = op->count * PAGE_SIZE;
	struct uffdio_copy copy = { .dst = (unsigned long)address_of(op->page), .src = BRIEF_PAGE, .len = length,
				    .mode = op->kind == USERFAULTFD_COPY_WP ? UFFDIO_COPY_MODE_WP : 0 };
	void *from = mmap((void *)BRIEF_PAGE, length, PROT_READ | PROT_WRITE,
			  MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED_NOREPLACE, -1, 0);

	if (from == MAP_FAILED)
		return -1;
	memset(from, op->value, length);
	int result = ioctl(fd, UFFDIO_COPY, &copy);
	int error = errno;

	munmap(from, length);
	errno = error;
	return result;
}

static long do_uffd(const struct operation *op)
{
	int fd = shared->uffd[op->worker];
	struct uffdio_range range = range_of(op);
	struct uffdio_register registered = { .range = range, .mode = op->modes };
	struct uffdio_continue mapped = { .range = range };
	struct uffdio_poison poisoned = { .range = range };

	switch (op->kind) {
	case USERFAULTFD_API: return open_uffd(op);
	case USERFAULTFD_REGISTER: return ioctl(fd, UFFDIO_REGISTER, &registered);
	case USERFAULTFD_UNREGISTER: return ioctl(fd, UFFDIO_UNREGISTER, &range);
	case USERFAULTFD_CONTINUE: return ioctl(fd, UFFDIO_CONTINUE, &mapped);
	case USERFAULTFD_POISON: return ioctl(fd, UFFDIO_POISON, &poisoned);
	case USERFAULTFD_PROTECT:
	case USERFAULTFD_UNPROTECT: return write_protect(fd, op, op->kind == USERFAULTFD_PROTECT);
	default: return copy_in(fd, op);
	}
}
