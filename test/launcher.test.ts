import { spawn, spawnSync } from 'node:child_process';
import { copyFileSync, existsSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

/** The Node outside of this project, if there is one that is too old for it. */
const oldNode = (process.env['PATH'] ?? '')
  .split(':')
  .filter((folder) => folder !== '' && !folder.includes('node_modules'))
  .map((folder) => join(folder, 'node'))
  .filter((path) => existsSync(path))
  .find((path) => Number(spawnSync(path, ['-p', 'parseInt(process.versions.node)'], { encoding: 'utf8' }).stdout) < 24);

/** A project around the launcher, with a command line that tells how it was started. */
const project = mkdtempSync(join(tmpdir(), 'mmcheck-'));
const bin = join(project, 'checker/bin.mjs');

const COMMAND_LINE = `
export const run = (catalogue: string, module: string, version: string): void => {
  console.log([catalogue, module.split('/').at(-1), version, ...process.argv.slice(2)].join(' '));
  process.exitCode = 3;
  if (process.argv[2] !== 'wait') return;
  const timer = setInterval(() => undefined, 1000);
  process.on('SIGINT', () => { clearInterval(timer); process.exitCode = 130; });
};`;

beforeAll(() => {
  mkdirSync(join(project, 'checker'));
  copyFileSync(fileURLToPath(new URL('../checker/bin.mjs', import.meta.url)), bin);
  writeFileSync(join(project, 'checker/cli.ts'), COMMAND_LINE);
  writeFileSync(join(project, 'checker/mm_catalogue.ts'), "export const catalogue: string = 'all';");
  writeFileSync(join(project, 'package.json'), JSON.stringify({ type: 'module', version: '1.2.3' }));
});
afterAll(() => rmSync(project, { recursive: true }));

/** `npm ci`, as far as the launcher can see it. */
const install = (): void => {
  mkdirSync(join(project, 'node_modules/.bin'), { recursive: true });
  symlinkSync(process.execPath, join(project, 'node_modules/.bin/node'));
};

const launch = (node: string, ...argv: string[]) => {
  const { status, stdout, stderr } = spawnSync(node, [bin, ...argv], { encoding: 'utf8' });
  return { status, stdout, stderr };
};

describe('the launcher', { timeout: 30_000 }, () => {
  const started = { status: 3, stdout: 'all mm_catalogue.ts 1.2.3 check --json\n', stderr: '' };

  it('starts the command line with the catalogue and the version', () => {
    expect(launch(process.execPath, 'check', '--json')).toEqual(started);
  });
  it.skipIf(oldNode === undefined)('under an old Node says what is missing where nothing is installed', () => {
    const { status, stdout, stderr } = launch(oldNode!, 'check');
    expect({ status, stdout }).toEqual({ status: 2, stdout: '' });
    expect(stderr).toMatch(/^mmcheck needs Node 24\.12 or newer, and this is v\d+.*\n$/);
  });
  it.skipIf(oldNode === undefined)('under an old Node hands over to that of the project', () => {
    install();
    expect(launch(oldNode!, 'check', '--json')).toEqual(started);
  });
  it.skipIf(oldNode === undefined)('under an old Node passes signals on', async () => {
    const child = spawn(oldNode!, [bin, 'wait']);
    child.stdout.once('data', () => child.kill('SIGINT'));
    expect(await new Promise((resolve) => child.once('close', resolve))).toBe(130);
  });
});
