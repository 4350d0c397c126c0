import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { hex } from '../../bytes/hex.ts';
import { valueMeanings } from './meanings.ts';
import { TAG_ENTRIES, tagEntry } from './tags.ts';

function meanings(tag: string, value: string, kernel?: number): readonly string[] {
  const bytes = hex(value);
  const entry = tagEntry(tag, { kernel, lengthBytes: bytes.length });
  if (!entry) throw new Error(`${tag} is not known`);
  return valueMeanings(entry, bytes, kernel);
}

describe('the values of recorded cards and their terminals', () => {
  test.each([
    ['95', '0000008000', ['Transaction exceeds floor limit']],
    ['95', '8000040000', ['Offline data authentication was not performed', 'Online PIN entered']],
    [
      '95',
      '0100000106',
      [
        'XDA selected',
        'XDA signature verification failed',
        'CA ECC key missing',
        'ECC key recovery failed',
      ],
    ],
    [
      '9B',
      'E800',
      [
        'Offline data authentication was performed',
        'Cardholder verification was performed',
        'Card risk management was performed',
        'Terminal risk management was performed',
      ],
    ],
    [
      '82',
      '5980',
      [
        'Static data authentication supported',
        'Cardholder verification supported',
        'Terminal risk management to be performed',
        'Combined data authentication supported',
        'EMV mode supported (contactless)',
      ],
    ],
    ['82', '2000', ['Dynamic data authentication supported']],
    [
      '9F07',
      'FF80',
      [
        'Valid for domestic cash',
        'Valid for international cash',
        'Valid for domestic goods',
        'Valid for international goods',
        'Valid for domestic services',
        'Valid for international services',
        'Valid at ATMs',
        'Valid at terminals other than ATMs',
        'Domestic cashback allowed',
      ],
    ],
    [
      '94',
      '1801010118010100',
      ['File 3, record 1; the first 1 authenticated offline', 'File 3, record 1'],
    ],
    [
      '94',
      '08010100100102011801020020010200',
      [
        'File 1, record 1',
        'File 2, records 1 to 2; the first 1 authenticated offline',
        'File 3, records 1 to 2',
        'File 4, records 1 to 2',
      ],
    ],
    ['9F27', '80', ['ARQC: the card asks its issuer']],
    ['9F27', '00', ['AAC: the card declines']],
    ['9F27', '01', ['AAC: the card declines', 'Reason: service not allowed']],
    ['9F27', '48', ['TC: the card approves', 'Advice required']],
    [
      '9F33',
      'E0B8C8',
      [
        'Manual key entry',
        'Magnetic stripe',
        'Chip with contacts',
        'Plaintext PIN verified by the card',
        'Signature',
        'Enciphered PIN verified by the card',
        'No verification required',
        'Static data authentication',
        'Dynamic data authentication',
        'Combined data authentication',
      ],
    ],
    ['9F35', '22', ['Operated by the merchant', 'Attended, offline with online capability']],
    ['9F35', '25', ['Operated by the merchant', 'Unattended, offline with online capability']],
    ['9F35', '47', ['Reserved type 47']],
    [
      '9F40',
      'F000F0A001',
      [
        'Cash',
        'Goods',
        'Services',
        'Cashback',
        'Numeric keys',
        'Alphabetic and special keys',
        'Command keys',
        'Function keys',
        'Prints for the attendant',
        'Displays to the attendant',
        'Code table 1',
      ],
    ],
    [
      '9F66',
      '26004000',
      [
        'EMV mode supported',
        'Online PIN supported',
        'Signature supported',
        'Consumer device verification supported',
      ],
    ],
    ['9F6C', '9000', ['Online PIN required', 'Switch interface if offline authentication fails']],
    ['9F69', '0169C16C99', ['fDDA version 1', "Card's number 69C16C99"]],
    [
      '9F69',
      '0169C16C990080',
      ['fDDA version 1', "Card's number 69C16C99", 'Verified on the consumer device'],
    ],
    ['8A', '3030', ['Approved']],
    ['8A', '5933', ['Unable to go online, offline approved']],
    ['8A', '4E37', ["The issuer's or scheme's own"]],
    [
      '9F1D',
      '2CB8000000000000',
      [
        'Signature (contactless)',
        'No verification required (contactless)',
        'Consumer device verification (contactless)',
        'CVM limit exceeded',
        'Signature (contact)',
        'Enciphered PIN verified by the card (contact)',
        'No verification required (contact)',
      ],
    ],
    ['5F30', '0201', ['International, chip', 'Normal authorisation', 'No restrictions']],
    [
      '9F38',
      '9F66049F3704',
      ['9F66 Terminal transaction qualifiers, 4 bytes', '9F37 Unpredictable number, 4 bytes'],
    ],
    ['9F38', '9F66', ['No data object list: length-truncated at 2']],
    ['9F4A', '82', ['82 Application interchange profile']],
    ['9F4A', '829F', ['82 Application interchange profile', 'No tag at 1']],
    [
      '57',
      '4761739001010010D22122011143844489',
      [
        'Card 476173******0010',
        'Expires 12/22',
        'Service code 201: International, chip; Normal authorisation; No restrictions',
      ],
    ],
    ['57', '4761739001010010', ['No track 2']],
    ['9F02', '000000001000', []],
    ['95', '00000080', ['4 bytes long, and should be 5']],
    ['9F1D', '', []],
  ])('%s %s', (tag, value, expected) => {
    expect(meanings(tag, value)).toEqual(expected);
  });
});

