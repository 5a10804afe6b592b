/** The same verdicts for programs: one document, whose fields are part of the interface. */
import type { Finished } from '../finished.ts';
import type { Story, ToldProperty, ToldStep } from '../narrate.ts';

export const stepJson = ({ op, args, step, mirrors, answers, changes, bug }: ToldStep) => ({
  op,
  args,
  step,
  changes: changes.map(({ where, before, after }) => ({ where, before, after })),
  // Only the answers that are not the plain ones, as in the text.
  answers: answers.filter(({ plain }) => !plain).map(({ question, answer }) => `${question}: ${answer}`),
  ...(mirrors === undefined ? {} : { mirrors }),
  ...(bug === undefined ? {} : { bug }),
});

export const storyJson = ({ length, bounds, initial, steps, explanation, rest }: Story) => ({
  length,
  steps: steps.map(stepJson),
  explanation,
  ...(bounds === undefined ? {} : { bounds }),
  initial,
  ...(rest === undefined
    ? {}
    : {
        baseBreaksToo: rest.base,
        restsOn: rest.on.map(({ toggle, value, evidence }) => ({ toggle, value, evidence })),
        mendedBy: rest.mendedBy,
      }),
});

const propertyJson =
  (known: Finished['findings']) =>
  ({ name, kind, says, cites, verdict, exercised, counterexample, witness, walked }: ToldProperty) => ({
    name,
    kind,
    verdict,
    exercised,
    says,
    ...(cites === undefined ? {} : { cites }),
    ...(counterexample === undefined ? {} : { counterexample: storyJson(counterexample) }),
    ...(witness === undefined ? {} : { witness: storyJson(witness) }),
    ...(walked === undefined ? {} : { walked }),
    ...(known?.[name] === undefined
      ? {}
      : { findings: known[name].map((one) => ({ name: one.name, status: one.status })) }),
  });

export const runJson = ({ kernel, world, size, told, findings, traces }: Finished) => ({
  kernel: kernel.kernel,
  series: kernel.series,
  toggles: Object.fromEntries(kernel.settings.map(({ toggle, value }) => [toggle, value])),
  arch: kernel.arch,
  set: kernel.set,
  world,
  size,
  verdict: told.verdict,
  states: told.states,
  transitions: told.transitions,
  depth: told.depth,
  seconds: told.seconds,
  peakBytes: told.peakBytes,
  properties: told.properties.map(propertyJson(findings)),
  operations: told.operations.map(({ name, enabled, fired, newStates }) => ({ name, enabled, fired, newStates })),
  waiting: told.waiting,
  ...(told.cut === undefined ? {} : { cut: told.cut }),
  evidence: Object.fromEntries(kernel.settings.map(({ toggle, evidence }) => [toggle, evidence])),
  ...(kernel.inferred === undefined ? {} : { inferred: kernel.inferred }),
  ...(told.uncalled === undefined ? {} : { uncalled: told.uncalled }),
  ...(told.unasked.length === 0 ? {} : { unasked: told.unasked }),
  ...(Object.keys(traces).length === 0 ? {} : { traces }),
  ...(told.fault === undefined
    ? {}
    : { fault: { message: told.fault.message, steps: told.fault.steps.map(stepJson) } }),
});

export const checkJson = (version: string, runs: readonly Finished[]): string =>
  JSON.stringify({ tool: 'mmcheck', version, runs: runs.map(runJson) }, null, 2);
