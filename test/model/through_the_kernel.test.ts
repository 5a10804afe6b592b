/**
 * Whatever calls a function of a kernel does so through `s.kernel`. A call of the function itself would go past every patch: a
 * toggle, a series or a file of somebody's own would be there, and do nothing.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { hugetlb_v7_1 } from '../../model/hugetlb/releases/v7_1.ts';
import { v7_1 } from '../../model/releases/v7_1.ts';

const MODEL = fileURLToPath(new URL('../../model/', import.meta.url));
/** Patches name what they replace; operations have the names of functions; entries are put into a kernel as a whole. */
const NOT_CALLERS = /^(?:bugs|proposals|arch|operations|hugetlb\/operations)\//;

const namesOf = (kernel: object): ReadonlySet<string> =>
  new Set(Object.keys(kernel).filter((name) => name !== 'name' && typeof Reflect.get(kernel, name) === 'function'));
const OF_MM = namesOf(v7_1);
const OF_HUGETLB = namesOf(hugetlb_v7_1);

/** Without comments and texts, of which only what ${} has is code. */
const codeOf = (text: string): string =>
  text
    .replaceAll(/\/\*[\s\S]*?\*\/|\/\/.*$/gm, '')
    .replaceAll(/'(?:[^'\\\n]|\\.)*'/g, "''")
    .replaceAll(/`(?:[^`\\]|\\.)*`/g, (one) => (one.match(/\$\{[^}]*\}/g) ?? []).join(' '));

/** The functions of a kernel that a text uses by themselves: it has imported or defined one, and calls it or hands it on. */
const usedIn = (text: string, names: ReadonlySet<string>): readonly string[] => {
  const code = codeOf(text);
  const imports = code.match(/^import \{[\s\S]*?\} from/gm) ?? [];
  const known = [
    ...imports.flatMap((one) => one.match(/\w+/g) ?? []),
    ...[...code.matchAll(/^(?:export )?const (\w+) =/gm)].map(([, name]) => name!),
  ].filter((name) => names.has(name));
  const rest = code
    .replaceAll(/^import [\s\S]*? from .*$/gm, '')
    // What a kernel, or a patch, is made of: `name,` `name: name,` `name: () => name,`; what has it for a type; its definition.
    .replaceAll(/typeof [\w.]+|const \w+ =|^\s*\w+,$/gm, '')
    .replaceAll(/\b\w+: (?:\(\) => )?\w+(?=[,\s}])/g, '');
  return [...new Set(known)].filter((name) => new RegExp(`(?<![.\\w])${name}\\b(?!:)`).test(rest));
};

const files = readdirSync(MODEL, { recursive: true, encoding: 'utf8' })
  .map((one) => one.replaceAll('\\', '/'))
  .filter((one) => one.endsWith('.ts') && !NOT_CALLERS.test(one));

describe('a function of a kernel', () => {
  it('is called through the kernel everywhere', () => {
    const past = files.flatMap((file) => {
      const names = file.startsWith('hugetlb/') ? OF_HUGETLB : OF_MM;
      return usedIn(readFileSync(join(MODEL, file), 'utf8'), names).map((name) => `${file}: ${name}`);
    });
    expect(past).toEqual([]);
  });
  it.each([
    ["import { zap_huge_pmd } from './a.ts';\nexport const f = (s: Sys) => zap_huge_pmd(s);", ['zap_huge_pmd']],
    ["import { zap_huge_pmd } from './a.ts';\nexport const f = (s: Sys) => each(s, zap_huge_pmd);", ['zap_huge_pmd']],
    ['export const zap_huge_pmd = (s: Sys) => 1;\nconst f = (s: Sys) => `${zap_huge_pmd(s)}`;', ['zap_huge_pmd']],
    ["import { zap_huge_pmd } from './a.ts';\nexport const v7_1 = {\n  zap_huge_pmd,\n};", []],
    ["import { zap_huge_pmd } from './a.ts';\nexport const patch = { zap_huge_pmd: () => zap_huge_pmd };", []],
    [
      'export const zap_huge_pmd = (s: Sys) => 1;\n// zap_huge_pmd(s)\nconst f = (s: Sys) => s.kernel.zap_huge_pmd(s);',
      [],
    ],
  ])('is found, or not, in %j', (text, names) => {
    expect(usedIn(text, OF_MM)).toEqual(names);
  });
});
