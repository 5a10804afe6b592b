/** What traces call the processes of a world. */
const PARTY = ['parent', 'child', 'second child'] as const;
export const party = (mm: number): string => PARTY[mm] ?? `mm${mm}`;
