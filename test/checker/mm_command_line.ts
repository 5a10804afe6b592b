/** The command line in this process, on the models that are shipped. */
import * as Effect from 'effect/Effect';
import { Cells } from '../../checker/cells.ts';
import { main } from '../../checker/cli.ts';
import { catalogue } from '../../checker/mm_catalogue.ts';
import { capture, type Ran } from './command_line.ts';

export const onModels = async (...argv: readonly string[]): Promise<Ran> => {
  const [out, err] = [capture(), capture()];
  const module = new URL('../../checker/mm_catalogue.ts', import.meta.url).href;
  const setting = { catalogue, module, version: '0.0.0', out, err, cells: new Cells() };
  const code = await Effect.runPromise(main(argv, setting));
  return { code, out: out.text(), err: err.text() };
};
