import { describe, expect, it } from '@effect/vitest';
import { DAX_RECIPES } from './dax.ts';
import { perform } from './play.ts';

const settingsOf = (toggle: string | undefined) => {
  const [name = '', value = ''] = (toggle ?? '').split('=');
  return toggle === undefined ? [] : [{ toggle: name, value, evidence: 'source' as const }];
};

describe('memory on DAX', () => {
  it.each(DAX_RECIPES)('$name: $says', ({ plays, place, toggle, outcome = 'ok', has = [], lacks = [] }) => {
    const end = perform(plays, { ...place, settings: settingsOf(toggle) });
    const state = end.state.map((line) => line.replaceAll(/ +/g, ' '));
    expect(end.outcome).toBe(outcome);
    expect(state).toEqual(expect.arrayContaining([...has]));
    expect(state.filter((line) => lacks.some((one) => line.startsWith(one)) && !line.endsWith('hole'))).toEqual([]);
  });
});
