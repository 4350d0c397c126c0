import { hex } from '#kernel/bytes/hex.ts';
import { expectOk } from '#kernel/bytes/result.ts';
import { encipherDukptPin } from '#kernel/keys/dukpt-pin.ts';
import { parseTdesKsn } from '#kernel/keys/ksn.ts';
import { parsePan } from '#kernel/keys/pan.ts';
import { SecretKey } from '#kernel/keys/secret-key.ts';
import type { TestTerminal } from './test-terminal.fixture.ts';

/** DE 52 and DE 53 of a PIN at this terminal; each entry, from 1 on, has a key of its own. */
export function pinFields(
  { file }: TestTerminal,
  pan: string,
  pin: string,
  entry: number,
  keyHex = file.pinKeyHex ?? '',
) {
  const serial = `FFFF${file.terminalId}${entry.toString(16).padStart(8, '0')}`;
  const ksn = expectOk(parseTdesKsn(hex(serial)));
  const key = new SecretKey(hex(keyHex));
  const block = expectOk(encipherDukptPin(pin, expectOk(parsePan(pan)), key, ksn));
  return { 52: block, 53: ksn };
}
