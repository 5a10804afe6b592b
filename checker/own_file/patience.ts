/** How long functions of files of somebody's own may take. */

/** A call: a transition takes microseconds. Tests have less time. */
export const PATIENCE_MS = Number(process.env['MMCHECK_PATIENCE_MS'] ?? 5000);

/** What is read may compute a table, and wait for something; of a built-in function nobody knows how far it is. */
export const longer = (patience: number): number => 6 * patience;

export const notReturnedAfter = (ms: number): string => `has not returned after ${ms / 1000} s`;
