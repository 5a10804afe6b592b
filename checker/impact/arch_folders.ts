/** The architectures whose entries are in a folder of arch/. */

/** What begins the names of the architectures whose entries a folder of arch/ defines. */
const ENTRIES_OF: Readonly<Record<string, string>> = {
  x86: 'x86',
  arm64: 'arm64',
  powerpc: 'ppc64',
  riscv: 'riscv64',
  s390: 's390',
  loongarch: 'loongarch',
};

/** The folders of arch/, if all of the files are there. */
const foldersOf = (files: readonly string[]): readonly string[] => {
  const folders = files.flatMap((path) => /^arch\/(\w+)\//.exec(path)?.[1] ?? []);
  return folders.length < files.length ? [] : folders;
};

/** The architectures of the folders of arch/ in which a function is, as a pattern each; none if it is elsewhere, too. */
export const patternsOf = (files: readonly string[]): readonly string[] => {
  const prefixes = foldersOf(files).map((folder) => ENTRIES_OF[folder]);
  return prefixes.some((one) => one === undefined) ? [] : [...new Set(prefixes.map((one) => `${one}*`))];
};

/** Of a function in arch/ the architectures of that folder alone. */
export const ofFolders = (entries: readonly string[], files: readonly string[]): readonly string[] => {
  const folders = foldersOf(files);
  if (folders.length === 0) return entries;
  return entries.filter((one) => folders.some((folder) => one.startsWith(ENTRIES_OF[folder] ?? '-')));
};
