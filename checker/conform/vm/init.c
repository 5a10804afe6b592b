/*
 * The first process of the guest. It makes the machine what its set-up says, plays the trace, and ends the guest:
 *
 *   /setup    what to do, a line each (see `steps` below)
 *   /runner   gets -o /dev/ttyS1 /trace; the second serial port carries results and nothing else
 *
 * What it has to say goes to the kernel log, because a line of the log is never torn by another one, which a line on
 * /dev/console can be. Each begins with "mmcheck-init: ":
 *
 *   up                 the guest's own work begins
 *   lacks OFFER: WHY   a line of the set-up failed; the rest of that offer is left out
 *   run                the runner starts
 *   ended exit N       or "ended signal N": the runner is done and its last line is on the wire
 *   failed: WHY        nothing could be played
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <linux/fs.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mount.h>
#include <sys/reboot.h>
#include <sys/stat.h>
#include <sys/swap.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <termios.h>
#include <unistd.h>

#define RESULTS "/dev/ttyS1"
#define PAGE 4096
#define WORDS_MAX 5
#define WAIT_MS 10000

/* Level 3: the console shows it also where the command line keeps warnings away. */
__attribute__((format(printf, 1, 2))) static void say(const char *format, ...)
{
	char line[512] = "<3>mmcheck-init: ";
	size_t used = strlen(line);
	va_list args;
	int fd;

	va_start(args, format);
	vsnprintf(line + used, sizeof(line) - used, format, args);
	va_end(args);
	fd = open("/dev/kmsg", O_WRONLY | O_CLOEXEC);
	if (fd < 0 || write(fd, line, strlen(line)) < 0)
		dprintf(STDERR_FILENO, "%s\n", line + strlen("<3>"));
	if (fd >= 0)
		close(fd);
}

/*
 * The guest runs with -no-reboot: a reset ends QEMU. That works without ACPI too, where a power-off would only halt,
 * and it is the way that a panic goes.
 */
static _Noreturn void end_guest(void)
{
	sync();
	reboot(RB_AUTOBOOT);
	for (;;)
		pause();
}

static _Noreturn void fail(const char *what)
{
	say("failed: %s: %s", what, strerror(errno));
	end_guest();
}

/* Steps of the set-up: each gets the words behind its name, and gives 0, or -1 with errno. */

static int load_module(char **word)
{
	int fd = open(word[0], O_RDONLY | O_CLOEXEC);
	int ret;

	if (fd < 0)
		return -1;
	ret = syscall(SYS_finit_module, fd, word[1] ? word[1] : "", 0);
	close(fd);
	/* EEXIST: the kernel has it built in after all. */
	return ret && errno != EEXIST ? -1 : 0;
}

static int write_value(char **word)
{
	int fd = open(word[0], O_WRONLY | O_CLOEXEC);
	ssize_t wrote;
	int error;

	if (fd < 0)
		return -1;
	wrote = write(fd, word[1], strlen(word[1]));
	error = errno;
	close(fd);
	errno = error;
	return wrote < 0 ? -1 : 0;
}

static int make_directory(char **word)
{
	return mkdir(word[0], 0755) && errno != EEXIST ? -1 : 0;
}

static int mount_on(char **word)
{
	int error;

	if (make_directory(word + 1))
		return -1;
	/* EBUSY: the kernel mounted it, as devtmpfs by CONFIG_DEVTMPFS_MOUNT. */
	if (!mount(word[0], word[1], word[2], 0, word[3]) || errno == EBUSY)
		return 0;
	/* A directory that stayed would pass for the file system. */
	error = errno;
	rmdir(word[1]);
	errno = error;
	return -1;
}

static int need(char **word)
{
	return access(word[0], F_OK);
}

/* For drivers that probe behind our back, as those of persistent memory do. */
static int wait_for(char **word)
{
	for (int ms = 0; ms < WAIT_MS; ms += 10) {
		if (!access(word[0], F_OK))
			return 0;
		usleep(10 * 1000);
	}
	errno = ENODEV;
	return -1;
}

/* The header as mkswap writes it: version and last page behind the boot block, the signature at the end of the page. */
static int swap_on(char **word)
{
	static char header[PAGE];
	uint32_t *info = (uint32_t *)(header + 1024);
	uint64_t bytes = 0;
	ssize_t wrote = -1;
	int fd = open(word[0], O_RDWR | O_CLOEXEC);

	if (fd < 0)
		return -1;
	if (!ioctl(fd, BLKGETSIZE64, &bytes)) {
		info[0] = 1;
		info[1] = bytes / PAGE - 1;
		memcpy(header + PAGE - 10, "SWAPSPACE2", 10);
		wrote = write(fd, header, PAGE);
	}
	close(fd);
	return wrote == PAGE ? swapon(word[0], 0) : -1;
}

