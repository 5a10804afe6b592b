/* Output is written at the end of every line, so that a kernel that dies leaves all but the last. */

static int out_fd = STDOUT_FILENO;
static bool out_is_terminal;
static size_t out_length;

static void flush_out(void)
{
	for (size_t done = 0; done < out_length;) {
		ssize_t n = write(out_fd, scratch->out + done, out_length - done);

		if (n < 0 && errno != EINTR) {
			perror("output");
			exit(2);
		}
		done += n > 0 ? n : 0;
	}
	out_length = 0;
}

static void say(const char *format, ...) __attribute__((format(printf, 1, 2)));
static void say(const char *format, ...)
{
	va_list args;

	/* nothing that is said at once is longer than a line of the trace with every byte escaped */
	if (out_length > sizeof scratch->out - 8 * LINE_MAX_HERE)
		flush_out();
	va_start(args, format);
	out_length += vsnprintf(scratch->out + out_length, sizeof scratch->out - out_length, format, args);
	va_end(args);
}

static void say_string(const char *text)
{
	say("\"");
	for (; *text; text++)
		say((unsigned char)*text < ' ' || *text == '"' || *text == '\\' ? "\\u%04x" : "%c", (unsigned char)*text);
	say("\"");
}

/* What is still on its way through a serial line would be lost with the kernel. */
static void end_line(void)
{
	say("\n");
	flush_out();
	if (out_is_terminal)
		tcdrain(out_fd);
}
