/**
 * SARIF 2.1.0 of what was found: a rule for each property, a result for each that failed, and one of kind `open` for each that is
 * undecided, with the reason. What passed has a rule, and no result.
 */
import sarif from 'node-sarif-builder';
import type { CiCase } from './cases.ts';

const { SarifBuilder, SarifResultBuilder, SarifRuleBuilder, SarifRunBuilder } = sarif;

export const sarifOf = (version: string, cases: readonly CiCase[]): string => {
  const run = new SarifRunBuilder().initSimple({
    toolDriverName: 'mmcheck',
    toolDriverVersion: version,
  });
  for (const { name, says } of new Map(cases.map((one) => [one.name, one])).values())
    run.addRule(new SarifRuleBuilder().initSimple({ ruleId: name, shortDescriptionText: says }));
  for (const { outcome, name, suite, message = '', text, file } of cases) {
    if (outcome === 'passed') continue;
    const isOpen = outcome === 'undecided';
    const result = new SarifResultBuilder().initSimple({
      // The standard asks for `none` of all that is no failure.
      level: isOpen ? 'none' : 'error',
      ruleId: name,
      messageText: text === undefined ? `${suite}: ${message}` : `${message}\n\n${text}`,
      ...(file === undefined ? {} : { fileUri: file }),
    });
    if (isOpen) result.result.kind = 'open';
    run.addResult(result);
  }
  const builder = new SarifBuilder();
  builder.addRun(run);
  return builder.buildSarifJsonString({ indent: true });
};
