/** `mmcheck impact FILE`: what of a patch is modelled, and what to run. */
import { readFile } from 'node:fs/promises';
import { promisify } from 'node:util';
import { gunzip } from 'node:zlib';
import * as Effect from 'effect/Effect';
import type { ExitCode, Setting } from './check.ts';
import { readCalled } from './impact/called.ts';
import { impactOf } from './impact/impact_of.ts';
import { type Mail, readMails } from './impact/mail.ts';
import { readDiff } from './impact/diff.ts';
import { readModelIndex } from './impact/model_index.ts';
import { impactJson, impactText } from './report/impact_text.ts';
import { BadFile } from './unusable.ts';
import { reason } from './write_trace.ts';

export interface ImpactAsked {
  readonly file: string;
  readonly json: boolean;
  readonly verbose: boolean;
}

const STDIN = '-';

const readBytes = (file: string): Effect.Effect<Uint8Array, BadFile> =>
  Effect.tryPromise({
    try: () => readFile(file === STDIN ? '/dev/stdin' : file),
    catch: (error) => new BadFile({ path: file, why: `cannot be read: ${reason(error)}` }),
  });

/** mbox.gz of lore, by its first bytes, whatever its name. */
const unpacked = (path: string, bytes: Uint8Array): Effect.Effect<Uint8Array, BadFile> =>
  bytes[0] === 0x1f && bytes[1] === 0x8b
    ? Effect.tryPromise({
        try: () => promisify(gunzip)(bytes),
        catch: (error) => new BadFile({ path, why: `is compressed, and cannot be unpacked: ${reason(error)}` }),
      })
    : Effect.succeed(bytes);

/** What a file is that has no diff, and what to try instead. */
const notADiff = (path: string, bytes: Uint8Array, mails: readonly Mail[]): BadFile => {
  const head = Buffer.from(bytes.subarray(0, 512)).toString('latin1');
  const hint =
    'a diff begins its files with --- and +++ and its hunks with @@: git show, git format-patch --stdout, b4 am -o -';
  if (head.trim() === '') return new BadFile({ path, why: 'is empty', hint });
  if (/^\s*<(?:!doctype|html|\?xml)/i.test(head))
    return new BadFile({
      path,
      why: 'is a web page',
      hint: "of lore.kernel.org take what is behind 'raw', or mbox.gz",
    });
  const subjects = mails.flatMap(({ subject }) => (subject === undefined ? [] : [`"${subject}"`]));
  const found =
    subjects.length === 0
      ? 'text'
      : `${subjects.length === 1 ? 'a mail' : 'mails'}, ${subjects.slice(0, 3).join(', ')}`;
  return new BadFile({ path, why: `has no diff: it is ${found}`, hint });
};

/** Answers to a patch have no diff of their own, and quote that of others. */
const withDiff = (mails: readonly Mail[]): readonly Mail[] =>
  mails.filter(({ text, place }) => place?.number === 0 || readDiff(text).length > 0);

export const impact = Effect.fnUntraced(function* ({ catalogue, out, version }: Setting, asked: ImpactAsked) {
  const bytes = yield* unpacked(asked.file, yield* readBytes(asked.file));
  const mails = yield* Effect.tryPromise({
    try: () => readMails(bytes),
    catch: (error) => new BadFile({ path: asked.file, why: `cannot be read as mail: ${reason(error)}` }),
  });
  const kept = withDiff(mails);
  if (!kept.some(({ text }) => readDiff(text).length > 0)) return yield* notADiff(asked.file, bytes, mails);
  const found = impactOf(catalogue, readModelIndex(), readCalled(), kept);
  out.write(`${asked.json ? impactJson(version, found) : impactText(found, asked.verbose)}\n`);
  return found.functions.some(({ model }) => model !== undefined) ? 0 : 3;
}) satisfies (setting: Setting, asked: ImpactAsked) => Effect.Effect<ExitCode, BadFile>;
