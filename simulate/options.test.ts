import { expect, test } from 'vitest';
import { CANARIES } from './canaries.ts';
import { listAll, readOptions } from './options.ts';
import { FAULTS } from './world/faults.ts';

test('one run, one place, or as many runs as are wanted', () => {
  expect(readOptions([])).toMatchObject({ runs: 100, sweep: false, json: false });
  expect(readOptions(['--runs', '7', '--seed', '3'])).toMatchObject({ runs: 7, seed: 3 });
  expect(readOptions(['--seed', '3', '--run', '12'])).toMatchObject({ seed: 3, run: 12 });
  expect(readOptions(['--seed', '3', '--place', 'sale:host-crash:9'])).toMatchObject({
    place: { scenario: 'sale', fault: 'host-crash', nth: 9 },
  });
});

test.each([
  [['--runs', 'many'], '--runs, --seed and --run take whole numbers.'],
  [['--seed', '-1'], /--seed/],
  [['--canary', 'toString'], 'No such bug, see --list: toString.'],
  [['--fault', 'flood'], 'No such fault, see --list: flood.'],
  [['--seed', '1', '--place', 'sale:drop:0'], 'Not SCENARIO:FAULT:NTH: sale:drop:0.'],
  [['--seed', '1', '--place', 'sale:drop:1:2'], 'Not SCENARIO:FAULT:NTH: sale:drop:1:2.'],
  [['--place', 'sale:drop:1'], '--place needs the --seed it was found with.'],
  [['--fast'], /--fast/],
])('%j is refused with a sentence', (argv, sentence) => {
  expect(readOptions(argv)).toEqual(
    typeof sentence === 'string' ? sentence : expect.stringMatching(sentence),
  );
});

test('every fault and every bug is listed', () => {
  const list = listAll();
  for (const name of [...Object.keys(FAULTS), ...Object.keys(CANARIES)]) {
    expect(list).toContain(`  ${name} `);
  }
});
