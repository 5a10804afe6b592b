/** The x86 PAT table, as arch/x86/mm/pat/memtype.c pat_bp_init() fills it (v7.1): PAT<<2 | PCD<<1 | PWT to cache mode. */
const MODE_NAMES = ['WB', 'WC', 'UC-', 'UC', 'WB', 'WP', 'UC-', 'WT'] as const;
/** A mode's number is its first index. */
const PAT = [0, 1, 2, 3, 0, 5, 2, 7] as const;

export const cacheMode = (index: number): number => PAT[index]!;
export const cacheModeName = (index: number): string => `${MODE_NAMES[index]!} (PAT index ${index})`;
