import type { FieldFormat, FieldLength, FieldSpec, MessageSpec } from '../spec.ts';

const fixed = (length: number): FieldLength => ({ kind: 'fixed', length });
const prefixed = (prefixDigits: 2 | 3, max: number): FieldLength => ({
  kind: 'prefixed',
  prefixDigits,
  prefixEncoding: 'bcd',
  max,
});

function digits(name: string, length: FieldLength, rest: Partial<FieldSpec> = {}): FieldSpec {
  return { name, format: 'n', encoding: 'bcd', length, pad: 'left', sensitivity: 'none', ...rest };
}

function text(name: string, format: FieldFormat, length: FieldLength): FieldSpec {
  return { name, format, encoding: 'ascii', length, sensitivity: 'none' };
}

function binary(name: string, length: FieldLength, rest: Partial<FieldSpec> = {}): FieldSpec {
  return { name, format: 'b', encoding: 'binary', length, sensitivity: 'none', ...rest };
}

/**
 * The messages between a Tessera terminal and its acquirer host: ISO 8583:1987, numeric fields in
 * BCD, binary bitmaps. DE 60 carries the scoring dataset and DE 61 the scoring answer, both BER-TLV
 * (`kernel/transaction/scoring-dataset.ts`). A reversal carries no card data: DE 90 names the
 * original. Every message ends in a MAC, DE 64, or DE 128 when the secondary bitmap is present.
 */
export const TESSERA_HOST: MessageSpec = {
  name: 'tessera-host-87',
  mtiEncoding: 'bcd',
  bitmapEncoding: 'binary',
  fields: {
    2: digits('Primary account number', prefixed(2, 19), { pad: 'right', sensitivity: 'pan' }),
    3: digits('Processing code', fixed(6)),
    4: digits('Amount, transaction', fixed(12)),
    7: digits('Transmission date and time', fixed(10)),
    11: digits('System trace audit number', fixed(6)),
    12: digits('Time, local transaction', fixed(6)),
    13: digits('Date, local transaction', fixed(4)),
    14: digits('Date, expiration', fixed(4)),
    22: digits('Point of service entry mode', fixed(3)),
    23: digits('Card sequence number', fixed(3)),
    25: digits('Point of service condition code', fixed(2)),
    35: {
      name: 'Track 2 data',
      format: 'z',
      encoding: 'bcd',
      length: prefixed(2, 37),
      pad: 'right',
      sensitivity: 'track',
    },
    37: text('Retrieval reference number', 'an', fixed(12)),
    38: text('Authorisation identification response', 'an', fixed(6)),
    39: text('Response code', 'an', fixed(2)),
    41: text('Card acceptor terminal identification', 'ans', fixed(8)),
    42: text('Card acceptor identification code', 'ans', fixed(15)),
    49: digits('Currency code, transaction', fixed(3)),
    52: binary('PIN data', fixed(8), { sensitivity: 'pin' }),
    55: binary('ICC system-related data', prefixed(3, 255), { content: 'ber-tlv' }),
    60: binary('Scoring dataset', prefixed(3, 255), { content: 'ber-tlv' }),
    61: binary('Scoring answer', prefixed(3, 255), { content: 'ber-tlv' }),
    64: binary('Message authentication code', fixed(8)),
    70: digits('Network management information code', fixed(3)),
    90: digits('Original data elements', fixed(42)),
    128: binary('Message authentication code', fixed(8)),
  },
};
