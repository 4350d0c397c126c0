import { expect, test } from 'vitest';
import { encodeHex, hex } from '#kernel/bytes/hex.ts';
import { type Command, STATUS } from './apdu.ts';
import type { Applet } from './applet.ts';
import { Device } from './device.ts';

const SELECT_A = hex('00A4040005F0000000AA00');
const SELECT_B = hex('00A4040005F0000000BB00');

function recording(aid: string): Applet & { readonly seen: Command[]; selections: number } {
  const seen: Command[] = [];
  return {
    aid: hex(aid),
    seen,
    selections: 0,
    select() {
      this.selections += 1;
      return { status: STATUS.done, data: hex(aid) };
    },
    process(command) {
      seen.push(command);
      return { status: STATUS.unknownInstruction };
    },
  };
}

function twoDomains() {
  const a = recording('F0000000AA');
  const b = recording('F0000000BB');
  const device = new Device([
    { issuerName: 'A', applets: [a] },
    { issuerName: 'B', applets: [b] },
  ]);
  return { a, b, device };
}

test('an applet sees the commands sent while it is selected, and no others', () => {
  const { a, b, device } = twoDomains();
  const sent = [SELECT_A, '00B2010C00', '80CA000001FF', SELECT_B, '80A8000002830000'];
  for (const command of sent) {
    device.transmit(typeof command === 'string' ? hex(command) : command);
  }
  expect(a.seen.map(({ ins }) => ins)).toEqual([0xb2, 0xca]);
  expect(b.seen.map(({ ins, data }) => [ins, encodeHex(data)])).toEqual([[0xa8, '8300']]);
  expect([a.selections, b.selections]).toEqual([1, 1]);
});

test('a SELECT that fails leaves the selected applet selected', () => {
  const { a, device } = twoDomains();
  device.transmit(SELECT_A);
  expect(encodeHex(device.transmit(hex('00A4040005F0000000CC00')))).toBe('6A82');
  device.transmit(hex('00B2010C00'));
  expect(a.seen).toHaveLength(1);
});

test('an applet gets its own copy of a command', () => {
  const { a, device } = twoDomains();
  device.transmit(SELECT_A);
  const command = hex('80CA000001FF');
  device.transmit(command);
  command.fill(0);
  expect(encodeHex(a.seen[0]?.data ?? hex(''))).toBe('FF');
});

test('two applets of one name are refused, also in two domains', () => {
  const applets = [recording('F0000000AA')];
  expect(
    () =>
      new Device([
        { issuerName: 'A', applets },
        { issuerName: 'B', applets },
      ]),
  ).toThrow('the same name');
});
