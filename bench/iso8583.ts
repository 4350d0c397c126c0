import assert from 'node:assert/strict';
import { createRequire } from 'node:module';
import { encodeHex, hex } from '#kernel/bytes/hex.ts';
import { expectOk } from '#kernel/bytes/result.ts';
import { decodeMessage, encodeMessage } from '#kernel/iso8583/message.ts';
import type { FieldSpec, MessageSpec, PlainSpec } from '#kernel/iso8583/spec.ts';
import { ELEMENTS_87 } from '#kernel/iso8583/specs/elements-87.ts';
import { ASCII, elementsIn } from '#kernel/iso8583/specs/notation.ts';
import { decodeTlv } from '#kernel/tlv/ber.ts';
import { compare } from './compare.ts';

/** What of npm's iso_8583 is measured; it has no types of its own that fit. */
type Iso8583 = new (
  message?: Readonly<Record<number, string>>,
) => { getBufferMessage(): Uint8Array; getIsoJSON(bytes: Uint8Array): object };

const Peer: Iso8583 = createRequire(import.meta.url)('iso_8583');

/** DE 55 of a contactless payment: 144 bytes, 19 objects. */
const ICC_DATA = hex(
  '9F2608D1A2B3C4D5E6F7089F2701809F101E1F220100A00000000000000000000000000000000000' +
    '00000000000000009F3704ABABABAB9F36020077950500000000009A032611249C01009F02060000' +
    '000014305F2A020978820220009F1A0203729F03060000000000009F3303E0B8C89F34031F00009F' +
    '3501228407A00000000310109F090200029F410400123457',
);

const FIELDS = {
  2: '4761739001010010',
  3: '000000',
  4: '000000001430',
  7: '1124151200',
  11: '000001',
  12: '151200',
  13: '1124',
  14: '4912',
  22: '071',
  23: '001',
  25: '00',
  35: '4761739001010010D49122011143844489',
  37: '632815000001',
  41: '10000001',
  42: 'TESSERA00000001',
  49: '978',
} as const;

/** ISO 8583:1987 in ASCII with bitmap and bytes as they are: the dialect of the peer. */
const OPAQUE: PlainSpec = {
  name: 'bench',
  mtiEncoding: 'ascii',
  bitmapEncoding: 'binary',
  fields: elementsIn({ ...ASCII, bytes: 'binary' }, ELEMENTS_87),
};
const PARSED: MessageSpec = {
  ...OPAQUE,
  fields: {
    ...OPAQUE.fields,
    55: { ...(OPAQUE.fields[55] as FieldSpec), content: 'ber-tlv-objects' },
  },
};

const opaque = { mti: '0100', fields: { ...FIELDS, 55: ICC_DATA } };
const parsed = { mti: '0100', fields: { ...FIELDS, 55: expectOk(decodeTlv(ICC_DATA)) } };
const peer = { 0: '0100', ...FIELDS, 55: encodeHex(ICC_DATA) };

const messageOfPeer = () => new Peer().getIsoJSON(new Peer(peer).getBufferMessage());
const message = expectOk(decodeMessage(OPAQUE, expectOk(encodeMessage(OPAQUE, opaque))));
assert.deepEqual(messageOfPeer(), {
  0: message.mti,
  ...message.fields,
  55: encodeHex(ICC_DATA),
});

/**
 * Encoding and decoding of one 0100 with 17 fields and a DE 55 of 144 bytes, to values on both
 * sides, against npm's iso_8583 in the same run. The peer has no bytes: its DE 55 is hex digits.
 */
compare(`0100 of 17 fields, DE 55 of ${ICC_DATA.length} bytes: encode and decode`, {
  'npm iso_8583': messageOfPeer,
  'DE 55 opaque': () => decodeMessage(OPAQUE, expectOk(encodeMessage(OPAQUE, opaque))),
  'DE 55 as objects': () => decodeMessage(PARSED, expectOk(encodeMessage(PARSED, parsed))),
});
