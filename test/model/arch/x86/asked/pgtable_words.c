// SPDX-License-Identifier: MIT OR GPL-2.0
/*
 * What a kernel's own functions of page-table entries give: a module for the kernel that is asked, compiled with its headers.
 * A line of /proc/pgtable_words is a function, a checksum over all words that it gives, and how many those are; cases.ts goes
 * through the same ones in the same order.  README.md says how to ask.
 */
#include <linux/hugetlb.h>
#include <linux/mm.h>
#include <linux/module.h>
#include <linux/proc_fs.h>
#include <linux/sched.h>
#include <linux/seq_file.h>
#include <linux/version.h>

/* Not exported; 0 but in a confidential guest. */
u64 cc_mask;

/* The functions, each as one of words. */

#define ASK(l, f) \
	static u64 l##_##f##_(u64 e) { return !!l##_##f(__##l(e)); }
#define CHANGE_BY(l, f, kernels) \
	static u64 l##_##f##_(u64 e) { return l##_val(kernels(__##l(e))); }
#define CHANGE(l, f) CHANGE_BY(l, f, l##_##f)

#define AT_LEVEL(l) \
	ASK(l, write) ASK(l, dirty) ASK(l, young) ASK(l, special) ASK(l, soft_dirty) ASK(l, present) ASK(l, none) \
	CHANGE(l, mkspecial) CHANGE(l, wrprotect) CHANGE(l, mkdirty) CHANGE(l, mkclean) CHANGE(l, mkyoung) \
	CHANGE(l, mkold) CHANGE(l, mksoft_dirty) CHANGE(l, clear_soft_dirty) CHANGE(l, mkhuge) \
	static u64 l##_pfn_(u64 e) { return l##_pfn(__##l(e)); } \
	static u64 l##_pgprot_(u64 e) { return pgprot_val(l##_pgprot(__##l(e))); } \
	static u64 pfn_##l##_(u64 pfn, u64 prot) { return l##_val(pfn_##l(pfn, __pgprot(prot))); } \
	static u64 l##_modify_(u64 e, u64 prot) { return l##_val(l##_modify(__##l(e), __pgprot(prot))); }
AT_LEVEL(pte)
AT_LEVEL(pmd)
AT_LEVEL(pud)

/* v7.3 calls them so. */
#if LINUX_VERSION_CODE >= KERNEL_VERSION(7, 3, 0)
#define UFFD(l, is, set, unset) \
	static u64 l##_##is##_wp_(u64 e) { return !!l##_##is(__##l(e)); } \
	static u64 l##_##set##_wp_(u64 e) { return l##_val(l##_##set(__##l(e))); } \
	static u64 l##_##unset##_wp_(u64 e) { return l##_val(l##_##unset(__##l(e))); }
#else
#define UFFD(l, is, set, unset) ASK(l, is##_wp) CHANGE(l, set##_wp) CHANGE(l, unset##_wp)
#endif
UFFD(pte, uffd, mkuffd, clear_uffd)
UFFD(pmd, uffd, mkuffd, clear_uffd)
UFFD(pte, swp_uffd, swp_mkuffd, swp_clear_uffd)
UFFD(pmd, swp_uffd, swp_mkuffd, swp_clear_uffd)

ASK(pte, protnone) ASK(pmd, protnone)
ASK(pmd, leaf) ASK(pud, leaf) ASK(pmd, trans_huge) ASK(pud, trans_huge) ASK(pmd, bad) ASK(pud, bad) ASK(pte, huge)
CHANGE(pte, clrhuge) CHANGE(pmd, mkinvalid) CHANGE(pud, mkinvalid)
CHANGE(pte, mkwrite_novma) CHANGE(pmd, mkwrite_novma) CHANGE(pud, mkwrite)
ASK(pte, swp_exclusive) CHANGE(pte, swp_mkexclusive) CHANGE(pte, swp_clear_exclusive)
ASK(pte, swp_soft_dirty) CHANGE(pte, swp_mksoft_dirty) CHANGE(pte, swp_clear_soft_dirty)
ASK(pmd, swp_soft_dirty) CHANGE(pmd, swp_mksoft_dirty) CHANGE(pmd, swp_clear_soft_dirty)

/* pte_mkwrite() and pmd_mkwrite() (arch/x86/mm/pgtable.c) are not exported: what they call, where there is no shadow stack. */
#define pte_mkwrite_here(e) pte_clear_saveddirty(pte_mkwrite_novma(e))
#define pmd_mkwrite_here(e) pmd_clear_saveddirty(pmd_mkwrite_novma(e))
CHANGE_BY(pte, mkwrite, pte_mkwrite_here)
CHANGE_BY(pmd, mkwrite, pmd_mkwrite_here)

