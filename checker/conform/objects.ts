/** What a sequence maps, made before its first move. */
import { VmaKind, Vma } from '../../model/state/mm_types.ts';
import { hasGuest } from './guest_access.ts';
import { OBJECTS } from './lines.ts';
import { offsetOf, PTRS } from './placement.ts';
import { DAX_FILES, DEVICE_DAX } from './vm/machines.ts';
import type { Stage } from './walk.ts';

/** What tells which objects a stage needs. */
type Needing = Pick<Stage, 'alphabet' | 'placement' | 'device'>;

/** Pages that a file must have so that every mapping of the stage lies in it. */
const filePages = ({ alphabet, placement }: Needing, kind: number): number =>
  Math.max(
    0,
    ...alphabet.drivers
      .filter(({ vma }) => Vma.kind(vma) === kind)
      .map(({ vma }) => offsetOf(placement, Vma.pgoff(vma) + Vma.end(vma) - Vma.start(vma))),
  );

/** The file on DAX, as its blocks are; `create` allocates them and no more. */
const BLOCKS = { written: 'written', unwritten: 'create', hole: 'hole', clone: undefined } as const;

const daxFileLines = ({ placement }: Needing): readonly string[] => {
  const { daxFiles, daxFilePages } = placement.geometry;
  const how = daxFiles[0] === undefined ? undefined : BLOCKS[daxFiles[0]];
  const size = offsetOf(placement, daxFilePages);
  return how === undefined ? [] : [`object ${OBJECTS.fsdax} ${how} ${DAX_FILES}/file ${size}`];
};

/** Lines for the runner; it answers each. */
export const objectLines = (stage: Needing): readonly string[] => {
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
