/** Names by a pattern, on the command line and in tables. */

/** Whether a name fits a pattern, in which `*` stands for any characters. */
export const fits = (pattern: string, name: string): boolean => {
  const parts = pattern.split('*').map((part) => part.replaceAll(/[^\w-]/g, String.raw`\$&`));
  return new RegExp(`^${parts.join('.*')}$`).test(name);
};
