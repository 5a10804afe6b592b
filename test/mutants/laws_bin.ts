/** Prints as JSON, by what a mutant says, the laws that catch it, each with its level. */
import { lawsThatCatch } from './law_mutant.ts';
import { LAW_MUTANTS } from './law_mutants_all.ts';

process.stdout.write(JSON.stringify(Object.fromEntries(LAW_MUTANTS.map((one) => [one.says, lawsThatCatch(one)]))));
