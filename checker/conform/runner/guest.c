/*
 * A guest of a worker: a VM with one processor, whose memory is the worker's place for traces, page for page.  It reads or
 * writes a byte and halts; KVM finds the page behind it through the page tables of the worker.
 */

/* The place begins at a GiB there and here, so that an entry of the second stage can be as large as a leaf. */
#define GUEST_BASE (1ul << 30)
#define GUEST_CODE 0x1000ul
#define READ_CODE GUEST_CODE
#define WRITE_CODE (GUEST_CODE + 16)
#define CR0_PE 1

/* A page of the program itself, which no worker has to make. EBX is where, AL what. */
static const unsigned char guest_code[PAGE_SIZE] __attribute__((aligned(4096))) = {
	[0] = 0x8a, 0x03, 0xf4, /* mov (%ebx),%al; hlt */
	[16] = 0x88, 0x03, 0xf4, /* mov %al,(%ebx); hlt */
};

static int guest_memory(int vm, unsigned int slot, unsigned long at, const void *from, unsigned long size)
{
	struct kvm_userspace_memory_region region = {
		.slot = slot,
		.guest_phys_addr = at,
		.memory_size = size,
		.userspace_addr = (unsigned long)from,
	};

	return ioctl(vm, KVM_SET_USER_MEMORY_REGION, &region);
}

/* Protected mode without paging: segments of 4 GiB, and a virtual address is a physical one. */
static int guest_registers(int vcpu)
{
	struct kvm_sregs sregs;

	if (ioctl(vcpu, KVM_GET_SREGS, &sregs))
		return -1;
	struct kvm_segment data = { .limit = 0xffffffff, .selector = 16, .type = 3, .present = 1, .db = 1, .s = 1, .g = 1 };

	sregs.cs = data;
	sregs.cs.selector = 8;
	sregs.cs.type = 11;
	sregs.ds = sregs.es = sregs.fs = sregs.gs = sregs.ss = data;
	sregs.cr0 |= CR0_PE;
	return ioctl(vcpu, KVM_SET_SREGS, &sregs);
}

/* struct kvm_run is not for children of the worker: their mm is not the guest's. */
static int guest_processor(struct guest *guest, int kvm)
{
	int size = ioctl(kvm, KVM_GET_VCPU_MMAP_SIZE, 0);

	guest->vcpu = ioctl(guest->vm, KVM_CREATE_VCPU, 0);
	if (guest->vcpu < 0 || size < 0)
		return -1;
	guest->run = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED, guest->vcpu, 0);
	if (guest->run == MAP_FAILED || madvise(guest->run, size, MADV_DONTFORK))
		return -1;
	guest->run->immediate_exit = 0;
	return guest_registers(guest->vcpu);
}

static void close_guest(struct guest *guest)
{
	if (guest->vcpu >= 0)
		close(guest->vcpu);
	if (guest->vm >= 0)
		close(guest->vm);
	*guest = NO_GUEST;
}

/* Once a worker. */
static long do_vm(const struct operation *op)
{
	struct guest *guest = &shared->guest[op->worker];

	if (guest->vm >= 0) {
		errno = EEXIST;
		return -1;
	}
	int kvm = open("/dev/kvm", O_RDWR | O_CLOEXEC);

	if (kvm < 0)
		return -1;
	guest->vm = ioctl(kvm, KVM_CREATE_VM, 0);
	int result = guest->vm < 0 || guest_memory(guest->vm, 0, GUEST_CODE, guest_code, PAGE_SIZE) ||
		     guest_memory(guest->vm, 1, GUEST_BASE, (void *)BASE, GUEST_PAGES * PAGE_SIZE) ||
		     guest_processor(guest, kvm);
	int error = errno;

	close(kvm);
	if (result)
		close_guest(guest);
	errno = error;
	return result ? -1 : 0;
}

/* Until it leaves the kernel for another reason than a signal. */
static int run_guest(const struct guest *guest)
{
	int result;

	while ((result = ioctl(guest->vcpu, KVM_RUN, 0)) < 0 && errno == EINTR)
		;
	return result;
}

/* What was left to us is not carried out; the processor must not go on with it the next time. */
static void leave_mmio(const struct guest *guest)
{
	guest->run->immediate_exit = 1;
	ioctl(guest->vcpu, KVM_RUN, 0);
	guest->run->immediate_exit = 0;
}

/* The byte, or 0 of a write; EACCES: KVM found a page that it may not write, and leaves the write to user space. */
static int guest_access(const struct guest *guest, const struct operation *op, unsigned long page)
{
	bool write = op->kind == GUEST_WRITE;
	struct kvm_regs regs = {
		.rip = write ? WRITE_CODE : READ_CODE,
		.rax = op->value,
		.rbx = GUEST_BASE + page * PAGE_SIZE,
		.rflags = 2,
	};

	if (ioctl(guest->vcpu, KVM_SET_REGS, &regs) || run_guest(guest))
		return -1;
	if (guest->run->exit_reason == KVM_EXIT_HLT && !ioctl(guest->vcpu, KVM_GET_REGS, &regs))
		return write ? 0 : regs.rax & 0xff;
	bool mmio = guest->run->exit_reason == KVM_EXIT_MMIO;

	if (mmio)
		leave_mmio(guest);
	errno = mmio ? EACCES : EPROTO;
	return -1;
}

/* As do_access(), page by page. */
static long do_guest_access(const struct operation *op, struct outcome *outcome)
{
	const struct guest *guest = &shared->guest[op->worker];
	int seen = -1;

	if (guest->vm < 0) {
		errno = ENODEV;
		return -1;
	}
	for (unsigned long page = op->page; page < op->page + op->count; page++) {
		int value = guest_access(guest, op, page);

		if (value < 0) {
			outcome->at = page;
			return -1;
		}
		seen = seen == -1 || seen == value ? value : 256;
	}
	return seen;
}
