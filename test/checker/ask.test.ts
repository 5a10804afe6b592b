/** `mmcheck ask`: on the toy, what it prints; on the model, that every search finds what the answer says. */
import { describe, expect, it } from '@effect/vitest';
import type { Setting } from '../../checker/catalogue.ts';
import { catalogue } from '../../checker/mm_catalogue.ts';
import { explore } from '../../checker/search/index.ts';
import { mm } from './command_line.ts';

const withoutSeconds = (text: string): string => text.replaceAll(/\d+\.\d\d s?/g, 'N').replaceAll(/\d+ MiB/g, 'N MiB');

describe('ask', () => {
  it('makes the searches, and gives the answer', async () => {
    const { code, out, err } = await mm(['ask', 'Q1']);
    expect({ code, err }).toEqual({ code: 0, err: '' });
    const text = withoutSeconds(out);
    expect(text.split('\n').slice(0, 5).join('\n')).toMatchInlineSnapshot(`
      "Q1  Does the first come first?
          asked by nobody, nowhere

      Search 1: whether it does
      "
    `);
    expect(text).toContain('firstComesFirst (always) is violated after');
    expect(text.split('\n').slice(-4).join('\n')).toMatchInlineSnapshot(`
      "Answer: Not in the mirror.

      The 1 search found what the answer says.
      "
    `);
  });
  it('says so when a search finds something else', async () => {
    const { code, out } = await mm(['ask', 'Q2']);
    expect(code).toBe(1);
    expect(out).toContain('Otherwise than the answer says: search 1: violated, not holds');
  });
  it('makes none where only reading answers', async () => {
    const { code, out } = await mm(['ask', 'Q3']);
    expect(code).toBe(0);
    expect(out).toContain('No search is made: only reading answers it.');
  });
  it('knows its questions', async () => {
    const { code, err } = await mm(['ask', 'Q9']);
    expect(code).toBe(2);
    expect(err).toContain('Q9');
  });
});

const settingsOf = (set: readonly string[]): readonly Setting[] =>
  set.map((one) => {
    const [toggle = '', value = ''] = one.split('=');
    return { toggle, value, evidence: 'asked' };
  });

/** The settings of `name@version`. */
const versionSets = (series: string): readonly Setting[] => {
  const [name, version] = series.split('@');
  return catalogue.series.find((one) => one.name === name)!.versions.find((one) => one.version === version)!.sets;
};

/** A search for each kernel that is compared. */
const searches = catalogue.questions.flatMap(({ name, searches: all }) =>
  all.flatMap(({ finds, compares, ...one }) =>
    typeof finds === 'string'
      ? [{ name, ...one, series: '', sets: [] as readonly Setting[], finds }]
      : compares!.series.map((series) => ({ name, ...one, series, sets: versionSets(series), finds: finds[series] })),
  ),
);

describe('the questions of the model', () => {
  it.each(searches)(
    '$name: $asks $series',
    { timeout: 60_000 },
    ({ kernel, set = [], sets, world, property, finds }) => {
      const settings = [...sets, ...settingsOf(set)];
      const found = world.flatMap((name) => {
        const entry = catalogue.worlds.find((one) => one.name === name)!;
        const { properties } = explore(entry.build({ kernel, arch: 'x86_64', series: [], settings }, 'quick'));
        // What held up to an assertion that failed is undecided, as the command says it.
        const stopped = properties.some(({ kind, verdict }) => kind === 'assertion' && verdict === 'violated');
        const asked = properties.filter((one) => property.includes(one.name));
        return asked.map((one) => (stopped && one.verdict !== 'violated' ? { ...one, verdict: 'unknown' } : one));
      });
      // Each property is asked somewhere.
      expect(property.filter((name) => found.every((one) => one.name !== name))).toEqual([]);
      const is = (verdict: string) => found.filter((one) => one.verdict === verdict).map(({ name }) => name);
      const outcome = (): string => {
        if (is('violated').length > 0) return 'violated';
        if (is('unknown').length > 0) return 'undecided';
        return property.every((name) => is('holds').includes(name)) ? 'holds' : 'unexercised';
      };
      expect(outcome()).toBe(finds);
    },
  );
});
