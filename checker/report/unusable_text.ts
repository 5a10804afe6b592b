/** What is said of input that cannot be used, and of anything else that ends a command early. */
import { WIDTH, wrap } from './columns.ts';

export const unusable = (message: string): string => {
  const [first = '', ...more] = message.split('\n');
  return [
    ...wrap(`mmcheck: ${first}`, WIDTH),
    ...more.flatMap((line) => wrap(line, WIDTH - 2).map((each) => `  ${each}`)),
    '',
  ].join('\n');
};
