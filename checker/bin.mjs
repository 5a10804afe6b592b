#!/usr/bin/env node
// Plain JavaScript, and no imports that an old Node lacks: this file must run on any Node so that it
// can either start the command line, hand over to the Node in node_modules, or say what is missing.
import { spawn } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import module from 'node:module';
import { constants } from 'node:os';
import { fileURLToPath } from 'node:url';

const [major, minor] = process.versions.node.split('.').map(Number);

if (major > 24 || (major === 24 && minor >= 12)) {
  module.enableCompileCache?.();
  const { version } = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8'));
  const { run } = await import('./cli.ts');
  const { catalogue } = await import('./mm_catalogue.ts');
  run(catalogue, import.meta.resolve('./mm_catalogue.ts'), version);
} else {
  const local = fileURLToPath(new URL('../node_modules/.bin/node', import.meta.url));
  if (!existsSync(local)) {
    console.error(`mmcheck needs Node 24.12 or newer, and this is ${process.version}. \`npm ci\` installs one here.`);
    process.exit(2);
  }
  const child = spawn(local, process.argv.slice(1), { stdio: 'inherit' });
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal));
  child.on('exit', (code, signal) => process.exit(code ?? 128 + (constants.signals[signal] ?? 0)));
}
