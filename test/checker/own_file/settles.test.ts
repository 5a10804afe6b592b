/** A module that waits for ever is named with the line where it waits, as far as that can be known. */
import { setTimeout as rest } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { settled } from '../../../checker/own_file/settles.ts';
import { file } from './files.ts';

const waits = file('waits.ts', '// await', 'export const a = 1;', 'await new Promise(() => {});');
const imports = file('imports.ts', "import './waits.ts';");
const never = new Promise(() => undefined);

describe('a module that waits', () => {
  it('may do so for a while', async () => {
    expect(await settled(rest(20, 'settles'), waits, () => [waits], 1000)).toBe('settles');
  });
  it('fails as what it waits for does', async () => {
    await expect(settled(Promise.reject(new Error('no')), waits, () => [waits], 1000)).rejects.toThrow('no');
  });
  it('is named with the line, in what a file imports, too', async () => {
    const said = `${waits}:3 waits for something that has not come after 0.06 s`;
    await expect(settled(never, imports, () => [imports, waits], 10)).rejects.toThrow(said);
  });
  it('is named as a file where several lines wait', async () => {
    const twice = file('twice.ts', 'await 1;', 'await new Promise(() => {});');
    const said = `${twice} waits for something`;
    await expect(settled(never, twice, () => [twice], 10)).rejects.toThrow(said);
  });
});
