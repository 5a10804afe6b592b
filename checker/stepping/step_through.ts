/** Steps through a trace in a terminal: what a line asks for, and what is said to it. */
import { match, P } from 'ts-pattern';
import { tellState, tellStep, type ToldStep } from '../narrate.ts';
import type { Outcome } from '../outcomes.ts';
import type { Out } from '../progress.ts';
import { hang } from '../report/columns.ts';
import { type Paint, paintFor } from '../report/paint.ts';
import { call, stepLines, storyLines } from '../report/trace_text.ts';
import { back, brokenHere, forward, isOnFile, possible, type Session, stateOf, take } from './session.ts';

export const HELP = [
  'n, or nothing   the next step of the trace',
  'p               one step back',
  'g N             to step N of the trace; g 0 to the beginning',
  'w               what is possible here: every operation, with what can fail in it',
  't N             tries number N of that list; n does not go on from there, p does',
  's               the state, every row that is not zero',
  'b               which properties are broken here',
  'q               ends',
];

const toldAs = ({ world }: Session, one: Outcome): ToldStep => tellStep(world, one);

/** '3  munmap(parent, page 0), pte_alloc_one: fails' */
const choiceLine = (session: Session, one: Outcome, number: number): readonly string[] => {
  const told = toldAs(session, one);
  const failing = told.answers.filter(({ plain }) => !plain).map(({ question, answer }) => `, ${question}: ${answer}`);
  const bug = told.bug === undefined ? '' : `  BUG: ${told.bug}`;
  return hang(`${`${number}`.padStart(4)}  `, `${call(told)}${failing.join('')}${bug}`);
};

const hereLines = (session: Session, paint: Paint): readonly string[] => {
  const { taken } = session;
  const last = taken.at(-1);
  const broken = brokenHere(session);
  return [
    ...(last === undefined ? ['   0  initial state'] : stepLines(toldAs(session, last.outcome), taken.length, paint)),
    ...(broken.length === 0 ? [] : hang('       broken: ', broken.join(', ')).map((line) => paint.bad(line))),
  ];
};

interface Said {
  readonly session: Session;
  readonly lines: readonly string[];
}

const stay = (session: Session, ...lines: readonly string[]): Said => ({ session, lines });
const arrive = (session: Session, paint: Paint): Said => ({ session, lines: hereLines(session, paint) });

const goForward = (session: Session, paint: Paint): Said =>
  match(forward(session))
    .with('end', () => stay(session, 'the trace ends here; w says what is possible'))
    .with('left', () => stay(session, 'this is not the trace any more; p goes back to it, and g N'))
    .with('over', () => stay(session, 'an assertion has failed: nothing goes on from here; p goes back'))
    .with('not possible', () => {
      const next = session.file[session.taken.length]!;
      return stay(
        session,
        ...hang('', `step ${session.taken.length + 1}, ${next.move.name}, is not possible on this kernel`),
      );
    })
    .otherwise((there) => arrive(there, paint));

/** As far as the trace goes. */
const goTo = (session: Session, number: number, paint: Paint): Said => {
  let at: Session = { ...session, taken: [] };
  while (at.taken.length < number) {
    const there = forward(at);
    if (typeof there === 'string')
      return { session: at, lines: [`the trace ends at step ${at.taken.length}`, ...hereLines(at, paint)] };
    at = there;
  }
  return arrive(at, paint);
};

const tryOne = (session: Session, number: number, paint: Paint): Said => {
  const all = possible(session);
  const one = all[number - 1];
  return one === undefined
    ? stay(session, all.length === 0 ? 'nothing is possible here' : `there are 1 to ${all.length}; w lists them`)
    : arrive(take(session, one), paint);
};

const listed = (session: Session): Said => {
  const all = possible(session);
  return stay(
    session,
    ...(all.length === 0 ? ['nothing is possible here'] : all.flatMap((one, i) => choiceLine(session, one, i + 1))),
  );
};

/** What becomes of a line; nothing when it ends the session. */
export const answer = (session: Session, line: string, paint: Paint): Said | undefined => {
  const [word = '', number = ''] = line.trim().split(/\s+/);
  const n = /^\d+$/.test(number) ? Number(number) : undefined;
  return match([word, n] as const)
    .with([P.union('', 'n', 'next'), P._], () => goForward(session, paint))
    .with([P.union('p', 'back'), P._], () =>
      session.taken.length === 0 ? stay(session, 'this is the beginning') : arrive(back(session), paint),
    )
    .with([P.union('g', 'go'), P.number], ([, to]) => goTo(session, to, paint))
    .with([P.union('t', 'try'), P.number], ([, one]) => tryOne(session, one, paint))
    .with([P.union('w', 'what'), P._], () => listed(session))
    .with([P.union('s', 'state'), P._], () =>
      stay(session, ...tellState(session.world, stateOf(session)).flatMap((row) => hang('  ', row))),
    )
    .with([P.union('b', 'broken'), P._], () => stay(session, brokenHere(session).join(', ') || 'none'))
    .with([P.union('q', 'quit'), P._], () => undefined)
    .otherwise(() =>
      stay(session, ...(['h', 'help', '?'].includes(word) ? [] : [`there is no "${line.trim()}"`]), ...HELP),
    );
};

/** 'step 2 of 4 > ', or 'step 3, off the trace > ' */
export const promptOf = (session: Session): string => {
  const { taken, file } = session;
  return isOnFile(session) ? `step ${taken.length} of ${file.length} > ` : `step ${taken.length}, off the trace > `;
};

/** Reads lines until one ends it; gives the session where it ended. */
export const stepThrough = async (
  begun: Session,
  lines: (prompt: string) => Promise<string | undefined>,
  out: Out,
): Promise<Session> => {
  const paint = paintFor(out);
  let session = begun;
  const { bounds } = begun.world;
  const initial = tellState(begun.world, begun.start);
  const story = { ...(bounds === undefined ? {} : { bounds }), initial, steps: [] };
  const first = [...storyLines(story, paint), '', 'h says what can be asked'];
  out.write(`${first.join('\n')}\n`);
  for (;;) {
    const line = await lines(promptOf(session));
    const said = line === undefined ? undefined : answer(session, line, paint);
    if (said === undefined) return session;
    session = said.session;
    if (said.lines.length > 0) out.write(`${said.lines.join('\n')}\n`);
  }
};
