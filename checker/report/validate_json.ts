/** What `mmcheck validate` found, for programs. */
import { kernelName } from '../finished.ts';
import type { Validated } from '../validate.ts';
import { type Judgement, overWorlds } from '../validate/status.ts';
import { comparedJson } from './equiv_text.ts';
import { storyJson } from './json.ts';

const judgementJson = ({ property, status, world, before, after, notWithin }: Judgement) => ({
  property,
  status,
  world,
  ...(notWithin === undefined ? {} : { notWithin }),
  ...(before?.counterexample === undefined ? {} : { before: storyJson(before.counterexample) }),
  ...(after?.counterexample === undefined ? {} : { after: storyJson(after.counterexample) }),
});

export const validateJson = (version: string, all: readonly Validated[]): string =>
  JSON.stringify(
    {
      tool: 'mmcheck',
      version,
      changes: all.map(({ change, size, worlds, judgements, left }) => ({
        title: change.title,
        base: kernelName(change.base),
        patched: kernelName(change.patched),
        size,
        worlds: worlds.map(({ world, compared }) => ({ world, ...comparedJson(compared) })),
        notBegun: left,
        properties: overWorlds(judgements).map(({ property, status, world }) => ({ property, status, world })),
        judgements: judgements
          .filter(({ status }) => status !== 'holds' && status !== 'unexercised')
          .map(judgementJson),
        settings: change.patched.settings.map(({ toggle, value, evidence }) => ({ toggle, value, evidence })),
      })),
    },
    null,
    2,
  );