describe('what the kernel decides', () => {
  test.each([
    [
      '95',
      '000000000E',
      2,
      [
        'Relay resistance threshold exceeded',
        'Relay resistance time limits exceeded',
        'Relay resistance protocol performed',
      ],
    ],
    ['95', '0000000001', 2, ['Relay resistance protocol not performed']],
    [
      '95',
      '8400008082',
      8,
      [
        'Local authentication was not performed',
        'Local authentication failed',
        'Transaction exceeds floor limit',
        'Layout of kernel 8',
        'Relay resistance protocol performed',
      ],
    ],
    ['9F8104', '0000000080', 8, ['Layout of kernel 8']],
    [
      '82',
      '0103',
      8,
      [
        'Local authentication supported',
        'IAD MAC copied into the issuer application data at the default offset',
        'Relay resistance protocol supported',
      ],
    ],
    [
      '82',
      '1981',
      2,
      [
        'Cardholder verification supported',
        'Terminal risk management to be performed',
        'Combined data authentication supported',
        'EMV mode supported (contactless)',
        'Relay resistance protocol supported',
      ],
    ],
    ['DF8118', '60', 2, ['Enciphered PIN verified online', 'Signature']],
    ['DF8119', '08', 2, ['No verification required']],
    ['DF811A', '9F6A04', 2, ['9F6A Unpredictable number (numeric), 4 bytes']],
    [
      '9F6B',
      '5413330056003511D1412101067750500F',
      2,
      [
        'Card 541333******3511',
        'Expires 12/14',
        'Service code 101: International, magnetic stripe; Normal authorisation; No restrictions',
      ],
    ],
    ['9F6E', '9CD04003', undefined, ['Version 4 of the coding is not known']],
    [
      '9F6E',
      '20700000',
      3,
      [
        'Version 1',
        'Card',
        'Has a signature panel',
        'Has a hologram',
        'Has a CVV2',
        'Contactless by ISO 14443',
      ],
    ],
    [
      '9F6E',
      '238C0000',
      3,
      [
        'Version 1',
        'Mobile phone',
        'Capable of a passcode',
        'Capable of messages both ways',
        'Credentials in the cloud',
        'Contactless by ISO 14443',
      ],
    ],
    [
      '9F6E',
      '0250000330350002000200',
      2,
      ['Country 0250', 'Identifier 0003', 'Device type: wristband', '5 bytes of proprietary data'],
    ],
    ['9F6E', '084080030102', 2, ['Country 0840', 'Identifier 8003', '2 bytes of proprietary data']],
    ['9F6E', '0840000330', 2, ['Country 0840', 'Identifier 0003', 'Too short for its device type']],
  ])('%s %s in kernel %s', (tag, value, kernel, expected) => {
    expect(meanings(tag, value, kernel)).toEqual(expected);
  });
});

test('whatever the value, there is an answer, and it holds no PAN', () => {
  fc.assert(
    fc.property(
      fc.constantFrom(...TAG_ENTRIES),
      fc.uint8Array({ maxLength: 40 }),
      fc.option(fc.integer({ min: 2, max: 8 }), { nil: undefined }),
      (entry, value, kernel) => {
        const lines = valueMeanings(entry, value, kernel);
        expect(lines.every((line) => line !== '')).toBe(true);
        if (entry.sensitivity !== 'none') expect(lines.join(' ')).not.toMatch(/\d{12}/);
      },
    ),
    { numRuns: 2000 },
  );
});
