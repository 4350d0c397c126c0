import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { expect, test } from 'vitest';
import { drawLifeCycle } from './diagram.ts';

test('docs/LIFE-CYCLE.md shows the transitions as they are', async () => {
  const page = await readFile(path.join(import.meta.dirname, '../../docs/LIFE-CYCLE.md'), 'utf8');
  expect(page).toContain(drawLifeCycle());
});
