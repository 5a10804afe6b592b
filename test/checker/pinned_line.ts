/** Lines of the pinned tables: 'pfnmap on v7.1: holds, 15148 states, 236198 transitions, depth 15; unexercised ...'. */
import { readFileSync } from 'node:fs';

export interface PinnedLine {
  readonly line: string;
  readonly world: string;
  readonly kernel: string;
  readonly transitions: number;
}

export const readPinned = (line: string): PinnedLine => {
  const [, world = '', kernel = '', transitions] = /^(\S+) on (\S+): .*?(\d+) transitions/.exec(line) ?? [];
  return { line, world, kernel, transitions: Number(transitions) };
};

/** Of a table that stands beside this file. */
export const pinnedLines = (file: string): readonly PinnedLine[] =>
  readFileSync(new URL(file, import.meta.url), 'utf8')
    .trimEnd()
    .split('\n')
    .map(readPinned);

/** Whether all is asked for that takes long: to write a table anew, or to compare it whole. */
export const takesAll = ['write', 'all'].includes(process.env['PIN'] ?? '');
