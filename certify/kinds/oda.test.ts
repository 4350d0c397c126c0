import { describe, expect, test } from 'vitest';
import made from '../../test-vectors/oda/rsa-made.json' with { type: 'json' };
import recorded from '../../test-vectors/oda/rsa-recorded.json' with { type: 'json' };
import type { JsonObject } from '../vector-kind.ts';
import { odaRsa } from './oda.ts';

const FAILED: Readonly<Record<string, string>> = { sda: '40', dda: '08', fdda: '08', cda: '04' };
const vectors = [...recorded.vectors, ...made.vectors] as unknown as readonly OdaVector[];

interface OdaVector {
  readonly id: string;
  readonly result: string;
  /** The reason, where authentication fails. */
  readonly flags: readonly string[];
  readonly input: JsonObject & { readonly method: string; readonly card: Card };
  readonly expect: JsonObject;
}

type Card = Readonly<Record<string, string>>;

describe('oda.rsa', () => {
  test.each(vectors)('$id', ({ result, flags, input, expect: expected }) => {
    const outcome = odaRsa.run(input);
    if (!outcome.ok) {
      expect({ result, error: outcome.error.kind }).toEqual({ result: 'invalid', ...expected });
      return;
    }
    const reason = flags[0] === undefined ? {} : { reason: flags[0] };
    expect(outcome.value).toMatchObject({ ...expected, ...reason });
    expect(result).toBe('valid');
  });
});

describe('whatever byte of a certificate, a signature or the signed data is changed', () => {
  const valid = vectors.filter((vector) => vector.expect['verified'] === true);

  test.each(valid)('$id fails and sets its bit alone', ({ input }) => {
    const tvr = `${FAILED[input.method]}00000000`;
    let damaged = 0;
    for (const [name, changed] of everyByteChanged(input)) {
      const outcome = odaRsa.run(changed);
      const value = outcome.ok ? outcome.value : outcome.error;
      expect({ name, ...value }).toMatchObject({ name, verified: false, tvr });
      damaged += 1;
    }
    expect(damaged).toBeGreaterThan(200);
  });

  test('an object that is gone sets ICC data missing as well', () => {
    const [first] = valid;
    for (const tag of ['8F', '90', '92', '9F32', '9F46', '9F47', '9F48', '9F4B', '5A']) {
      const { [tag]: _, ...card } = first?.input.card ?? {};
      const outcome = odaRsa.run({ ...first?.input, card });
      // Source: EMV 4.4 Book 3, table 35, which has neither the signature nor the PAN.
      const tvr = tag === '9F4B' || tag === '5A' ? '0400000000' : '2400000000';
      expect(outcome).toMatchObject({ value: { tvr, dataObject: tag } });
    }
  });
});

/** One bit of each byte, another bit from byte to byte. */
function* everyByteChanged(
  input: OdaVector['input'],
): Generator<readonly [name: string, input: JsonObject]> {
  // With SDA alone the PAN is proved by the static data that it is read from, not by 5A.
  const proved = input.method === 'sda' ? /^(8F|9[023]|9F32|9F4A)$/i : /^(?!57|93|9F49|9F69)/;
  for (const [tag, value] of Object.entries(input.card)) {
    if (proved.test(tag)) {
      for (const [at, changed] of changes(value)) {
        yield [`${tag} byte ${at}`, { ...input, card: { ...input.card, [tag]: changed } }];
      }
    }
  }
  for (const member of ['staticData', 'dynamicTerminalData', 'unpredictableNumber', 'cdol1Data']) {
    const value = input[member];
    for (const [at, changed] of typeof value === 'string' ? changes(value) : []) {
      yield [`${member} byte ${at}`, { ...input, [member]: changed }];
    }
  }
}

function* changes(hex: string): Generator<readonly [at: number, changed: string]> {
  for (let at = 0; 2 * at < hex.length; at += 1) {
    const byte = Number.parseInt(hex.slice(2 * at, 2 * at + 2), 16) ^ (1 << (at % 8));
    const changed = byte.toString(16).padStart(2, '0');
    yield [at, hex.slice(0, 2 * at) + changed + hex.slice(2 * at + 2)];
  }
}