static const struct step {
	const char *name;
	int words;		/* that it needs */
	int words_max;		/* the last one takes the rest of the line */
	int (*take)(char **word);
} steps[] = {
	{ "module", 1, 2, load_module },	/* FILE [PARAMETERS] */
	{ "write", 2, 2, write_value },		/* FILE TEXT */
	{ "mkdir", 1, 1, make_directory },	/* DIRECTORY */
	{ "mount", 3, 4, mount_on },		/* SOURCE DIRECTORY TYPE [OPTIONS] */
	{ "need", 1, 1, need },			/* PATH */
	{ "wait", 1, 1, wait_for },		/* PATH */
	{ "swapon", 1, 1, swap_on },		/* DEVICE */
};

static int take_step(char *name, char *rest)
{
	for (size_t i = 0; i < sizeof(steps) / sizeof(*steps); i++) {
		char *word[WORDS_MAX] = { NULL };
		int words = 0;

		if (strcmp(steps[i].name, name))
			continue;
		while (rest && words < steps[i].words_max - 1)
			word[words++] = strsep(&rest, " ");
		if (rest)
			word[words++] = rest;
		if (words >= steps[i].words)
			return steps[i].take(word);
	}
	errno = EINVAL;
	return -1;
}

/* "offer NAME" begins an offer. One that failed is not gone on with: what follows would only fail for the same reason. */
static void set_up(void)
{
	char offer[64] = "set-up";
	char line[1024], whole[1024];
	int lost = 0;
	FILE *file = fopen("/setup", "re");

	if (!file)
		fail("/setup");
	while (fgets(line, sizeof(line), file)) {
		char *rest = line;
		char *name;

		line[strcspn(line, "\n")] = '\0';
		strcpy(whole, line);
		name = strsep(&rest, " ");
		if (!strcmp(name, "offer")) {
			snprintf(offer, sizeof(offer), "%s", rest ? rest : "");
			lost = 0;
		} else if (!lost && take_step(name, rest)) {
			say("lacks %s: %s: %s", offer, whole, strerror(errno));
			lost = 1;
		}
	}
	fclose(file);
}

static void mount_early(const char *type, const char *directory)
{
	char *word[] = { (char *)type, (char *)directory, (char *)type, NULL };

	if (mount_on(word))
		say("lacks %s: mount %s: %s", type, directory, strerror(errno));
}

/* Raw: the terminal layer would put a carriage return before each newline. */
static int open_results(void)
{
	struct termios raw;
	int fd = open(RESULTS, O_WRONLY | O_NOCTTY | O_CLOEXEC);

	if (fd < 0 || tcgetattr(fd, &raw))
		fail(RESULTS);
	cfmakeraw(&raw);
	cfsetspeed(&raw, B115200);
	raw.c_cflag |= CLOCAL;
	if (tcsetattr(fd, TCSANOW, &raw))
		fail(RESULTS);
	return fd;
}

/* As pid 1 this reaps what the runner leaves behind, too. */
static void play(int results)
{
	char *args[] = { "/runner", "-o", RESULTS, "/trace", NULL };
	pid_t runner;
	int status = 0;

	say("run");
	runner = fork();
	if (runner < 0)
		fail("fork");
	if (!runner) {
		execv(args[0], args);
		say("failed: %s: %s", args[0], strerror(errno));
		_exit(127);
	}
	while (waitpid(-1, &status, 0) != runner)
		;
	/* First the last result, then the word that it was the last. */
	tcdrain(results);
	if (WIFSIGNALED(status))
		say("ended signal %d", WTERMSIG(status));
	else
		say("ended exit %d", WEXITSTATUS(status));
}

int main(void)
{
	int results;

	mount_early("devtmpfs", "/dev");
	mount_early("proc", "/proc");
	mount_early("sysfs", "/sys");
	mount_early("debugfs", "/sys/kernel/debug");
	mount_early("tmpfs", "/dev/shm");
	mount_early("tmpfs", "/tmp");
	say("up");
	results = open_results();
	set_up();
	play(results);
	end_guest();
}
