/* The coordinator: starts workers, asks them one at a time, and does without those that do not answer. */

/* Zeroing a hugepage of 1 GiB takes seconds where the processor is emulated, and a step may zero one and copy another. */
#define LIMIT_SECONDS (pool_watched == POOL_1G ? 40 : 5)

static pid_t steward_pid;
static int child_baseline_known;
static struct mm_counts child_baseline;

static double seconds(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return now.tv_sec + now.tv_nsec / 1e9;
}

/* A zombie stays one, so that its number is not given to another process. */
static bool has_ended(pid_t pid)
{
	siginfo_t info = { 0 };

	return waitid(P_PID, pid, &info, WEXITED | WNOHANG | WNOWAIT) || info.si_pid == pid;
}

/* A process that hangs in the kernel cannot be killed; it is left alone when the time is over. */
static void reap(pid_t pid)
{
	double limit = seconds() + LIMIT_SECONDS;
	struct timespec nap = { 0, 100000 };

	while (waitpid(pid, NULL, WNOHANG) == 0 && seconds() < limit)
		nanosleep(&nap, NULL);
}

static void kill_and_reap(pid_t pid)
{
	kill(pid, SIGKILL);
	reap(pid);
}

static bool wait_for_answer(struct slot *s, pid_t pid)
{
	double limit = seconds() + LIMIT_SECONDS;
	struct timespec slice = { 0, 50000000 };
	unsigned int asked = atomic_load(&s->asked), answered;

	while ((answered = atomic_load(&s->answered)) != asked) {
		futex(&s->answered, FUTEX_WAIT, answered, &slice);
		if (atomic_load(&s->answered) != asked && (has_ended(pid) || seconds() > limit))
			return false;
	}
	return true;
}

static bool ask(struct slot *s, pid_t pid)
{
	raise_to(&s->asked, atomic_load(&s->answered) + 1);
	return wait_for_answer(s, pid);
}

/* What a new worker does first is part of its start, so its slot has a question in it already. */
static void prepare_slot(int number)
{
	struct slot *s = &shared->slot[number];

	s->operation.kind = READY;
	atomic_store(&s->answered, 0);
	atomic_store(&s->asked, 1);
}

static void start_steward(void)
{
	prepare_slot(STEWARD);
	steward_pid = new_worker(STEWARD, 0);
	if (steward_pid < 0 || !wait_for_answer(&shared->slot[STEWARD], steward_pid)) {
		perror("no process can be started");
		exit(2);
	}
}

static bool ask_steward(const struct operation *op)
{
	struct slot *s = &shared->slot[STEWARD];

	s->operation = *op;
	if (ask(s, steward_pid))
		return true;
	kill_and_reap(steward_pid);
	start_steward();
	return false;
}

static void lose(int number)
{
	pid_t pid = processes[number].pid;

	close_process(&processes[number]);
	kill_and_reap(pid);
}

static void subtract_baseline(struct mm_counts *counts, const struct mm_counts *baseline)
{
	counts->pt -= baseline->pt;
	for (size_t i = 0; i < ARRAY_SIZE(counts->rss); i++)
		counts->rss[i] -= baseline->rss[i];
}

/* Worker 0 is measured before it does anything; of a child that is not possible, it has what its parent had. */
static bool join(int number, pid_t pid)
{
	struct process *p = &processes[number];

	process_count = number + 1;
	open_process(p, pid);
	if (!wait_for_answer(&shared->slot[number], pid)) {
		lose(number);
		return false;
	}
	p->mm = layout_known ? find_mm(pid) : 0;
	p->baseline = number && child_baseline_known ? child_baseline : read_counts(p);
	return true;
}

static bool begin_sequence(void)
{
	process_count = 0;
	prepare_slot(0);
	pid_t pid = new_worker(0, 0);

	return pid > 0 && join(0, pid);
}

static void end_sequence(void)
{
	const struct operation close_everything = { .kind = CLOSE_ALL };

	for (int i = 0; i < process_count; i++)
		if (processes[i].alive)
			kill(processes[i].pid, SIGKILL);
	for (int i = 0; i < process_count; i++)
		if (processes[i].alive) {
			close_process(&processes[i]);
			reap(processes[i].pid);
		}
	process_count = 0;
	ask_steward(&close_everything);
}

/* What came of an operation; lost is what the coordinator adds to it. */
struct answer {
	struct outcome outcome;
	bool lost;
};

static struct answer ask_to_exit(int number)
{
	struct slot *s = &shared->slot[number];
	pid_t pid = processes[number].pid;
	double limit = seconds() + LIMIT_SECONDS;
	struct timespec nap = { 0, 100000 };

	raise_to(&s->asked, atomic_load(&s->answered) + 1);
	while (!has_ended(pid) && seconds() < limit)
		nanosleep(&nap, NULL);
	bool ended = has_ended(pid);

	lose(number);
	return (struct answer){ .outcome.result = ended ? 0 : -1, .lost = !ended };
}

/* What a VM maps of KVM into its process is no more of the trace than the program is. */
static void move_baseline(struct process *p, const struct mm_counts *before)
{
	struct mm_counts after = read_counts(p);

	subtract_baseline(&after, before);
	p->baseline.pt += after.pt;
	for (size_t i = 0; i < ARRAY_SIZE(after.rss); i++)
		p->baseline.rss[i] += after.rss[i];
}

static struct answer ask_worker(const struct operation *op)
{
	struct slot *s = &shared->slot[op->worker];
	struct process *p = &processes[op->worker];
	int child = process_count;

	if (op->worker >= process_count || !p->alive)
		return (struct answer){ .outcome.result = -1, .lost = true };
	struct mm_counts before = op->kind == VM ? read_counts(p) : p->baseline;

	s->operation = *op;
	if (op->kind == EXIT)
		return ask_to_exit(op->worker);
	if (op->kind == FORK) {
		s->child_number = child;
		prepare_slot(child);
	}
	if (!ask(s, p->pid)) {
		lose(op->worker);
		return (struct answer){ .outcome.result = -1, .lost = true };
	}
	struct answer answer = { .outcome = s->outcome };

	if (op->kind == VM)
		move_baseline(p, &before);
	if (op->kind == FORK && !answer.outcome.result && !join(child, s->child))
		answer.lost = true;
	return answer;
}

static struct answer play(const struct operation *op)
{
	if (of_a_worker(op->kind))
		return ask_worker(op);
	if (op->kind == SMAPS) {
		read_smaps();
		return (struct answer){ 0 };
	}
	if (!ask_steward(op))
		return (struct answer){ .outcome.result = -1, .lost = true };
	return (struct answer){ .outcome = shared->slot[STEWARD].outcome };
}
