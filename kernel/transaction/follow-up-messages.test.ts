import fc from 'fast-check';
import { expect, test } from 'vitest';
import { expectOk } from '../bytes/result.ts';
import { SecretKey } from '../keys/secret-key.ts';
import { decodeAdditionalData, encodeAdditionalData } from './additional-data.ts';
import {
  buildFollowUp,
  buildNetworkManagement,
  buildReconciliation,
} from './follow-up-messages.ts';
import { findMessageForm, firstTime, MESSAGE_FORMS } from './message-kinds.ts';
import { openMessage, resealMessage, sealMessage } from './message-mac.ts';

const IDENTITY = { terminalId: '10000001', merchantId: 'TESSERA00000001' };
const TRACE = { stan: 7, transmittedAt: '0704120000', localTime: '140000', localDate: '0704' };
const KEY = new SecretKey(new Uint8Array(16).fill(1));

test('a message about a payment is found to be of its kind, also when it is repeated', () => {
  const original = { mti: '0100', stan: 6, transmittedAt: '0704115959' };
  for (const kind of ['increment', 'completion', 'refund', 'void'] as const) {
    const about = { kind, original, amountMinor: 5n, currency: '978' };
    const message = buildFollowUp(about, IDENTITY, TRACE);
    expect(findMessageForm(message)?.kind).toBe(kind);
    const repeat = { ...message, mti: `${message.mti.slice(0, 3)}1` };
    expect(findMessageForm(repeat)?.kind).toBe(kind);
    const sealed = expectOk(sealMessage(message, KEY));
    expect(expectOk(openMessage(sealed, KEY)).fields[90]).toBe(
      '010000000607041159590000000000000000000000',
    );
    const { 90: _, ...fields } = message.fields;
    expect(findMessageForm({ ...message, fields })?.hasOriginal ?? false).toBe(false);
  }
});

test('no two kinds are written alike', () => {
  const written = MESSAGE_FORMS.map(({ kind: _, ...form }) => JSON.stringify(form));
  expect(new Set(written).size).toBe(written.length);
  expect(['0400', '0401', '0110'].map(firstTime)).toEqual(['0400', '0400', '0110']);
});

test('totals and their net go there and back', () => {
  const totals = { credits: 2, creditsMinor: 900n, debits: 3, debitsMinor: 400n, currency: '978' };
  const message = buildReconciliation('0500', totals, IDENTITY, TRACE);
  const opened = expectOk(openMessage(expectOk(sealMessage(message, KEY)), KEY));
  expect(opened.fields).toMatchObject({ ...message.fields, 97: 'C0000000000000500' });
});

test('a message sealed anew opens with the other key alone', () => {
  const message = buildNetworkManagement('keyChange', IDENTITY, TRACE);
  const sealed = expectOk(sealMessage(message, KEY));
  const other = new SecretKey(new Uint8Array(16).fill(2));
  const anew = expectOk(resealMessage(sealed, other));
  expect(expectOk(openMessage(anew, other))).toMatchObject({ mti: '0800', fields: { 70: '101' } });
  expect(openMessage(anew, KEY)).toMatchObject({ error: { kind: 'mac-mismatch' } });
});

test('additional data goes there and back, and anything else says nothing or what it says', () => {
  for (const data of [
    {},
    { takesPartialApproval: true },
    { batchNumber: 4_294_967_295 },
    { wantsKeyChange: true },
  ]) {
    expect(decodeAdditionalData(encodeAdditionalData(data))).toEqual(data);
  }
  expect(decodeAdditionalData(undefined)).toEqual({});
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 32 }), (bytes) => {
      expect(() => decodeAdditionalData(bytes)).not.toThrow();
    }),
  );
});
