import { defineConfig } from 'vitest/config';

const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
if (major < 24 || (major === 24 && minor < 12)) {
  throw new Error(
    `The tests need Node 24.12 or newer, and this is ${process.version}. Use \`npm test\` after \`npm ci\`.`,
  );
}

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    setupFiles: ['test/setup.ts'],
    reporters: ['default', './test/closing_line.ts'],
    coverage: { provider: 'v8', include: ['model/**', 'spec/**', 'checker/**'], reporter: ['text', 'lcov'] },
  },
});
