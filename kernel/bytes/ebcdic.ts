import { hex } from './hex.ts';

/** Code page 037 as ISO 8859-1: the character of each byte. Source: IBM CDRA, CPGID 00037. */
const CP037 = hex(
  '000102039C09867F978D8E0B0C0D0E0F101112139D8508871819928F1C1D1E1F' +
    '80818283840A171B88898A8B8C050607909116939495960498999A9B14159E1A' +
    '20A0E2E4E0E1E3E5E7F1A22E3C282B7C26E9EAEBE8EDEEEFECDF21242A293BAC' +
    '2D2FC2C4C0C1C3C5C7D1A62C255F3E3FF8C9CACBC8CDCECFCC603A2340273D22' +
    'D8616263646566676869ABBBF0FDFEB1B06A6B6C6D6E6F707172AABAE6B8C6A4' +
    'B57E737475767778797AA1BFD0DDDEAE5EA3A5B7A9A7B6BCBDBE5B5DAFA8B4D7' +
    '7B414243444546474849ADF4F6F2F3F57D4A4B4C4D4E4F505152B9FBFCF9FAFF' +
    '5CF7535455565758595AB2D4D6D2D3D530313233343536373839B3DBDCD9DA9F',
);

/** Where code page 1047 (open systems) differs from 037: pairs of bytes that change places. */
const CP1047_SWAPS: readonly (readonly [number, number])[] = [
  [0x5f, 0xb0],
  [0xad, 0xba],
  [0xbd, 0xbb],
];

/** A code page of one byte a character, both ways, as ISO 8859-1 codes. */
export interface CodePage {
  /** By byte: the code of the character. */
  readonly decode: Uint8Array;
  /** By code of the character: the byte. */
  readonly encode: Uint8Array;
}

/** ASCII and the upper half of ISO 8859-1: every byte is its own character. */
export const LATIN1: CodePage = codePage(Uint8Array.from({ length: 256 }, (_, code) => code));

/** EBCDIC, United States and Canada. */
export const EBCDIC_037: CodePage = codePage(CP037);

/** EBCDIC, open systems. */
export const EBCDIC_1047: CodePage = codePage(swapped(CP037));

function swapped(page: Uint8Array): Uint8Array {
  const result = page.slice();
  for (const [one, other] of CP1047_SWAPS) {
    result[one] = page[other] ?? 0;
    result[other] = page[one] ?? 0;
  }
  return result;
}

function codePage(decode: Uint8Array): CodePage {
  const encode = new Uint8Array(256);
  for (const [byte, code] of decode.entries()) encode[code] = byte;
  return { decode, encode };
}
