/** The report as one JSON document, for programs. */
import { functionsOf } from './functions_of.ts';
import type { Report } from './report.ts';
import { scriptOf } from './script.ts';

export const reportJson = ({
  ground,
  level,
  chosen,
  amount,
  tally,
  minimal,
  more,
  eye,
  skipped,
  observed,
  traced,
  interrupted,
  seconds,
}: Report): string =>
  JSON.stringify(
    {
      tool: 'mmcheck conform',
      kernel: { uname: ground.header.uname, machine: ground.machine, features: ground.header.features },
      level,
      against: chosen.choice,
      calibrated: chosen.calibrated.map(({ toggle, says, values }) => ({ toggle, says, values })),
      masked: eye.quirks.map(({ name, says, cites }) => ({ name, says, cites })),
      amount,
      interrupted,
      seconds,
      traces: traced.map(({ path, kernel, world, property, judged }) => ({
        path,
        kernel,
        world,
        property,
        verdict: judged?._tag,
        steps: judged?.steps,
      })),
      scopes: [...tally.scopes].map(([name, { unavailable, asserted, ...counts }]) => ({
        name,
        ...counts,
        unavailable: Object.fromEntries(unavailable),
        asserted: Object.fromEntries(asserted),
      })),
      operations: Object.fromEntries(tally.operations),
      skipped,
      notMade: Object.fromEntries(tally.refused),
      observed,
      lacks: [...ground.lacks.values()],
      moreWaysToDiffer: more,
      kernelReports: ground.reports,
      differences: minimal.map(({ walk, at, differences }) => ({
        stage: walk.stage.name,
        steps: walk.steps.slice(0, at + 1).map(({ label, line, mirrors, move }) => ({ label, line, mirrors, ...move })),
        differences,
        functions: functionsOf(walk, at),
        script: scriptOf(walk, 'minimal'),
      })),
    },
    null,
    2,
  );
