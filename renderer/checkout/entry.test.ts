import { describe, expect, test } from 'vitest';
import { burstDetector, parseEntry } from './entry.ts';

describe('the scan field', () => {
  test.each([
    ['4006381333931', { kind: 'barcode', barcode: '4006381333931', quantity: 1 }],
    ['96385074', { kind: 'barcode', barcode: '96385074', quantity: 1 }],
    ['012345678905', { kind: 'barcode', barcode: '012345678905', quantity: 1 }],
    ['14006381333938', { kind: 'barcode', barcode: '14006381333938', quantity: 1 }],
    ['3*4006381333931', { kind: 'barcode', barcode: '4006381333931', quantity: 3 }],
    [' 12 × oat milk ', { kind: 'search', query: 'oat milk', quantity: 12 }],
    ['2xbread', { kind: 'search', query: 'bread', quantity: 2 }],
    ['3*', { kind: 'search', query: '', quantity: 3 }],
    ['0*bread', { kind: 'search', query: '0*bread', quantity: 1 }],
    ['123456789', { kind: 'search', query: '123456789', quantity: 1 }],
    ['400638133393', { kind: 'barcode', barcode: '400638133393', quantity: 1 }],
    ['', { kind: 'search', query: '', quantity: 1 }],
  ])('reads %j', (text, entry) => {
    expect(parseEntry(text)).toEqual(entry);
  });
});

describe('a burst of keys', () => {
  function type(text: string, gapMs: number, startMs = 0) {
    const detector = burstDetector();
    let atMs = startMs;
    for (const character of text) {
      detector.character(character, atMs);
      atMs += gapMs;
    }
    return { detector, atMs };
  }

  test('is a scan when it is as fast as a scanner', () => {
    const { detector, atMs } = type('4006381333931', 5);
    expect(detector.scanned(atMs)).toBe('4006381333931');
  });

  test('is no scan when fingers typed it', () => {
    const { detector, atMs } = type('4006381333931', 120);
    expect(detector.scanned(atMs)).toBeUndefined();
  });

  test('leaves out what was typed before it', () => {
    const { detector, atMs } = type('oat', 150);
    for (const [index, digit] of [...'96385074'].entries()) {
      detector.character(digit, atMs + 500 + index);
    }
    expect(detector.scanned(atMs + 510)).toBe('96385074');
  });

  test('is forgotten once it was asked for', () => {
    const { detector, atMs } = type('96385074', 1);
    detector.scanned(atMs);
    expect(detector.scanned(atMs + 1)).toBeUndefined();
  });
});
