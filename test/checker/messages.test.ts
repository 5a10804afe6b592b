import { describe, expect, it } from 'vitest';
import { distance, nearest } from '../../checker/nearest.ts';
import { mm } from './command_line.ts';

/** What is said on standard error; nothing may be on standard output, and the code is 2. */
const refused = async (...argv: string[]): Promise<string> => {
  const { code, out, err } = await mm(argv);
  expect({ code, out }).toEqual({ code: 2, out: '' });
  expect(err).not.toContain('    at ');
  expect(Math.max(...err.split('\n').map((line) => line.length))).toBeLessThanOrEqual(80);
  return err;
};

describe('unusable input is refused with what exists and the nearest name:', () => {
  it('a kernel', async () => {
    expect(await refused('check', '--kernel', 'v6.18-x68')).toMatchInlineSnapshot(`
      "mmcheck: there is no kernel "v6.18-x68"
        did you mean: v6.18-x86
        there are: v6.18-x86, v6.18-ppc
      "
    `);
  });
  it('a series', async () => {
    expect(await refused('check', '--series', 'lazy-reserv@v1')).toMatchInlineSnapshot(`
      "mmcheck: there is no series "lazy-reserv"
        did you mean: lazy-reserve
        there are: lazy-reserve
      "
    `);
  });
  it('a version', async () => {
    expect(await refused('check', '--series', 'lazy-reserve@v3')).toMatchInlineSnapshot(`
      "mmcheck: there is no version "v3" of lazy-reserve
        there are: v1, v2, v2.0 .. v2.2
        for another one, take the nearest and --set what it has otherwise (npx mmcheck
        explain NAME@VERSION)
      "
    `);
  });
  it('a toggle', async () => {
    expect(await refused('check', '--set', 'zap_reserve=keep')).toMatchInlineSnapshot(`
      "mmcheck: there is no toggle "zap_reserve"
        did you mean: zap-reserve
        there are: zap-reserve, split-table, khugepaged
      "
    `);
  });
  it('a value', async () => {
    expect(await refused('check', '--set', 'zap-reserve=kep')).toMatchInlineSnapshot(`
      "mmcheck: there is no value "kep" of toggle zap-reserve
        did you mean: keep
        there are: withdraw, keep
      "
    `);
  });
  it('a toggle without a value', async () => {
    expect(await refused('check', '--set', 'zap-reserve')).toMatchInlineSnapshot(`
      "mmcheck: --set takes TOGGLE=VALUE, here zap-reserve=withdraw or
      zap-reserve=keep, not "zap-reserve"
      "
    `);
  });
  it('a toggle with two values', async () => {
    expect(await refused('check', '--set', 'zap-reserve=keep', '--set', 'zap-reserve=withdraw')).toMatchInlineSnapshot(`
      "mmcheck: --set takes one value of a toggle (keep before), not
      "zap-reserve=withdraw"
      "
    `);
  });
  it('a world', async () => {
    expect(await refused('check', '--world', 'Reserves')).toMatchInlineSnapshot(`
      "mmcheck: there is no world "Reserves"
        did you mean: reserve
        there are: reserve, counters, mirror, alley
      "
    `);
  });
  it('a size', async () => {
    expect(await refused('check', '--size', 'large')).toMatchInlineSnapshot(`
      "mmcheck: there is no size "large"
        there are: quick, standard, deep
      "
    `);
  });
  it('a property', async () => {
    expect(await refused('check', '--property', 'balance')).toMatchInlineSnapshot(`
      "mmcheck: there is no property "balance"
        did you mean: reserveBalance
        there are: reserveBalance, zapShrinks, twoReserved, noNullReserve, swapKept,
        everyCount, ordered, firstComesFirst, noJump, goesOn, khugepaged
      "
    `);
  });
  it('a property that the worlds named do not have', async () => {
    expect(await refused('check', '--world', 'mirror', '--property', 'ordered')).toMatchInlineSnapshot(`
      "mmcheck: none of the worlds mirror has the property ordered
        leave --world out to search for the property in all worlds
      "
    `);
  });
  it.each([
    ['--states-max', '0'],
    ['--states-max', '1e6'],
    ['--states-max', '99999999999999999999'],
    ['--depth-max', '-1'],
    ['--depth-max', '2.5'],
    ['--seconds-max', '0'],
    ['--seconds-max', 'soon'],
    ['--memory-max', '0'],
  ])('the number %s %s', async (flag, value) => {
    expect(await refused('check', `${flag}=${value}`)).toMatch(
      new RegExp(`^mmcheck: ${flag} takes a .*number .*, not\\s"${value.replace('.', '\\.')}"\n$`),
    );
  });
  it('a flag', async () => {
    expect(await refused('check', '--wrold', 'mirror')).toMatchInlineSnapshot(`
      "mmcheck: Unrecognized flag: --wrold in command mmcheck check
        did you mean: --world
        try: mmcheck check --help
      "
    `);
  });
  it('a flag given twice', async () => {
    expect(await refused('check', '--size', 'quick', '--size', 'deep')).toMatchInlineSnapshot(`
      "mmcheck: Invalid value for flag --size: "2 occurrences". Expected: at most 1
      value
        try: mmcheck check --help
      "
    `);
  });
  it('a flag without a value', async () => {
    expect(await refused('check', '--kernel')).toMatchInlineSnapshot(`
      "mmcheck: Missing value for flag --kernel. Expected: K
        try: mmcheck check --help
      "
    `);
  });
  it('a command', async () => {
    expect(await refused('chekc')).toMatchInlineSnapshot(`
      "mmcheck: Unknown subcommand "chekc" for "mmcheck"
        did you mean: check
        try: mmcheck --help
      "
    `);
  });
  it('no command at all', async () => {
    expect(await refused()).toContain('SUBCOMMANDS');
  });
  it('a list', async () => {
    expect(await refused('list', 'worlds_')).toMatchInlineSnapshot(`
      "mmcheck: there is no list "worlds_"
        did you mean: worlds
        there are: kernels, series, toggles, worlds, operations, properties, findings,
        questions, architectures, laws, functions, bugs
      "
    `);
  });
  it('a name to explain', async () => {
    const said = await refused('explain', 'zap_huge_pdm');
    expect(said.replace(/\d+/, 'N')).toMatchInlineSnapshot(`
      "mmcheck: there is no entry "zap_huge_pdm"
        did you mean: zap_huge_pmd
        there are N; try: npx mmcheck find WORD
      "
    `);
  });
});

