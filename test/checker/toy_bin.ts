/** The command line on the toy catalogue, for tests that need a process. */
import { run } from '../../checker/cli.ts';
import { catalogue } from './toy_catalogue.ts';

run(catalogue, new URL('./toy_catalogue.ts', import.meta.url).href, '0.0.0-toy');
