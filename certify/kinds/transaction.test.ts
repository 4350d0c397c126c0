import { describe, expect, test } from 'vitest';
import file from '../../test-vectors/emv/hu-mock-visa-online.json' with { type: 'json' };
import type { JsonObject } from '../vector-kind.ts';
import { transaction } from './transaction.ts';

const [recorded] = file.vectors;
const input: JsonObject = recorded?.input ?? {};

describe('transaction', () => {
  test('the recorded exchange ends as recorded', () => {
    const run = transaction.run(input);
    expect(run).toMatchObject({ ok: true, value: recorded?.expect });
  });

  test('a command that differs is named', () => {
    const exchange = recorded?.input.exchange.map((pair, i) =>
      i === 1 ? { ...pair, command: `${pair.command.slice(0, -2)}FF` } : pair,
    );
    expect(transaction.run({ ...input, exchange: exchange ?? [] })).toEqual({
      ok: false,
      error: { kind: 'command-differs', path: 'exchange.1', offset: 0 },
    });
  });

  test('a command that is not recorded is named', () => {
    const exchange = recorded?.input.exchange.slice(0, 2) ?? [];
    expect(transaction.run({ ...input, exchange })).toMatchObject({
      error: { kind: 'command-beyond-exchange', path: 'exchange.2' },
    });
  });

  test.each(['interface', 'transaction', 'readerCombinations', 'exchange'])(
    'without its %s it is not run',
    (name) => {
      const { [name]: _, ...rest } = input;
      expect(transaction.run(rest)).toMatchObject({ error: { kind: 'bad-input' } });
    },
  );
});
