import { setTimeout as sleep } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { Turns } from './turns.ts';

test('the same name waits its turn, another does not', async () => {
  const turns = new Turns();
  const done: string[] = [];
  const work = (label: string, ms: number) => async () => {
    await sleep(ms);
    done.push(label);
  };
  await Promise.all([
    turns.take('a', work('a1', 30)),
    turns.take('a', work('a2', 0)),
    turns.take('b', work('b1', 0)),
  ]);
  await turns.take('a', work('a3', 0));
  expect(done).toEqual(['b1', 'a1', 'a2', 'a3']);
});
