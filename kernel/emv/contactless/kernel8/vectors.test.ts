import { expect, test } from 'vitest';
import faults from '../../../../test-vectors/emv/kernel8-faults.json' with { type: 'json' };
import transactions from '../../../../test-vectors/emv/kernel8-transactions.json' with {
  type: 'json',
};
import { recordVector } from './recorded-vector.fixture.ts';
import { FAULTS, TRANSACTIONS } from './vector-cases.fixture.ts';

test.each([
  ['transactions', transactions, TRANSACTIONS],
  ['faults', faults, FAULTS],
])('the recorded %s are what the card of the tests gives, by node:crypto', (_, file, cases) => {
  expect(file.vectors.filter(({ result }) => result === 'valid')).toEqual(cases.map(recordVector));
});
