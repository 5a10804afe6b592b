/** Lines that somebody types, or that come from a pipe; undefined at their end. */
import { createInterface } from 'node:readline';

export interface Lines {
  readonly read: (prompt: string) => Promise<string | undefined>;
  readonly close: () => void;
}

export const linesOf = (input: NodeJS.ReadStream, output: NodeJS.WritableStream): Lines => {
  const reader = createInterface({ input, output });
  const each = reader[Symbol.asyncIterator]();
  return {
    read: async (prompt) => {
      reader.setPrompt(prompt);
      reader.prompt();
      const { value, done } = await each.next();
      // Who types ends the line of the prompt himself.
      if (!input.isTTY) output.write('\n');
      return done === true ? undefined : value;
    },
    close: () => reader.close(),
  };
};
