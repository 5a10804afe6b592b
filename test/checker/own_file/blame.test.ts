/** Who is to blame where a run breaks off: a patch whose line is in the exception, one that is not the same each time, or nobody. */
import { describe, expect, it } from 'vitest';
import { blamed, ended, withoutExit } from '../../../checker/own_file/blame.ts';
import { ModelFailed } from '../../../checker/unusable.ts';
import { file } from './files.ts';

const chance = file('chance.ts', 'export const maybe = () => {', '  return Math.random() < 0.5;', '};');
const exits = file('ends.ts', '', '', 'export const ends = () => process.exit(1);');
const threw = Object.assign(new Error('oops'), { stack: `Error: oops\n    at zap (file://${chance}:3:7)` });

describe('who is to blame', () => {
  it('is the line that an exception came through', () => {
    expect(blamed([exits, chance], threw)).toEqual({ place: `${chance}:3`, why: 'threw Error: oops' });
    const { message } = new ModelFailed({ cause: threw, own: [chance] });
    expect(message).toContain(`${chance}:3: threw Error: oops\nthe patch cannot be used`);
  });
  it('is what is not of the state, where a step is not found again', () => {
    const cause = new Error('pfnmap: a step is not found again');
    expect(blamed([exits, chance], cause)?.place).toBe(`${chance}:2`);
    expect(blamed([exits], cause)?.place).toBe(exits);
  });
  it('is the line that ends the process', () => {
    expect(ended([chance, exits], 1)?.place).toBe(`${exits}:3`);
    expect(ended([], 1)).toBeUndefined();
  });
  it('is not told of an exception elsewhere, but that there are patches', () => {
    const cause = new Error('elsewhere');
    expect(blamed([chance], cause)).toBeUndefined();
    expect(new ModelFailed({ cause, own: [chance] }).message).toContain(`the likely cause is ${chance}`);
    expect(new ModelFailed({ cause, own: [] }).message).toContain('this is a fault of mmcheck');
  });
});

describe('process.exit() of a patch', () => {
  it('throws, and is as it was behind that', () => {
    const exit: unknown = Reflect.get(process, 'exit');
    expect(() => withoutExit([exits], () => process.exit(2))).toThrow('process.exit(2) is called');
    expect(Reflect.get(process, 'exit')).toBe(exit);
  });
});
