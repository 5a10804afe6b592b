import { expect, it, vi } from 'vitest';

it('the example of the README gets everyone across', async () => {
  const log = vi.spyOn(console, 'log').mockImplementation(() => {});
  await import('./readme_example.ts');
  const said = log.mock.calls.map(([line]) => String(line));
  log.mockRestore();
  expect(said).toEqual([
    'holds, 10 states',
    'farmer left -> right, goat left -> right',
    'farmer right -> left',
    'farmer left -> right, wolf left -> right',
    'farmer right -> left, goat right -> left',
    'farmer left -> right, cabbage left -> right',
    'farmer right -> left',
    'farmer left -> right, goat left -> right',
  ]);
});