static u64 arch_make_huge_pte_(u64 e) { return pte_val(arch_make_huge_pte(__pte(e), PMD_SHIFT, 0)); }
static u64 swp_type_(u64 e) { return __swp_type(__pte_to_swp_entry(__pte(e))); }
static u64 swp_offset_(u64 e) { return __swp_offset(__pte_to_swp_entry(__pte(e))); }
static u64 swp_pte_(u64 type, u64 offset) { return pte_val(__swp_entry_to_pte(__swp_entry(type, offset))); }
static u64 pmd_swp_type_(u64 e) { return __swp_type(__pmd_to_swp_entry(__pmd(e))); }
static u64 pmd_swp_offset_(u64 e) { return __swp_offset(__pmd_to_swp_entry(__pmd(e))); }
static u64 swp_pmd_(u64 type, u64 offset) { return pmd_val(__swp_entry_to_pmd(__swp_entry(type, offset))); }

#define OF_PGPROT(f) \
	static u64 f##_(u64 prot) { return pgprot_val(f(__pgprot(prot))); }
OF_PGPROT(pgprot_noncached)
OF_PGPROT(pgprot_writecombine)
OF_PGPROT(pgprot_writethrough)
OF_PGPROT(pgprot_4k_2_large)
OF_PGPROT(pgprot_large_2_4k)
static u64 pgprot_modify_(u64 old, u64 prot) { return pgprot_val(pgprot_modify(__pgprot(old), __pgprot(prot))); }

