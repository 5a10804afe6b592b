/**
 * What is kept of a run, so that the same command goes on where it was interrupted: its result, or a checkpoint. One file
 * a run: eight bytes that say how long the head is, the head, and behind it the chunks of a checkpoint. It is
 * written beside the old one, and takes its place when it is whole.
 */
import { createHash } from 'node:crypto';
import { closeSync, existsSync, globSync, openSync, readFileSync, readSync, renameSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { deserialize, serialize } from 'node:v8';
import { type Checkpoint, CHUNK, type Chunked } from './search/index.ts';

/** Where a run is kept, and what it must have been. */
export interface Keeping {
  readonly path: string;
  /** The run, and the program that made it, as text. */
  readonly key: string;
}

type Plain = Omit<Checkpoint, 'states' | 'parents'>;
type Shape = Pick<Chunked, 'width' | 'count'>;

interface Head {
  readonly tool: 'mmcheck';
  readonly key: string;
  readonly told?: unknown;
  /** What was noted of the search beside it. */
  readonly beside?: unknown;
  readonly checkpoint?: { readonly plain: Plain; readonly states: Shape; readonly parents: Shape };
}

const OVER = new Set<string | undefined>([undefined, 'depth', 'assertion']);

/** Whether a search has seen all that it ever will: to go on would bring nothing. */
export const isOver = ({ cut }: { readonly cut?: string }): boolean => OVER.has(cut);

/** The file is something else, or another version of the program wrote it. */
export class NotKept extends Error {}

const LENGTH_BYTES = 8;

const sizesOf = ({ width, count }: Shape): readonly number[] =>
  Array.from({ length: Math.ceil(count / CHUNK) }, (_, i) => Math.min(CHUNK, count - i * CHUNK) * width);

const bytesOf = (words: Int32Array, size = words.length): Uint8Array =>
  new Uint8Array(words.buffer, words.byteOffset, size * 4);

const shapeOf = ({ width, count }: Chunked): Shape => ({ width, count });

const writeAll = (file: number, bytes: Uint8Array): void => {
  for (let at = 0; at < bytes.length;) at += writeSync(file, bytes, at);
};
const readAll = (file: number, bytes: Uint8Array): void => {
  for (let at = 0; at < bytes.length;) {
    const got = readSync(file, bytes, at, bytes.length - at, null);
    if (got === 0) throw new NotKept('ends too early');
    at += got;
  }
};

const writeHead = (file: number, head: Head): void => {
  const bytes = serialize(head);
  const length = Buffer.alloc(LENGTH_BYTES);
  length.writeBigUInt64LE(BigInt(bytes.length));
  writeAll(file, length);
  writeAll(file, bytes);
};

/** @throws NotKept when it is the file of something else. */
const readHead = (file: number, key: string): Head => {
  const length = Buffer.alloc(LENGTH_BYTES);
  readAll(file, length);
  const size = length.readBigUInt64LE();
  if (size > 2 ** 30) throw new NotKept('was not written by mmcheck --resume');
  const bytes = Buffer.alloc(Number(size));
  readAll(file, bytes);
  const head = deserialize(bytes) as Partial<Head> | undefined;
  if (head?.tool !== 'mmcheck') throw new NotKept('was not written by mmcheck --resume');
  if (head.key !== key) throw new NotKept('was written by another version of mmcheck or of its model');
  return head as Head;
};

const replacing = (path: string, write: (file: number) => void): void => {
  const file = openSync(`${path}.part`, 'w');
  try {
    write(file);
  } finally {
    closeSync(file);
  }
  renameSync(`${path}.part`, path);
};

const reading = <T>({ path, key }: Keeping, read: (file: number, head: Head) => T): T | undefined => {
  if (!existsSync(path)) return undefined;
  const file = openSync(path, 'r');
  try {
    return read(file, readHead(file, key));
  } catch (error) {
    if (error instanceof NotKept) throw error;
    throw new NotKept('was not written by mmcheck --resume', { cause: error });
  } finally {
    closeSync(file);
  }
};

export const keepTold = ({ path, key }: Keeping, told: unknown, beside?: unknown): void =>
  replacing(path, (file) => writeHead(file, { tool: 'mmcheck', key, told, beside }));

/** The result of a run that is over: what keepTold() got. */
export const keptTold = (keeping: Keeping): unknown => reading(keeping, (_file, { told }) => told);

/** What was noted beside a result, or beside a checkpoint. */
export const keptBeside = (keeping: Keeping): unknown => reading(keeping, (_file, { beside }) => beside);

export const keepCheckpoint = (
  { path, key }: Keeping,
  { states, parents, ...plain }: Checkpoint,
  beside?: unknown,
): void =>
  replacing(path, (file) => {
    writeHead(file, {
      tool: 'mmcheck',
      key,
      beside,
      checkpoint: { plain, states: shapeOf(states), parents: shapeOf(parents) },
    });
    for (const one of [states, parents])
      for (const [i, size] of sizesOf(one).entries()) writeAll(file, bytesOf(one.chunks[i]!, size));
  });

/** The checkpoint of a run that is not over. */
export const keptCheckpoint = (keeping: Keeping): Checkpoint | undefined =>
  reading(keeping, (file, { checkpoint }) => {
    if (checkpoint === undefined) return undefined;
    const chunked = (shape: Shape): Chunked => {
      const chunks = sizesOf(shape).map((size) => {
        const chunk = new Int32Array(CHUNK * shape.width);
        readAll(file, bytesOf(chunk, size));
        return chunk;
      });
      return { ...shape, chunks };
    };
    const states = chunked(checkpoint.states);
    return { ...checkpoint.plain, states, parents: chunked(checkpoint.parents) };
  });

/** What the result of a run depends on beside its flags: the text of the whole program, and of the catalogue. */
export const programDigest = (module: string): string => {
  const root = fileURLToPath(new URL('..', import.meta.url));
  const hash = createHash('sha256');
  const sources = globSync('{checker,model,spec}/**/*.{ts,js}', { cwd: root }).toSorted();
  for (const file of [...sources.map((one) => join(root, one)), fileURLToPath(module)]) hash.update(readFileSync(file));
  return hash.digest('hex');
};
