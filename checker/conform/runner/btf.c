/* Where members lie in structs of this kernel, from its BTF.  Needed at the start only. */

static struct {
	const char *data, *types, *strings;
	uint32_t *offsets; /* of types, by id; 0 is void */
	int count;
} btf;

#define BTF_BYTES_MAX (64ul << 20)
#define BTF_TYPES_MAX (1ul << 20)

/* How much stands behind a type: a fixed number of bytes, and one for each of its vlen parts. */
static uint32_t btf_tail(const struct btf_type *t)
{
	uint32_t parts = BTF_INFO_VLEN(t->info);

	switch (BTF_INFO_KIND(t->info)) {
	case BTF_KIND_INT:
	case BTF_KIND_VAR:
	case BTF_KIND_DECL_TAG: return 4;
	case BTF_KIND_ARRAY: return sizeof(struct btf_array);
	case BTF_KIND_STRUCT:
	case BTF_KIND_UNION: return parts * sizeof(struct btf_member);
	case BTF_KIND_ENUM: return parts * sizeof(struct btf_enum);
	case BTF_KIND_ENUM64: return parts * sizeof(struct btf_enum64);
	case BTF_KIND_FUNC_PROTO: return parts * sizeof(struct btf_param);
	case BTF_KIND_DATASEC: return parts * sizeof(struct btf_var_secinfo);
	default: return 0;
	}
}

static const struct btf_type *btf_type_by_id(uint32_t id)
{
	return (const struct btf_type *)(btf.types + btf.offsets[id]);
}

static void btf_close(void)
{
	munmap((void *)btf.data, BTF_BYTES_MAX);
	munmap(btf.offsets, BTF_TYPES_MAX * sizeof *btf.offsets);
}

static bool btf_open(void)
{
	int flags = MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE;
	char *data = mmap(NULL, BTF_BYTES_MAX, PROT_READ | PROT_WRITE, flags, -1, 0);
	const struct btf_header *header = (const struct btf_header *)data;

	btf.data = data;
	btf.offsets = mmap(NULL, BTF_TYPES_MAX * sizeof *btf.offsets, PROT_READ | PROT_WRITE, flags, -1, 0);
	if (btf.data == MAP_FAILED || btf.offsets == MAP_FAILED)
		return false;
	if (read_file("/sys/kernel/btf/vmlinux", data, BTF_BYTES_MAX) < (ssize_t)sizeof *header ||
	    header->magic != BTF_MAGIC)
		return false;
	btf.types = data + header->hdr_len + header->type_off;
	btf.strings = data + header->hdr_len + header->str_off;
	btf.count = 1;
	for (uint32_t at = 0; at < header->type_len && btf.count < (int)BTF_TYPES_MAX; btf.count++) {
		const struct btf_type *t = (const struct btf_type *)(btf.types + at);

		btf.offsets[btf.count] = at;
		at += sizeof *t + btf_tail(t);
	}
	return true;
}

/* In bytes, also of a member of an anonymous struct or union inside; -1 where there is none. */
static long btf_member_of(const struct btf_type *t, const char *name)
{
	const struct btf_member *m = (const struct btf_member *)(t + 1);
	uint32_t kind = BTF_INFO_KIND(t->info);

	if (kind != BTF_KIND_STRUCT && kind != BTF_KIND_UNION)
		return -1;
	for (uint32_t i = 0; i < BTF_INFO_VLEN(t->info); i++, m++) {
		long at = (BTF_INFO_KFLAG(t->info) ? BTF_MEMBER_BIT_OFFSET(m->offset) : m->offset) / 8;

		if (!strcmp(btf.strings + m->name_off, name))
			return at;
		if (btf.strings[m->name_off])
			continue;
		long inside = btf_member_of(btf_type_by_id(m->type), name);

		if (inside >= 0)
			return at + inside;
	}
	return -1;
}

static const struct btf_type *btf_struct(const char *name)
{
	for (int id = 1; id < btf.count; id++) {
		const struct btf_type *t = btf_type_by_id(id);

		if (BTF_INFO_KIND(t->info) == BTF_KIND_STRUCT && !strcmp(btf.strings + t->name_off, name))
			return t;
	}
	return NULL;
}

static long btf_offset(const char *struct_name, const char *member)
{
	const struct btf_type *t = btf_struct(struct_name);

	return t ? btf_member_of(t, member) : -1;
}
