/* The kernel's memory, read only: /proc/kcore shows it by address, /proc/kallsyms says where it begins. */

#define KCORE_SEGMENTS_MAX 64

static int kcore_fd = -1, kcore_segments;
static Elf64_Phdr kcore_segment[KCORE_SEGMENTS_MAX];

static bool kcore_open(void)
{
	Elf64_Ehdr header;

	kcore_fd = open("/proc/kcore", O_RDONLY | O_CLOEXEC);
	if (kcore_fd < 0 || pread(kcore_fd, &header, sizeof header, 0) != sizeof header ||
	    header.e_phnum > KCORE_SEGMENTS_MAX)
		return false;
	kcore_segments = header.e_phnum;
	ssize_t size = kcore_segments * sizeof *kcore_segment;

	return pread(kcore_fd, kcore_segment, size, header.e_phoff) == size;
}

/* False where nothing is, as behind the frames of a device. */
static bool kernel_read(uint64_t address, void *to, size_t size)
{
	for (int i = 0; i < kcore_segments; i++) {
		const Elf64_Phdr *s = &kcore_segment[i];

		if (s->p_type == PT_LOAD && address >= s->p_vaddr && address + size <= s->p_vaddr + s->p_memsz)
			return pread(kcore_fd, to, size, s->p_offset + (address - s->p_vaddr)) == (ssize_t)size;
	}
	return false;
}

static uint64_t kernel_word(uint64_t address)
{
	uint64_t word = 0;

	return kernel_read(address, &word, sizeof word) ? word : 0;
}

static int kernel_int(uint64_t address)
{
	int value = 0;

	return kernel_read(address, &value, sizeof value) ? value : 0;
}

/* Addresses of symbols in one reading, which takes a while; 0 of those that are not there. */
static void find_symbols(const char *const *names, uint64_t *addresses, size_t count)
{
	FILE *f = fopen("/proc/kallsyms", "re");
	char line[512], name[256];
	unsigned long address;
	size_t found = 0;

	memset(addresses, 0, count * sizeof *addresses);
	while (f && found < count && fgets(line, sizeof line, f)) {
		if (sscanf(line, "%lx %*c %255s", &address, name) != 2)
			continue;
		for (size_t i = 0; i < count; i++)
			if (!addresses[i] && !strcmp(name, names[i])) {
				addresses[i] = address;
				found++;
			}
	}
	if (f)
		fclose(f);
}
