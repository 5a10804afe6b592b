/** A trace as text, for a mail: as `check` reports it. */
import { match } from 'ts-pattern';
import { kernelLabel } from '../finished.ts';
import { hang } from '../report/columns.ts';
import { plain } from '../report/paint.ts';
import { changeLines, operations, violationLines } from '../report/text.ts';
import { storyLines } from '../report/trace_text.ts';
import type { Retold } from './retell.ts';

/** 'is violated after 4 operations' */
export const endOf = ({ broken, story }: Pick<Retold, 'broken' | 'story'>): string =>
  match({ broken, length: story.length })
    .with({ broken: true, length: 0 }, () => 'is violated in the initial state')
    .with({ broken: true }, ({ length }) => `is violated after ${operations(length)}`)
    .otherwise(({ length }) => `is not violated by ${length === 1 ? 'this' : 'these'} ${operations(length)}`);

export const textForm = (retold: Retold): string => {
  const { run, property, story, broken } = retold;
  const { kernel, world, size } = run;
  return [
    ...hang('', `World ${world} (${size}) on ${kernelLabel(kernel)}, ${kernel.arch}`),
    ...changeLines(kernel),
    ...(broken
      ? violationLines(run, property, story, plain)
      : [
          '',
          ...hang('', `${property.name} (${property.kind}) ${endOf(retold)}`),
          '',
          ...storyLines(story, plain),
          '',
          ...hang('  property       ', property.says),
        ]),
    '',
  ].join('\n');
};
