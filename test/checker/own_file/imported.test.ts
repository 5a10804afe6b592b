/** Of what files a patch is made, which tells whether a run is to be made again. */
import { expect, it } from 'vitest';
import { filesOf, noteImport } from '../../../checker/own_file/imported.ts';

const url = (path: string): string => new URL(path, 'file:').href;
const OURS = new URL('../../../', import.meta.url).pathname;

it('is itself and all that it imports, wherever that lies, but not the program', () => {
  noteImport(url('/a/patch.ts'), url('/a/helper.ts'));
  noteImport(url('/a/helper.ts'), url('/b/further.ts'));
  noteImport(url('/b/further.ts'), url('/a/helper.ts'));
  noteImport(url('/a/patch.ts'), url(`${OURS}mine/inside.ts`));
  noteImport(url('/a/patch.ts'), url(`${OURS}model/patch.ts`));
  noteImport(url('/a/patch.ts'), 'node:fs');
  noteImport(url('/a/other.ts'), url('/a/more.ts'));
  expect(filesOf('/a/patch.ts').toSorted()).toEqual(
    ['/a/helper.ts', '/a/patch.ts', '/b/further.ts', `${OURS}mine/inside.ts`].toSorted(),
  );
});