describe('help and version', () => {
  it.each([[['--help']], [['check', '--help']], [['replay', '--help']], [['list', '-h']]])(
    '%s is a result',
    async (argv) => {
      const { code, out, err } = await mm(argv);
      expect({ code, err }).toEqual({ code: 0, err: '' });
      expect(Math.max(...out.split('\n').map((line) => line.length))).toBeLessThanOrEqual(80);
    },
  );
  it('--version is one', async () => {
    expect(await mm(['--version'])).toEqual({ code: 0, out: 'mmcheck 0.0.0\n', err: '' });
  });
  it('say what every flag of check does', async () => {
    expect((await mm(['check', '--help'])).out).toMatchInlineSnapshot(`
      "DESCRIPTION
        Searches worlds for violations. Exit code: 0 all hold, 1 violated, 2 unusable
        input, 3 incomplete or unexercised, or a patch is never called, 130
        interrupted.

      USAGE
        mmcheck check [flags] [<file...>]

      ARGUMENTS
        file... string    A litmus file, or a directory of them, to run instead of a
                          search (optional)

      FLAGS
        --kernel K                    A kernel, or all; by default that of the series,
                                      or the first of the catalogue; may be repeated
        --series NAME[@V]             A patch series; without a version: the base,
                                      then every version, each in a run; may be
                                      repeated
        --set TOGGLE=VALUE            Sets one toggle, on top of kernel and series;
                                      may be repeated
        --patch FILE                  A patch of your own, on top of kernel and
                                      series; see \`mmcheck new-patch\`; may be repeated
        --arch NAME                   Carries the entries of an architecture bit for
                                      bit, on a machine of it; see \`list
                                      architectures\`
        --world W                     A world to search, or a pattern, as 'pfnmap*';
                                      all by default; may be repeated
        --size quick|standard|deep    How large the worlds are; quick by default.
                                      quick takes up to 50 MiB a run, beside some 200
                                      of the program, standard less than 1 GiB, deep
                                      all that it may: see --memory-max
        --property P                  Judges only the properties named, or that fit a
                                      pattern, as 'I-*'; leaves out worlds that have
                                      none of them; may be repeated
        --repaired                    Repairs all that \`list findings\` has of the
                                      kernel, to see what is behind it
        --first                       Stops at the first violation
        --states-max N                Stops each run after so many states
        --depth-max N                 Expands no state at this distance from the start
        --seconds-max N               Stops each run after so many seconds
        --memory-max MIB              Stops each run when its states take so much, at
                                      120 to 280 bytes each; by default three quarters
                                      of what is available
        --junit FILE                  Writes what was found as JUnit XML, too
        --sarif FILE                  Writes what was found as SARIF, too
        --json                        Prints one JSON document
        --verbose                     Names every property that holds; without it they
                                      are counted
        --table                       Prints a table of all properties and kernels,
                                      and of states; not what each run finds
        --trace-dir DIR               Writes one trace file a violation, for \`mmcheck
                                      replay\`
        --trace-form FORM             Writes each trace in this form, too: text, json,
                                      itf, litmus, c, html
        --resume DIR                  Keeps there what was found, and goes on from
                                      there where it was interrupted

      GLOBAL FLAGS
        --help, -h                                          Show help information
        --version, -v                                       Show version information
        --completions <bash|zsh|fish|powershell|sh|pwsh> Print shell completion script
        (choices: bash, zsh, fish, powershell, sh, pwsh)
      "
    `);
  });
});

describe('the nearest name', () => {
  it('is measured in letters', () => {
    expect(distance('kitten', 'sitting')).toBe(3);
    expect(distance('', 'abc')).toBe(3);
  });
  it('is none when nothing is near', () => {
    expect(nearest('qqqqqqq', ['zap', 'split'])).toBeUndefined();
    expect(nearest('', ['zap'])).toBeUndefined();
    expect(nearest('--', ['zap'])).toBeUndefined();
  });
  it('is one that contains what was typed', () => {
    expect(nearest('split', ['zip', '__split_huge_pmd_locked'])).toBe('__split_huge_pmd_locked');
  });
});
