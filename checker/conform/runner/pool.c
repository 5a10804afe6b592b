/* The pool of hugepages, where a sequence has a file of them. */

static enum pool { NO_POOL, POOL_2M, POOL_1G } pool_watched;

static void watch_pool(enum backing backing)
{
	if (backing == HUGETLB)
		pool_watched = POOL_2M;
	if (backing == HUGETLB_1G)
		pool_watched = POOL_1G;
}

/* Below zero where too many promises have been taken back: the kernel prints it without a sign. */
static long pool_count(const char *file)
{
	char path[96], text[32];

	snprintf(path, sizeof path, "/sys/kernel/mm/hugepages/hugepages-%dkB/%s", pool_watched == POOL_2M ? 2048 : 1048576,
		 file);
	return read_file(path, text, sizeof text) > 0 ? (long)strtoul(text, NULL, 10) : -1;
}

static void say_pool(void)
{
	if (pool_watched != NO_POOL)
		say(",\"pool\":[%ld,%ld]", pool_count("free_hugepages"), pool_count("resv_hugepages"));
}
