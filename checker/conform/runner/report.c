/* The JSON lines. */

static bool quiet;

static const char *truth(bool is)
{
	return is ? "true" : "false";
}

static void say_header(void)
{
	struct utsname name;

	uname(&name);
	say("{\"runner\":1,\"level\":%d,\"uname\":", view_level);
	say_string(name.release);
	say(",\"features\":{\"scan\":%s,\"kpagecount\":%s,\"kpageflags\":%s,\"softdirty\":%s,\"uring\":%s,\"uffd\":%s",
	    truth(features.scan), truth(features.kpagecount), truth(features.kpageflags), truth(features.softdirty),
	    truth(features.uring), truth(features.uffd));
	say(",\"kvm\":%s", truth(features.kvm));
	say(",\"thp\":\"%s\",\"swap\":%s,\"rssexact\":%s}}", features.thp, truth(features.swap),
	    truth(features.rssexact));
	end_line();
}

static void say_seq(const char *name)
{
	say("{\"seq\":");
	say_string(name);
	say("}");
	end_line();
}

static bool say_vma(const struct vma_line *vma, void *with)
{
	bool *first = with;

	if (vma->end <= BASE)
		return true;
	if (vma->start >= BASE + PAGES_MAX * PAGE_SIZE)
		return false;
	say("%s[%lu,%lu,\"%s\"]", *first ? "" : ",", (vma->start - BASE) / PAGE_SIZE,
	    (vma->end - vma->start) / PAGE_SIZE, vma->prot);
	*first = false;
	return true;
}

static void say_process(int number)
{
	const struct process *p = &processes[number];
	struct mm_counts counts = read_counts(p);
	long shared_pages, private_pages;
	bool first = true;

	subtract_baseline(&counts, &p->baseline);
	say("\"%d\":{\"pt\":%ld,\"rss\":[%ld,%ld,%ld],\"vma\":[", number, counts.pt, counts.rss[0], counts.rss[1],
	    counts.rss[2]);
	for_each_vma(p->maps_fd, say_vma, &first);
	say("]");
	if (pool_watched != NO_POOL) {
		read_smaps_hugetlb(p->pid, &shared_pages, &private_pages);
		say(",\"huge\":%ld,\"smaps\":[%ld,%ld]", counts.hugetlb, shared_pages, private_pages);
	}
	say(",\"m\":[");
	say_runs(p);
	say("]");
	if (view_level == 3)
		say_page_tables(p);
	say("}");
}

static void say_answer(const struct operation *op, const struct answer *answer)
{
	const struct outcome *outcome = &answer->outcome;

	say(",\"r\":%ld", outcome->result);
	if (outcome->error)
		say(",\"e\":%d", outcome->error);
	if (outcome->signal)
		say(",\"sig\":%d", outcome->signal);
	if (outcome->at > op->page)
		say(",\"at\":%lu", outcome->at);
	if (answer->lost)
		say(",\"lost\":true");
}

static void say_step(int step, const char *text, const struct operation *op, const struct answer *answer)
{
	bool first = true;

	say("{\"i\":%d,\"op\":", step);
	say_string(text);
	say_answer(op, answer);
	if (!quiet) {
		say_pool();
		say(",\"p\":{");
		for (int i = 0; i < process_count; i++) {
			if (!processes[i].alive)
				continue;
			say("%s", first ? "" : ",");
			say_process(i);
			first = false;
		}
		say("}");
	}
	say("}");
	end_line();
}

/* Two counters can mean the same noise; they stand side by side. */
static void say_end(const char *name, const struct counters *before, const struct counters *after)
{
	const char *last = "";

	say("{\"end\":");
	say_string(name);
	say(",\"noise\":[");
	if (before->khugepaged != after->khugepaged)
		say("\"%s\"", last = "khugepaged");
	for (size_t i = 0; i < ARRAY_SIZE(disturbances); i++) {
		if (before->disturbance[i] == after->disturbance[i] || !strcmp(last, disturbances[i].noise))
			continue;
		say("%s\"%s\"", *last ? "," : "", disturbances[i].noise);
		last = disturbances[i].noise;
	}
	say("]}");
	end_line();
}
