/** Prints as JSON what the functions of x86 give for the cases that kernels were asked, by release: `node asked_bin.ts v7.1 v6.12`. */
import { underTest } from '../../../../checker/laws/under_test.ts';
import { X86_64 } from '../../../../model/arch/x86/architecture.ts';
import { PGTABLE_RELEASES, type PgtableRelease } from '../../../../model/formats/architecture.ts';
import type { FunctionName } from '../../../../model/formats/pgtable.ts';
import { askedOf, type Sum } from './asked/cases.ts';

/** They call others, which a release may have otherwise. */
const CALLERS: readonly string[] = ['pmd_mkinvalid', 'pud_mkinvalid', 'arch_make_huge_pte'];

/** Of v7.1 each function is gone through, of another release those that it has otherwise. */
const sumsOf = (release: PgtableRelease): Readonly<Record<string, Sum>> => {
  const { t, changes } = underTest(X86_64, release);
  const users = X86_64.pgprots(t).protections.flatMap(({ prot, kernel }) => (kernel === true ? [] : [prot]));
  const changed = new Set([...CALLERS, ...changes.flatMap(({ patch }) => Object.keys(patch))]);
  const names = (Object.keys(t) as FunctionName[]).filter((name) => release === 'v7.1' || changed.has(name));
  return Object.fromEntries(names.map((name) => [name, askedOf(t, name, users)]));
};

const releases = PGTABLE_RELEASES.filter((release) => process.argv.includes(release));
process.stdout.write(JSON.stringify(Object.fromEntries(releases.map((release) => [release, sumsOf(release)]))));
