/** What came of scenarios, for people and for programs. */
import { match } from 'ts-pattern';
import { kernelLabel, quoted, reproduceCommand } from '../finished.ts';
import { hang, hangCommand } from '../report/columns.ts';
import type { Paint } from '../report/paint.ts';
import { operations } from '../report/text.ts';
import { call, storyLines } from '../report/trace_text.ts';
import { uncalledText } from '../report/uncalled_text.ts';
import type { Scenario } from './read_litmus.ts';
import type { Came, RanScenario } from './run_litmus.ts';

const after = (n: number): string => (n === 0 ? 'in the initial state' : `after ${operations(n)}`);

/** What the file says. */
const expectedText = ({ outcome, trace }: Scenario): string =>
  outcome === 'holds' ? `${trace.property} holds` : `${trace.property} is violated ${after(trace.steps.length)}`;

/** What was found. */
const cameText = ({ trace, calls }: Scenario, came: Came): string =>
  match(came)
    .with({ came: 'violated' }, (one) => `${trace.property} is violated ${after(one.after)}`)
    .with({ came: 'holds' }, () => `${trace.property} is not violated`)
    .with(
      { came: 'not exercised' },
      () => `${trace.property} is not violated, but nothing that it speaks of comes up on the way`,
    )
    .with({ came: 'not possible' }, ({ step }) => `operation ${step}, ${calls[step - 1]!.text}, is not possible there`)
    .with({ came: 'assertion' }, ({ step, says }) => `an assertion fails ${after(step)}: ${says}`)
    .with({ came: 'not asked' }, ({ step, question, asks }) => {
      const there = asks.length === 0 ? 'nothing is' : asks.join(', ');
      return `operation ${step}, ${calls[step - 1]!.text}, is not asked "${question}"; asked there: ${there}`;
    })
    .exhaustive();

const whereText = ({ trace, kernel }: Scenario): string => {
  const settings = Object.entries(trace.settings).map(([toggle, value]) => `${toggle}=${value}`);
  const on = [kernelLabel(kernel), ...settings].join(' with ');
  return `world ${trace.world} (${trace.size}) on ${on}`;
};

/** What to do about a way on which nothing could have broken a property. */
const adviceLines = ({ trace, kernel }: Scenario): readonly string[] => {
  const { property, world, size } = trace;
  return [
    ...hang(
      '         to do     ',
      `write operations that bring it up, or ask another property or world; \`npx mmcheck explain ${quoted(property)}\` says what it ` +
        'speaks of, and this whether anything in the world does:',
    ),
    ...hangCommand('         ', reproduceCommand({ kernel, world, size }, property)),
  ];
};

/** One scenario: a line or two where all is as expected, else what happened. */
export const scenarioLines = (scenario: Scenario, ran: RanScenario, paint: Paint): readonly string[] => {
  const { path } = scenario;
  const says = `${expectedText(scenario)}, ${whereText(scenario)}`;
  const uncalled =
    ran.uncalled.length === 0 ? [] : hang('         not called  ', `${uncalledText(ran.uncalled)}, on the way`);
  if (ran.verdict === 'as expected')
    return [`${paint.good('ok')}       ${path}`, ...hang('         ', says), ...uncalled];
  return [
    `${paint.bad(ran.verdict === 'differs' ? 'DIFFERS' : 'NOT EXERCISED')}  ${path}`,
    ...hang('         expected  ', says),
    ...hang('         found     ', cameText(scenario, ran.came)),
    ...(ran.came.came === 'violated' && ran.replayed.explanation !== ''
      ? hang('         observed  ', ran.replayed.explanation)
      : []),
    ...uncalled,
    ...(ran.came.came === 'not exercised' ? adviceLines(scenario) : []),
    '',
    ...storyLines(ran.replayed, paint),
    '',
  ];
};

export const scenariosJson = (version: string, all: readonly (readonly [Scenario, RanScenario])[]): string =>
  JSON.stringify(
    {
      tool: 'mmcheck',
      version,
      scenarios: all.map(([scenario, { came, verdict, uncalled }]) => ({
        path: scenario.path,
        kernel: scenario.kernel.kernel,
        series: scenario.kernel.series,
        settings: scenario.trace.settings,
        world: scenario.trace.world,
        size: scenario.trace.size,
        property: scenario.trace.property,
        expected: scenario.outcome,
        operations: scenario.trace.steps.map(call),
        ...came,
        ...(uncalled.length === 0 ? {} : { uncalled }),
        asExpected: verdict === 'as expected',
      })),
    },
    null,
    2,
  );
