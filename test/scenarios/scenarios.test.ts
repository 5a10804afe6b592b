import { describe, expect, it } from '@effect/vitest';
import type { Setting } from '../../checker/catalogue.ts';
import { catalogue } from '../../checker/mm_catalogue.ts';
import { play } from './play.ts';
import { ERROR_PATHS } from './error_paths.ts';
import { SCENARIOS } from './scenarios.ts';

/** The settings of 'main', of a version, or of either with toggles on top: `v4 handler-excludes=no`. */
const settingsOf = (kernel: string): readonly Setting[] => {
  const [name, ...toggles] = kernel.split(' ');
  const version = catalogue.series
    .find((one) => one.name === 'huge-remap-pfn-range')!
    .versions.find((one) => one.version === name);
  const on = toggles.map((text): Setting => {
    const [toggle = '', value = ''] = text.split('=');
    return { toggle, value, evidence: 'source' };
  });
  const under = version?.sets.filter(({ toggle }) => !on.some((one) => one.toggle === toggle)) ?? [];
  return [...under, ...on];
};

describe.each([...SCENARIOS, ...ERROR_PATHS])('$name: $says', ({ plays, machine, expected }) => {
  it.each(Object.entries(expected))('on %s: %s', (kernel, outcome) => {
    expect(play(plays, settingsOf(kernel), machine)).toBe(outcome);
  });
});
