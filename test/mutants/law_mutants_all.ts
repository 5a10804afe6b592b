/** Every mutant of the laws of entries. */
import type { LawMutant } from './law_mutant.ts';
import { ENTRY_MUTANTS } from './law_mutants.ts';
import { FLAG_MUTANTS } from './law_mutants_of_flags.ts';

export const LAW_MUTANTS: readonly LawMutant[] = [...ENTRY_MUTANTS, ...FLAG_MUTANTS];
