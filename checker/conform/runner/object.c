/*
 * Objects that can be mapped, and memory that is held.  The steward makes and ends them; as all processes
 * share one table of open files, a worker finds them under the same numbers, and they outlive it.
 */

static int object_with_size(int fd, unsigned long pages, struct object *object)
{
	if (fd < 0)
		return -1;
	*object = (struct object){ .fd = fd, .pages = pages };
	return ftruncate(fd, pages * PAGE_SIZE);
}

/* The steward maps it where a PMD can, so that no worker's page tables change. */
static int collapse_all(const struct object *object)
{
	size_t length = object->pages * PAGE_SIZE / PMD_SIZE * PMD_SIZE;
	char *around, *at;

	if (!length)
		return 0;
	around = mmap(NULL, length + PMD_SIZE, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
	if (around == MAP_FAILED)
		return -1;
	at = (char *)(((uintptr_t)around + PMD_SIZE - 1) & ~(PMD_SIZE - 1));
	int result = -1;

	if (mmap(at, length, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_FIXED, object->fd, 0) != MAP_FAILED)
		result = madvise(at, length, MADV_COLLAPSE);
	int error = errno;

	munmap(around, length + PMD_SIZE);
	errno = error;
	return result;
}

static int memfd_huge(const struct operation *op, struct object *object)
{
	if (object_with_size(memfd_create("mmcheck", MFD_CLOEXEC), op->count, object))
		return -1;
	if (op->count && fallocate(object->fd, 0, 0, op->count * PAGE_SIZE))
		return -1;
	return collapse_all(object);
}

static int open_file(const char *path, struct object *object)
{
	struct stat st;
	int fd = open(path, O_RDWR | O_CLOEXEC);

	if (fd < 0 && (errno == EACCES || errno == EPERM || errno == EROFS))
		fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return -1;
	*object = (struct object){ .fd = fd, .pages = fstat(fd, &st) ? 0 : st.st_size / PAGE_SIZE };
	return 0;
}

/* Zeroes to the end, so that every block has been written. */
static int write_zeroes(int fd, unsigned long pages)
{
	static const char zeroes[64 * PAGE_SIZE];

	for (size_t done = 0, size = pages * PAGE_SIZE; done < size;) {
		size_t left = size - done;
		ssize_t n = pwrite(fd, zeroes, left < sizeof zeroes ? left : sizeof zeroes, done);

		if (n <= 0)
			return -1;
		done += n;
	}
	return 0;
}

/* Its name goes at once, so that nothing is left behind whatever ends the runner. */
static int create_file(const struct operation *op, struct object *object)
{
	int fd = open(op->path, O_RDWR | O_CLOEXEC | O_CREAT | O_EXCL, 0600);

	if (fd < 0)
		return -1;
	*object = (struct object){ .fd = fd, .pages = op->count };
	if (unlink(op->path))
		return -1;
	if (op->backing == HOLE || !op->count)
		return ftruncate(fd, op->count * PAGE_SIZE);
	if (fallocate(fd, 0, 0, op->count * PAGE_SIZE))
		return -1;
	return op->backing == WRITTEN ? write_zeroes(fd, op->count) : 0;
}

static int sysfs_object(const struct operation *op, struct object *object)
{
	char path[PATH_MAX_HERE + 64];

	snprintf(path, sizeof path, "/sys/bus/pci/devices/%s/resource%d", op->path, op->bar);
	return open_file(path, object);
}

static int make_object(const struct operation *op)
{
	struct object *object = &shared->object[op->object];

	switch (op->backing) {
	case MEMFD: return object_with_size(memfd_create("mmcheck", MFD_CLOEXEC), op->count, object);
	case MEMFD_HUGE: return memfd_huge(op, object);
	case HUGETLB:
		return object_with_size(memfd_create("mmcheck", MFD_CLOEXEC | MFD_HUGETLB | MFD_HUGE_2MB), op->count,
					object);
	case HUGETLB_1G:
		return object_with_size(memfd_create("mmcheck", MFD_CLOEXEC | MFD_HUGETLB | MFD_HUGE_1GB), op->count,
					object);
	case OPEN: return open_file(op->path, object);
	case CREATE:
	case WRITTEN:
	case HOLE: return create_file(op, object);
	case VFIO: return vfio_object(op, object);
	case SYSFS: return sysfs_object(op, object);
	}
	return -1;
}

static int truncate_object(const struct operation *op)
{
	const struct object *object = &shared->object[op->object];

	return ftruncate(object->fd, op->count * PAGE_SIZE) || ftruncate(object->fd, object->pages * PAGE_SIZE) ? -1 : 0;
}

static int allocate_in_object(const struct operation *op)
{
	return fallocate(shared->object[op->object].fd, 0, op->to * PAGE_SIZE, op->count * PAGE_SIZE);
}

static int punch_object(const struct operation *op)
{
	return fallocate(shared->object[op->object].fd, FALLOC_FL_PUNCH_HOLE | FALLOC_FL_KEEP_SIZE, op->to * PAGE_SIZE,
			 op->count * PAGE_SIZE);
}

/* io_uring lets go of buffers some time after the last close, so it is told to before. */
static int unpin(struct hold *hold)
{
	if (!hold->held) {
		errno = ENOENT;
		return -1;
	}
	hold->held = false;
	if (hold->pipe_end >= 0)
		return close(hold->fd) || close(hold->pipe_end) ? -1 : 0;
	int result = syscall(SYS_io_uring_register, hold->fd, IORING_UNREGISTER_BUFFERS, NULL, 0);

	close(hold->fd);
	return result;
}

static int close_all(void)
{
	for (int i = 0; i < HOLDS_MAX; i++)
		if (shared->hold[i].held)
			unpin(&shared->hold[i]);
	for (int i = 0; i < OBJECTS_MAX; i++) {
		if (shared->object[i].fd >= 0 && !vfio_device_of[i])
			close(shared->object[i].fd);
		shared->object[i] = (struct object){ .fd = -1 };
	}
	for (int i = 0; i < WORKERS_MAX; i++) {
		close_guest(&shared->guest[i]);
		if (shared->uffd[i] >= 0)
			close(shared->uffd[i]);
		shared->uffd[i] = -1;
	}
	vfio_close_all();
	return 0;
}
