/** 'v6.12.117' and '6.18.44-amd64' as numbers that can be compared. */
export const versionOf = (text: string): number => {
  const [major = 0, minor = 0, patch = 0] = (/[\d.]+/.exec(text)?.[0] ?? '').split('.').map(Number);
  return (major * 1000 + minor) * 1000 + patch;
};
