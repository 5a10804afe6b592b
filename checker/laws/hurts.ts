/** Whom in the kernel a law hurts where it fails: the callers that the architecture has in that release. */
import { CALLERS } from '../../spec/laws/callers.ts';
import type { Caller, Law } from '../../spec/laws/law.ts';
import { fits } from '../pattern.ts';
import { isSince, type UnderTest } from './under_test.ts';

export const hurtsOn = (
  { architecture: { name }, release }: Pick<UnderTest, 'architecture' | 'release'>,
  { hurts }: Law,
): readonly Caller[] =>
  hurts.filter((caller) => {
    const { arch = '*', since } = CALLERS[caller];
    return fits(arch, name) && isSince(release, since);
  });
