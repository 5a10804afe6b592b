/** Whom in the kernel a law hurts where it fails: the callers that the architecture has. */
import type { Architecture } from '../../model/formats/architecture.ts';
import { CALLERS } from '../../spec/laws/callers.ts';
import type { Caller, Law } from '../../spec/laws/law.ts';
import { fits } from '../pattern.ts';

export const hurtsOn = ({ name }: Architecture, { hurts }: Law): readonly Caller[] =>
  hurts.filter((caller) => fits(CALLERS[caller].arch ?? '*', name));
