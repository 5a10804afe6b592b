/** A trace as JSON: a trace file, as `check --trace-dir` writes it, of what the steps change on the kernel in hand. */
import { traceJson } from '../write_trace.ts';
import type { Retold } from './retell.ts';

export const jsonForm = ({ version, run, property, story }: Retold): string =>
  traceJson(version, run, property.name, story);