struct of_word {
	const char *name;
	u64 (*f)(u64);
};
struct of_two {
	const char *name;
	u64 (*f)(u64, u64);
};
#define F(f) { #f, f##_ }
#define ALL_AT(l) \
	F(l##_write), F(l##_dirty), F(l##_young), F(l##_special), F(l##_soft_dirty), F(l##_present), F(l##_none), \
	F(l##_mkspecial), F(l##_wrprotect), F(l##_mkdirty), F(l##_mkclean), F(l##_mkyoung), F(l##_mkold), \
	F(l##_mksoft_dirty), F(l##_clear_soft_dirty), F(l##_mkhuge), F(l##_mkwrite), F(l##_pfn), F(l##_pgprot)
static const struct of_word of_entry[] = {
	ALL_AT(pte), ALL_AT(pmd), ALL_AT(pud),
	F(pte_uffd_wp), F(pte_mkuffd_wp), F(pte_clear_uffd_wp), F(pmd_uffd_wp), F(pmd_mkuffd_wp), F(pmd_clear_uffd_wp),
	F(pte_swp_uffd_wp), F(pte_swp_mkuffd_wp), F(pte_swp_clear_uffd_wp),
	F(pmd_swp_uffd_wp), F(pmd_swp_mkuffd_wp), F(pmd_swp_clear_uffd_wp),
	F(pte_protnone), F(pmd_protnone), F(pmd_leaf), F(pud_leaf), F(pmd_trans_huge), F(pud_trans_huge), F(pmd_bad), F(pud_bad),
	F(pte_huge), F(pte_clrhuge), F(pmd_mkinvalid), F(pud_mkinvalid), F(pte_mkwrite_novma), F(pmd_mkwrite_novma),
	F(pte_swp_exclusive), F(pte_swp_mkexclusive), F(pte_swp_clear_exclusive),
	F(pte_swp_soft_dirty), F(pte_swp_mksoft_dirty), F(pte_swp_clear_soft_dirty),
	F(pmd_swp_soft_dirty), F(pmd_swp_mksoft_dirty), F(pmd_swp_clear_soft_dirty),
	F(arch_make_huge_pte), F(swp_type), F(swp_offset), F(pmd_swp_type), F(pmd_swp_offset),
	F(pgprot_noncached), F(pgprot_writecombine), F(pgprot_writethrough), F(pgprot_4k_2_large), F(pgprot_large_2_4k),
};
static const struct of_two of_entry_and_prot[] = { F(pte_modify), F(pmd_modify), F(pud_modify), F(pgprot_modify) };
static const struct of_two of_frame_and_prot[] = { F(pfn_pte), F(pfn_pmd), F(pfn_pud) };
static const struct of_two of_type_and_offset[] = { F(swp_pte), F(swp_pmd) };

/* The cases: see cases.ts. */

#define FLAGS 65536u
#define BIT_12 4096

static const u64 frames[] = { 0, 1, 1ull << 9, 1ull << 18, (1ull << 33) | 1, 0xffffffffffull, 0xfffffffffeull, 0x5555555555ull,
			      0xaaaaaaaaaaull };
static const u64 pfns[] = { 0, 1, 2, 1ull << 9, 1ull << 18, (1ull << 33) - 1, 1ull << 33, (1ull << 33) - (1ull << 18),
			    1ull << 39, 0xffffffffffull, 0x5555555555ull, 0xaaaaaaaaaaull };
static const u64 caches[] = { 0, _PAGE_PAT | _PAGE_PCD | _PAGE_PWT };

static u64 flags_of(u32 n)
{
	return (n & 4095) | (n >> 12 & 1 ? _PAGE_NX : 0) | (n >> 13 & 1 ? 1ull << 57 : 0) | (n >> 14 & 1 ? 1ull << 58 : 0) |
	       (n >> 15 & 1 ? 15ull << 59 : 0);
}

struct sum {
	u64 sum, words;
};

static void add(struct sum *s, u64 word)
{
	s->sum = rol64(s->sum ^ word, 7) + 0x9e3779b97f4a7c15ull;
	s->words++;
}

static void say(struct seq_file *m, const char *name, struct sum s)
{
	seq_printf(m, "%s %016llx %llu\n", name, s.sum, s.words);
	cond_resched();
}

static void ask_of_entry(struct seq_file *m, const struct of_word *asked)
{
	struct sum s = {};

	for (int i = 0; i < ARRAY_SIZE(frames); i++)
		for (u32 n = 0; n < FLAGS; n++)
			add(&s, asked->f(flags_of(n) | frames[i] << PAGE_SHIFT));
	say(m, asked->name, s);
}

static void ask_of_entry_and_prot(struct seq_file *m, const struct of_two *asked, const u64 *prots, int count)
{
	struct sum s = {};

	for (int p = 0; p < count; p++)
		for (int c = 0; c < ARRAY_SIZE(caches); c++)
			for (int i = 0; i < ARRAY_SIZE(frames); i++, cond_resched())
				for (u32 n = 0; n < FLAGS; n++)
					add(&s, asked->f(flags_of(n) | frames[i] << PAGE_SHIFT, prots[p] | caches[c]));
	say(m, asked->name, s);
}

static void ask_of_frame_and_prot(struct seq_file *m, const struct of_two *asked)
{
	struct sum s = {};

	for (int i = 0; i < ARRAY_SIZE(pfns); i++)
		for (u32 n = 0; n < 2 * FLAGS; n++)
			add(&s, asked->f(pfns[i], flags_of(n % FLAGS) | (n < FLAGS ? 0 : BIT_12)));
	say(m, asked->name, s);
}

static void ask_of_type_and_offset(struct seq_file *m, const struct of_two *asked)
{
	struct sum s = {};

	for (u64 type = 0; type < 32; type++)
		for (int i = 0; i < ARRAY_SIZE(pfns); i++)
			add(&s, asked->f(type, pfns[i]));
	say(m, asked->name, s);
}

#define PROT(name) { #name, pgprot_val(name) }

static int show(struct seq_file *m, void *v)
{
	const struct { const char *name; u64 prot; } named[] = {
		PROT(PAGE_SHARED), PROT(PAGE_READONLY), PROT(PAGE_SHARED_EXEC), PROT(PAGE_READONLY_EXEC), PROT(PAGE_NONE),
		PROT(PAGE_KERNEL), PROT(PAGE_KERNEL_EXEC), PROT(PAGE_KERNEL_RO), PROT(PAGE_KERNEL_ROX),
	};
	u64 users[5];

	/* The buffer grows until it has room for everything, so that nothing is asked twice. */
	if (m->size < 16384) {
		m->count = m->size;
		return 0;
	}
	for (int i = 0; i < ARRAY_SIZE(named); i++) {
		seq_printf(m, "%s %016llx 1\n", named[i].name, named[i].prot);
		if (i < ARRAY_SIZE(users))
			users[i] = named[i].prot;
	}
	for (int i = 0; i < ARRAY_SIZE(of_entry); i++)
		ask_of_entry(m, of_entry + i);
	for (int i = 0; i < ARRAY_SIZE(of_entry_and_prot); i++)
		ask_of_entry_and_prot(m, of_entry_and_prot + i, users, ARRAY_SIZE(users));
	for (int i = 0; i < ARRAY_SIZE(of_frame_and_prot); i++)
		ask_of_frame_and_prot(m, of_frame_and_prot + i);
	for (int i = 0; i < ARRAY_SIZE(of_type_and_offset); i++)
		ask_of_type_and_offset(m, of_type_and_offset + i);
	return 0;
}

static int __init begin(void)
{
	return proc_create_single("pgtable_words", 0444, NULL, show) ? 0 : -ENOMEM;
}

static void __exit end(void)
{
	remove_proc_entry("pgtable_words", NULL);
}

module_init(begin);
module_exit(end);
MODULE_LICENSE("Dual MIT/GPL");
MODULE_DESCRIPTION("words that functions of page-table entries give");
