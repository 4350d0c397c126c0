import { expect, test } from 'vitest';
import { hex } from '../../bytes/hex.ts';
import { decodeTlv } from '../../tlv/ber.ts';
import { describeTlv } from './describe.ts';
import type { TagContext } from './tag-entry.ts';

function described(text: string, context: TagContext = {}) {
  const decoded = decodeTlv(hex(text));
  if (!decoded.ok) throw new Error(decoded.error.kind);
  return describeTlv(decoded.value, context);
}

test('shows names, values and meanings; masks what is sensitive or not known', () => {
  const record = described(
    '702F' +
      '5A084761739001010010' +
      '57114761739001010010D22122011143844489' +
      '9F27018050045649534199021234DF7F0100',
  );
  expect(record.map(({ depth, tag, name, value }) => [depth, tag, name, value])).toEqual([
    [0, '70', 'Record template', ''],
    [1, '5A', 'Application primary account number', '476173******0010'],
    [1, '57', 'Track 2 equivalent data', '******** (17 bytes)'],
    [1, '9F27', 'Cryptogram information data', '80'],
    [1, '50', 'Application label', '"VISA"'],
    [1, '99', 'Transaction PIN data', '******** (2 bytes)'],
    [1, 'DF7F', 'Unknown', '******** (1 bytes)'],
  ]);
  expect(record[3]?.meanings).toEqual(['ARQC: the card asks its issuer']);
  expect(JSON.stringify(record)).not.toContain('4761739001010010');
});

test('the kernel decides, and so does the template', () => {
  expect(described('9F6E0420700000', { kernel: 3 })[0]?.meanings).toContain('Version 1');
  expect(described('9F6C020001', { kernel: 2 })[0]).toMatchObject({
    name: 'Magstripe application version number (card)',
    meanings: [],
  });
  expect(described('7F6005A103820101')[2]).toMatchObject({
    name: 'Biometric subtype',
    meanings: [],
  });
});
