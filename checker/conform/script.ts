/** Sequences as text for the runner, and its answers put back beside what was expected. */
import { VmaKind, Vma } from '../../model/state/mm_types.ts';
import { hasGuest } from './guest_access.ts';
import { OBJECTS } from './lines.ts';
import { offsetOf, PTRS, watchedOf } from './placement.ts';
import { DAX_FILES, DEVICE_DAX } from './vm/machines.ts';
import type { Stage, Walk } from './walk.ts';

/** Pages that a file must have so that every mapping of the stage lies in it. */
const filePages = ({ alphabet, placement }: Stage, kind: number): number =>
  Math.max(
    0,
    ...alphabet.drivers
      .filter(({ vma }) => Vma.kind(vma) === kind)
      .map(({ vma }) => offsetOf(placement, Vma.pgoff(vma) + Vma.end(vma) - Vma.start(vma))),
  );

/** The file on DAX, as its blocks are; `create` allocates them and no more. */
const BLOCKS = { written: 'written', unwritten: 'create', hole: 'hole', clone: undefined } as const;

const daxFileLines = ({ placement }: Stage): readonly string[] => {
  const { daxFiles, daxFilePages } = placement.geometry;
  const how = daxFiles[0] === undefined ? undefined : BLOCKS[daxFiles[0]];
  const size = offsetOf(placement, daxFilePages);
  return how === undefined ? [] : [`object ${OBJECTS.fsdax} ${how} ${DAX_FILES}/file ${size}`];
};

const objectLines = (stage: Stage): readonly string[] => {
  const { device } = stage;
  const shmem = filePages(stage, VmaKind.shmem);
  const bars = filePages(stage, VmaKind.device);
  return [
    ...(shmem > 0 ? [`object ${OBJECTS.shmem} memfd-huge ${Math.ceil(shmem / PTRS) * PTRS}`] : []),
    ...(filePages(stage, VmaKind.dax) > 0 ? [`object ${OBJECTS.dax} open ${DEVICE_DAX}`] : []),
    ...daxFileLines(stage),
    ...(hasGuest(stage.alphabet) ? ['vm'] : []),
    ...(bars > 0 && device !== undefined ? [`object ${OBJECTS.device} vfio ${device.bdf} ${device.bar}`] : []),
  ];
};

/** The lines of a sequence before its first move. `objects`: how many of them the runner answers. */
const opening = (stage: Stage, name: string) => {
  const objects = objectLines(stage);
  const watch = watchedOf(stage.placement).map(({ page, count }) => `watch ${page} ${count}`);
  return { lines: [`seq ${name}`, ...watch, ...objects], objects: objects.length };
};

/** One sequence as the runner reads it. */
export const scriptOf = (walk: Walk, name: string): string =>
  [
    ...opening(walk.stage, name).lines,
    ...walk.steps.map(({ line }) => line),
    ...(walk.uncompared === undefined ? [] : [walk.uncompared]),
    '',
  ].join('\n');

/** Answers of the runner that come before the first move. */
export const answersBefore = (walk: Walk): number => opening(walk.stage, '').objects;
