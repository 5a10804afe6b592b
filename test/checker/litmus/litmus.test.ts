import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { onModels } from '../mm_command_line.ts';
import { pathOf, SCENARIOS } from '../trace_forms/scenarios.ts';

const directory = mkdtempSync(join(tmpdir(), 'mmcheck-litmus-'));
afterAll(() => rmSync(directory, { recursive: true }));

const HALF = readFileSync(pathOf('vfio-fork-of-half-a-leaf'), 'utf8');
let written = 0;
/** A file of this text. */
const file = (text: string): string => {
  const path = join(directory, `${written++}.litmus`);
  writeFileSync(path, text);
  return path;
};
/** The shipped scenario with something changed. */
const changed = (from: string, to: string): string => {
  expect(HALF).toContain(from);
  return file(HALF.replace(from, to));
};
const oneLine = (text: string): string => text.replaceAll(/\s+/g, ' ');

describe('the scenarios that are shipped', () => {
  it('come out as they say', async () => {
    const { code, out, err } = await onModels('check', SCENARIOS);
    expect(out).not.toContain('DIFFERS');
    expect({ code, err }).toEqual({ code: 0, err: '' });
    const names = readdirSync(SCENARIOS);
    expect(names.length).toBeGreaterThanOrEqual(20);
    for (const name of names) expect(out).toContain(name);
  });
  it('are of the five series, and of releases without any', () => {
    const texts = readdirSync(SCENARIOS).map((name) => readFileSync(join(SCENARIOS, name), 'utf8'));
    const series = new Set(texts.map((text) => /^series: +([^@\n]+)@/m.exec(text)?.[1] ?? 'none'));
    expect([...series].toSorted()).toEqual([
      'dax-refcount',
      'hgm',
      'huge-pfnmaps',
      'huge-remap-pfn-range',
      'huge-remap-rfc',
      'none',
    ]);
  });
  it('say the result first', () => {
    for (const name of readdirSync(SCENARIOS))
      expect(readFileSync(join(SCENARIOS, name), 'utf8')).toMatch(/^result: +\S+ (is violated|holds)\n/);
  });
});

/** What comes of a file that does not say what happens. */
const found = async (path: string, ...more: readonly string[]) => {
  const { code, out } = await onModels('check', path, ...more);
  expect(code).toBe(1);
  return oneLine(/found([^]*?)\n\n/.exec(out)?.[1] ?? '');
};

describe('a scenario that comes out otherwise', () => {
  it('by a violation', async () => {
    expect(await found(changed('is violated', 'holds'))).toBe(
      ' I-TRANS is violated after 4 operations observed child page 0 translates to frame 0 (the leaf in pud[0]), but no VMA covers it',
    );
  });
  it('by none, on another kernel', async () => {
    expect(await found(pathOf('vfio-fork-of-half-a-leaf'), '--kernel', 'v6.11')).toBe(' I-TRANS is not violated');
  });
  it('by none, with a toggle', async () => {
    const set = ['--set', 'vma-split-pud=splits'];
    expect(await found(pathOf('vfio-fork-of-half-a-leaf'), ...set)).toBe(' I-TRANS is not violated');
  });
  it('before its last operation', async () => {
    expect(await found(file(`${HALF}exit(parent)\n`))).toMatch(/^ I-TRANS is violated after 4 operations/);
  });
  it('by an operation that is not possible there', async () => {
    expect(await found(changed('madvise(', 'fork()\nmadvise('))).toMatch(
      /^ operation 5, fork\(\), is not possible there/,
    );
  });
  it('by an assertion that fails first', async () => {
    const text = readFileSync(pathOf('remap-v2-failed-fork'), 'utf8').replace('I-NOEMPTY is violated', 'I-TRANS holds');
    expect(await found(file(text))).toMatch(/^ an assertion fails after 2 operations: pgtable_trans_huge_withdraw/);
  });
  it('by an allocation that nobody asks for', async () => {
    expect(await found(changed('fork()', 'fork()  pte_alloc: fails'))).toBe(
      ' operation 4, fork(), is not asked "pte_alloc: fails"; asked there: vm_area_alloc, alloc_pid',
    );
  });
  it('as JSON', async () => {
    const path = changed('is violated', 'holds');
    const { code, out } = await onModels('check', path, '--json');
    expect(code).toBe(1);
    expect(JSON.parse(out)).toMatchObject({
      scenarios: [{ path, expected: 'holds', came: 'violated', after: 4, asExpected: false, world: 'vfio-dontfork' }],
    });
  });
});

/** Nothing is mapped: there is no table in reserve of which I-ZERO speaks. */
const IDLE = 'result: I-ZERO holds\nworld: pfnmap\nseries: huge-remap-pfn-range@v4\n\nfork()\n';

/** A patch that changes nothing of what it replaces. */
const passing = (name: string): string => {
  const path = join(directory, `${name}.mjs`);
  writeFileSync(path, `export default { title: 'mm: a try', mm: { ${name}: (base) => (...all) => base(...all) } };`);
  return path;
};

describe('a scenario with a patch', () => {
  const STALE = pathOf('vfio-lookup-of-stale-frame');
  it('says nothing about one that is not called on the way', async () => {
    const { code, out } = await onModels('check', STALE, '--patch', passing('folio_maybe_dma_pinned'));
    expect([code, oneLine(out)]).toEqual([
      3,
      expect.stringContaining(
        'Nothing is said about folio_maybe_dma_pinned.mjs: its folio_maybe_dma_pinned is never called',
      ),
    ]);
  });
  it('has it on the series of the file', async () => {
    const { code, out } = await onModels('check', STALE, '--patch', passing('follow_pfnmap_walk'));
    expect([code, oneLine(out)]).toEqual([0, expect.stringContaining('on v6.11 + huge-pfnmaps@v2 + follow_pfnmap')]);
  });
});

