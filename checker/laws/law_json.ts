/** `mmcheck laws --json`: one document; words as hexadecimal strings of 64 bits. */
import { hexOf } from '../../model/formats/u64.ts';
import type { Format } from '../../model/formats/format.ts';
import { doesHarm, type Judgement, type Verdict } from './judge.ts';
import { changedBy, replacedBy, type Tried } from './changed.ts';
import type { Judged } from './law_text.ts';
import { wordsOf } from './counterexample_text.ts';
import { hurtsOn } from './hurts.ts';
import { shownOf } from './shown.ts';
import { whyNotShown } from './unshown.ts';

const resultOf = (format: Format, result: Verdict): object => {
  if (result.verdict !== 'fails') return result;
  const { first, ...told } = result;
  const { stages, pfn, prot, vmProt, newprot } = first;
  return {
    ...told,
    first: {
      pfn: hexOf(pfn),
      prot: hexOf(prot),
      vmProt: hexOf(vmProt),
      newprot: hexOf(newprot),
      stages: stages.map((stage) => ({
        says: stage.says,
        word: hexOf(stage.word),
        ...(stage.as === 'frame' ? {} : { words: wordsOf(format, stage) }),
      })),
    },
  };
};

/** Whom a law protects, the searches that show what comes of it where it fails, and why none does. */
const consequences = (judged: Judged, one: Judgement): object => {
  const hurts = hurtsOn(judged.under, one.law);
  const shown = shownOf([one], judged).map(({ says, command }) => ({ says, command: command.join(' ') }));
  const why = doesHarm(one) && shown.length === 0 ? whyNotShown(one, judged.under) : undefined;
  return { hurts, shown, ...(why === undefined ? {} : { shownInNoWorld: why }) };
};

/** One object for each architecture of each kernel: its laws at each level; of a series or a proposal also what it changes. */
export const lawsJson = (all: readonly Judged[], trials: readonly Tried[], version: string): string =>
  JSON.stringify(
    {
      mmcheck: version,
      ...(trials.length === 0
        ? {}
        : {
            changed: trials.map((one) => ({
              architecture: one.after.under.architecture.name,
              kernel: one.after.under.kernel,
              replaces: replacedBy(one),
              without: one.fewBefore.under.kernel,
              ...changedBy(one),
              worse: one.worse.map(({ law, level, result }) => ({
                law: law.name,
                level,
                ...resultOf(one.after.under.format, result),
              })),
            })),
          }),
      laws: all.map((judged) => ({
        architecture: judged.under.architecture.name,
        kernel: judged.under.kernel,
        changes: judged.under.changes.map(({ says, cites, evidence }) => ({ says, cites, evidence })),
        judgements: judged.judgements.map((one) => ({
          law: one.law.name,
          says: one.law.says,
          cites: one.law.cites,
          ...consequences(judged, one),
          level: one.level,
          ...resultOf(judged.under.format, one.result),
        })),
      })),
    },
    null,
    2,
  );
