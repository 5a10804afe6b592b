/** Whether a text names a function of the kernel: 'mm/huge_memory.c copy_huge_pmd(), …' names copy_huge_pmd. */
export const namesFunction = (name: string): ((text: string | undefined) => boolean) => {
  const called = new RegExp(String.raw`(^|\W)${name.replaceAll(/\W/g, '')}\(`);
  return (text) => text !== undefined && called.test(text);
};
