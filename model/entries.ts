/** What a file for `mmcheck laws --patch` imports, as 'mmcheck/entries': words of 64 bits, and the types of a proposal. */
export * from './formats/u64.ts';
export { type Proposal, proposal } from './formats/proposal.ts';
export type { Entry, FunctionName, Functions, Pgprot, PgtablePatch } from './formats/pgtable.ts';
