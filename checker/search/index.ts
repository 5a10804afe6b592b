/** `mmcheck/search`: an explicit-state search that knows nothing of its subject. */
export { entry, flag, oneOf, shownAs, upTo, type Bits, type Entry, type OneOf, type Word } from './bits.ts';
export {
  layoutOf,
  table,
  type Change,
  type Draft,
  type Layout,
  type MutableRows,
  type Table,
  type View,
  type Words,
} from './layout.ts';
export {
  action,
  combinations,
  END,
  isEnabled,
  ModelBug,
  movesOf,
  NEVER,
  type Action,
  type Always,
  type Assertion,
  type AtomicStep,
  type Choose,
  type Move,
  type NeverStuck,
  type Property,
  type Sometimes,
  type Step,
  type StepResult,
  type World,
} from './world.ts';
export { CHUNK, type Checkpoint, type Chunked, type Watched } from './checkpoint.ts';
export { ModelFault, thrown } from './model_fault.ts';
export { explore } from './explore.ts';
export type { Options, Progress, Shares } from './options.ts';
export type { Answer } from './choices.ts';
export { initialState, makeMove, retrace, type Made, type TraceStep } from './trace.ts';
export type { ActionCount, Cut, Limits, PropertyVerdict, Searched, Trace, TracedMove, Verdict } from './verdict.ts';
