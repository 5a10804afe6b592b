/** What changes the entries of an architecture alone: worlds carry them with --arch, and without it nothing would be changed, unsaid. */
import * as Effect from 'effect/Effect';
import type { Catalogue, Placed } from './catalogue.ts';
import { lineOf } from './own_file/place.ts';
import type { OwnPatch } from './own_file/patch_file.ts';
import { fits } from './pattern.ts';
import { BadFile, NeedsArch } from './unusable.ts';

const fileNeedsArch = ({ path, entries }: OwnPatch, arch: string | undefined): BadFile | undefined => {
  if (entries === undefined) return undefined;
  const patterns = Object.keys(entries);
  if (arch !== undefined && patterns.some((pattern) => fits(pattern, arch))) return undefined;
  const of = patterns.join(', ');
  return new BadFile({
    path: `${path}${lineOf(path, 'entries')}`,
    why:
      arch === undefined
        ? `has entries of ${of}, which worlds carry with --arch NAME only`
        : `has entries of ${of}, and not of ${arch}, which --arch names`,
    hint: 'for the entries alone: npx mmcheck laws --patch FILE',
  });
};

const toggleNeedsArch = (
  { toggles }: Pick<Catalogue, 'toggles'>,
  { toggle, value }: Placed,
  arch: string | undefined,
): NeedsArch | undefined => {
  const { entriesOf: known = [] } = toggles.find(({ name }) => name === toggle) ?? {};
  return known.length === 0 || known.some((one) => one === arch)
    ? undefined
    : new NeedsArch({ toggle, value, arch, known });
};

/** Fails with the first of these patches and settings that would change nothing with this --arch. */
export const needsArch = (
  catalogue: Pick<Catalogue, 'toggles'>,
  own: readonly OwnPatch[],
  settings: readonly Placed[],
  arch: string | undefined,
): Effect.Effect<void, BadFile | NeedsArch> => {
  const wrong =
    own.map((one) => fileNeedsArch(one, arch)).find((one) => one !== undefined) ??
    settings.map((one) => toggleNeedsArch(catalogue, one, arch)).find((one) => one !== undefined);
  return wrong === undefined ? Effect.void : Effect.fail(wrong);
};
