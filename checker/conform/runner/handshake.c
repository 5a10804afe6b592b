/*
 * How the coordinator and a worker talk: one slot a worker, in memory that all of them share.  The
 * coordinator writes the operation and raises `asked`; the worker carries it out, writes the outcome
 * and raises `answered` to the same number.
 */

struct outcome {
	long result;
	int error, signal;
	unsigned long at; /* the page that an access had reached when the signal came */
};

struct slot {
	atomic_uint asked, answered;
	struct operation operation;
	struct outcome outcome;
	pid_t child; /* of a fork */
	int child_number; /* and which worker it is to be */
};

struct object {
	int fd;
	unsigned long pages, offset; /* offset: where mmap() finds page 0, in bytes */
};

/* Memory that io_uring has pinned, or that stands in a pipe. */
struct hold {
	bool held;
	int fd, pipe_end; /* pipe_end: -1 of io_uring */
};

/* A VM of a worker; its files are for the steward to close, and the rest for the worker. */
struct guest {
	int vm, vcpu;
	struct kvm_run *run;
};

#define NO_GUEST ((struct guest){ .vm = -1, .vcpu = -1 })

/* The steward is one worker more, with an mm that nobody looks at. */
#define STEWARD WORKERS_MAX

struct shared {
	struct slot slot[WORKERS_MAX + 1];
	struct object object[OBJECTS_MAX];
	struct hold hold[HOLDS_MAX];
	struct guest guest[WORKERS_MAX];
	int uffd[WORKERS_MAX]; /* the userfaultfd of a worker, or -1 */
};

static struct shared *shared;

static long futex(atomic_uint *word, int what, unsigned int value, const struct timespec *limit)
{
	return syscall(SYS_futex, word, what, value, limit, NULL, 0);
}

static void raise_to(atomic_uint *word, unsigned int value)
{
	atomic_store(word, value);
	futex(word, FUTEX_WAKE, 1, NULL);
}

/* Without a limit: a worker whose coordinator dies is killed with it. */
static unsigned int wait_for_question(struct slot *s, unsigned int answered)
{
	unsigned int asked;

	while ((asked = atomic_load(&s->asked)) == answered)
		futex(&s->asked, FUTEX_WAIT, answered, NULL);
	return asked;
}