describe('a scenario on which nothing could have broken its property', () => {
  it('does not pass, and says what to do', async () => {
    const { code, out } = await onModels('check', file(IDLE));
    expect(code).toBe(3);
    expect(out).toMatch(/^NOT EXERCISED {2}/);
    expect(oneLine(out)).toContain('I-ZERO is not violated, but nothing that it speaks of comes up on the way');
    expect(oneLine(out)).toContain('--world pfnmap --size quick --property I-ZERO');
    expect(out).toContain('0 of 1 scenario comes out as expected, 1 not exercised');
    expect(out.split('\n').filter((line) => line.length > 80 && !line.includes(directory))).toEqual([]);
  });
  it('passes where an operation brings up what it speaks of', async () => {
    expect((await onModels('check', file(IDLE.replace('fork()', 'mmap(parent, 2M)\nfork()')))).code).toBe(0);
  });
  it('is no violation, either; and what differs weighs more', async () => {
    const broken = file(IDLE.replace('holds', 'is violated'));
    expect(await found(broken)).toBe(
      ' I-ZERO is not violated, but nothing that it speaks of comes up on the way to do write operations that bring it up, or ask another property or world; `npx mmcheck explain I-ZERO` says what it speaks of, and this whether anything in the world does: npx mmcheck check --kernel v7.1 --series huge-remap-pfn-range@v4 \\ --world pfnmap --size quick --property I-ZERO',
    );
    expect((await onModels('check', file(IDLE), broken)).code).toBe(1);
  });
  it('is told in JSON', async () => {
    const { code, out } = await onModels('check', file(IDLE), '--json');
    expect(code).toBe(3);
    expect(JSON.parse(out)).toMatchObject({ scenarios: [{ came: 'not exercised', asExpected: false }] });
  });
});

/** What is said of a file that cannot be read, without the hint at the end. */
const refused = async (path: string, ...more: readonly string[]): Promise<string> => {
  const { code, out, err } = await onModels('check', path, ...more);
  expect({ code, out }).toEqual({ code: 2, out: '' });
  return oneLine(err)
    .replace(`mmcheck: ${path}:`, '')
    .replace(/ README\.md, .*$/, '');
};

describe('a file that cannot be read', () => {
  it.each([
    [
      'page 0, write',
      'page 0, wirte',
      '8:34: world vfio-dontfork has no operation "handle_mm_fault(parent, page 0, wirte)" did you mean: handle_mm_fault(parent, page 0, write) handle_mm_fault() has 8 forms here',
    ],
    ['fork()', 'frok()', '10:1: world vfio-dontfork has no operation "frok()" did you mean: fork() there are: mmap,'],
    ['fork()', 'fork(', '10:6: a bracket is not closed'],
    ['fork()', 'fork', '10:5: an operation is written as "fork()"'],
    ['fork()', 'fork() fails', '10:8: an answer is written as "alloc_pid: fails"'],
    ['v7.1', 'v7.11', '3:10: there is no kernel "v7.11" did you mean: v7.1 '],
    ['v7.1', 'v7.1\nseries:  hgn@v2', '4:10: there is no series "hgn" did you mean: hgm'],
    ['v7.1', 'v7.1\nset:     zap', '4:10: a setting is TOGGLE=VALUE, not "zap"'],
    ['v7.1', 'v7.1\nset:     zap-pmd-dirty=on', '4:10: there is no value "on" of toggle zap-pmd-dirty'],
    ['vfio-dontfork', 'vfio-dontwork', '4:10: there is no world "vfio-dontwork" did you mean: vfio-dontfork'],
    ['I-TRANS is', 'I-TRAN is', '1:10: there is no property "I-TRAN" did you mean: I-TRANS'],
    ['I-TRANS is', 'H9 is', '1:10: H9 is not asked in world vfio-dontfork of this kernel'],
    ['is violated', 'breaks', '1:10: a result is "PROPERTY is violated" or "PROPERTY holds"'],
    ['quick', 'small', '5:10: there is no size "small"'],
    ['size:', 'seize:', '5:1: there is no "seize"'],
    ['size:    quick', 'size:    quick\nsize: deep', '6:1: "size" is said twice'],
    ['result:  I-TRANS is violated\n', '', '2:1: the result comes first'],
    ['world:   vfio-dontfork', '', ': it does not say its world'],
  ])('where "%s" is "%s"', async (from, to, says) => {
    expect(await refused(changed(from, to))).toContain(says);
  });
  it('that is not there, or a directory without any', async () => {
    expect(await refused(join(directory, 'none.litmus'))).toContain('cannot be read: no such file');
    expect(await refused(join(SCENARIOS, '..'))).toContain('has no file *.litmus');
  });
  it('with a flag of a search, which would be passed over', async () => {
    const { code, err } = await onModels('check', pathOf('vfio-fork-of-half-a-leaf'), '--world', 'pfnmap');
    expect(code).toBe(2);
    expect(oneLine(err)).toContain('--world takes a search; a litmus file says itself what it runs');
  });
});

describe('the way it is written', () => {
  it('spaces do not matter, nor do comments, nor on which line an answer stands', async () => {
    const text = readFileSync(pathOf('remap-v2-failed-fork'), 'utf8');
    const loose = text
      .replace('mmap(parent, 2M)', '# first\nmmap( parent ,  2M )\n\n')
      .replace('fork()  alloc_pid: fails', 'fork()\n  # it fails\n    alloc_pid:   fails')
      .replaceAll('\n', '\r\n');
    expect((await onModels('check', file(loose))).code).toBe(0);
  });
});
