/** What is kept of the comparison of a world, search by search, so that it goes on where it was stopped. */
import { isOver, type Keeping, keepTold, keptBeside, keptTold } from '../kept_run.ts';
import { resuming } from '../kept_search.ts';
import type { CalledFiles } from '../own_file/called_files.ts';
import type { Options } from '../search/index.ts';
import type { Calls } from './calls.ts';
import type { Deciding } from './deciding.ts';

/** The searches of a comparison, in their order. */
export const PARTS = ['after', 'before', 'together'] as const;
export type Part = (typeof PARTS)[number];

/** Makes a search, goes on with it, or knows from before what it came to. */
export type Making = <T extends { readonly cut?: string; readonly fault?: unknown }>(
  part: Part,
  search: (options: Options) => T,
) => T;

/** Each search has a file of its own beside that of the comparison. */
export const partOf = ({ path, key }: Keeping, part: Part): Keeping => ({
  path: `${path}.${part}`,
  key: `${key} ${part}`,
});

/** What was called, and what has decided anything, in what is not searched again. */
interface Noted {
  readonly called: Readonly<Record<string, number>>;
  readonly decided: readonly string[];
  readonly files: readonly number[];
}

export interface KeptParts {
  readonly keeping: Keeping;
  readonly world: string;
  readonly calls: Calls;
  readonly deciding: Deciding;
  readonly files: CalledFiles;
  readonly warn: (text: string) => void;
}

const LABEL: Readonly<Record<Part, string>> = {
  after: 'with the change',
  before: 'without it',
  together: 'in lockstep',
};

export const keepingParts =
  ({ keeping, world, calls, deciding, files, warn }: KeptParts, options: Options): Making =>
  (part, search) => {
    const at = partOf(keeping, part);
    const noted = keptBeside(at) as Noted | undefined;
    calls.goOnFrom(noted?.called ?? {});
    deciding.goOnFrom(noted?.decided ?? []);
    files.goOnFrom(noted?.files ?? []);
    const known = keptTold(at) as ReturnType<typeof search> | undefined;
    if (known !== undefined) return known;
    const beside = (): Noted => ({ called: calls.counts, decided: deciding.names, files: files.called });
    const told = search({ ...options, ...resuming(at, { what: `${world}, ${LABEL[part]},`, warn, beside }) });
    if (isOver(told) && told.fault === undefined) keepTold(at, told, beside());
    return told;
  };
