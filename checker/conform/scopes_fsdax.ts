/** A file on ext4 with DAX: its pages by leaf and by PTE, holes, private copies, and what is cut off. */
import { daxFile } from '../../model/drivers/driver.ts';
import type { DaxCut } from '../../model/operations/alphabet.ts';
import { type Block, blocks, type Geometry } from '../../model/state/geometry.ts';
import { type ConformScope, PAGE0, PAGE1, PROTS, scope, SINGLE, SLOT0, UNEVEN } from './scope.ts';

const OF = { machines: ['dax'], cuts: UNEVEN, needs: [] } as const;
const MEMORY: readonly Block[] = [
  ...blocks('huge zero', 2, 1),
  ...blocks('fsdax', 2, 1),
  ...blocks('zero page', 1, 1),
  ...blocks('anon', 1, 24),
];
const GEOMETRY: Partial<Geometry> = { puds: 1, memory: MEMORY, daxFilePages: 2 };

const whole = daxFile('DAX file 2M', { at: 0, pages: 2 });
const privately = daxFile('private DAX file 2M', { at: 2, pages: 2 }, 'private');
const cut = (how: DaxCut['how'], from: number, to: number): DaxCut => ({ file: 0, from, to, how });
const CUTS = [cut('truncate', 0, 2), cut('truncate', 1, 2), cut('punch', 0, 1), cut('punch', 0, 2)];

export const FSDAX_SCOPES: readonly ConformScope[] = [
  scope(
    { ...OF, name: 'fs-dax', says: 'a file on DAX that has its blocks: leaves, splits, protections, moves, cuts' },
    {
      drivers: [whole],
      reads: [0, 1],
      writes: [0, 1],
      munmaps: [PAGE0, SLOT0],
      mprotects: [SLOT0, PAGE0],
      prots: PROTS,
      madvises: [SLOT0, PAGE1],
      advice: ['DONTNEED', 'DONTFORK', 'DOFORK'],
      mremaps: [{ from: 0, to: 2, pages: 2 }],
      daxCuts: CUTS,
    },
    { ...GEOMETRY, daxFiles: ['written'] },
  ),
  scope(
    { ...OF, name: 'fs-dax-private', says: 'private copies of a file on DAX, beside who shares it' },
    {
      drivers: [whole, privately],
      reads: [0, 3],
      writes: [1, 2],
      munmaps: [PAGE0, { from: 3, to: 4 }],
      mprotects: [{ from: 2, to: 4 }],
      prots: ['R', 'RW'],
      madvises: [{ from: 2, to: 4 }],
      advice: ['DONTNEED'],
      daxCuts: CUTS,
    },
    { ...GEOMETRY, daxFiles: ['written'] },
  ),
  scope(
    { ...OF, name: 'fs-dax-hole', says: 'a hole of a file on DAX: zeroes by leaf and by page, until a write' },
    {
      drivers: [whole, privately],
      reads: [0, 3],
      writes: [1, 2],
      munmaps: [PAGE0],
      madvises: [SLOT0],
      advice: ['DONTNEED'],
      daxCuts: CUTS,
    },
    { ...GEOMETRY, daxFiles: ['hole'] },
  ),
  scope(
    { ...OF, name: 'fs-dax-unwritten', says: 'blocks of a file on DAX that nobody has written' },
    {
      drivers: [whole, privately],
      reads: [0, 3],
      writes: [1, 2],
      munmaps: [PAGE0],
      daxCuts: [cut('truncate', 1, 2)],
    },
    { ...GEOMETRY, daxFiles: ['unwritten'] },
  ),
  scope(
    {
      ...OF,
      name: 'fs-dax-pins',
      says: 'a page of a file on DAX cannot be pinned for long, and a private copy can',
      cuts: SINGLE,
      needs: ['uring'],
    },
    {
      drivers: [whole, privately],
      reads: [0, 3],
      writes: [1, 2],
      munmaps: [{ from: 3, to: 4 }],
      pins: [0, 2],
      pinsFor: ['write'],
    },
    { ...GEOMETRY, daxFiles: ['written'], pins: 2 },
  ),
];
