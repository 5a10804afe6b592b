/** The report of `mmcheck laws --patch`: what a proposal mends and breaks, and counterexamples of what it breaks. */
import { hang } from '../report/columns.ts';
import { changedBy, keyOf, type Tried } from './changed.ts';
import { failureLines } from './law_text.ts';

/** `PG4 (pmd, pud), PG8 (pmd)`, or nothing. */
const listed = (keys: readonly string[]): string => {
  const byLaw = Object.groupBy(keys, (key) => key.split(' ')[0]!);
  const names = Object.entries(byLaw).map(
    ([law, some = []]) => `${law} (${some.map((key) => key.split(' ')[1]!).join(', ')})`,
  );
  return names.length === 0 ? 'nothing' : names.join(', ');
};

/** An architecture without the proposal, and with it. */
export const changedLines = (tried: Tried): readonly string[] => {
  const { after, fewBefore } = tried;
  const { architecture, kernel, changes } = after.under;
  const { mends, breaks, worsens, stillFails } = changedBy(tried);
  const own = changes.filter((one) => !fewBefore.under.changes.includes(one));
  const { says, cites } = own[0]!;
  const wrong = [...breaks, ...worsens];
  return [
    ...hang('', `${architecture.name}: ${fewBefore.under.kernel}, without and with ${kernel.split(' + ').at(-1)!}`),
    ...hang('  proposal     ', `${says} (${cites})`),
    ...hang('  replaces     ', own.flatMap(({ patch }) => Object.keys(patch)).join(', ')),
    ...hang('  mends        ', listed(mends)),
    ...hang('  breaks       ', listed(breaks)),
    ...(worsens.length === 0 ? [] : hang('  worsens      ', listed(worsens))),
    ...hang('  still fails  ', listed(stillFails)),
    ...failureLines([{ ...after, judgements: after.judgements.filter((one) => wrong.includes(keyOf(one))) }]),
  ];
};
