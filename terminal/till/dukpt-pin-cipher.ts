import type { PinCipher } from '#drivers/simulated/pin-pad.ts';
import { hex } from '#kernel/bytes/hex.ts';
import { encipherDukptPin } from '#kernel/keys/dukpt-pin.ts';
import { nextTdesKsn, parseTdesKsn, type TdesKsn } from '#kernel/keys/ksn.ts';
import { parsePan } from '#kernel/keys/pan.ts';
import type { SecretKey } from '#kernel/keys/secret-key.ts';

/** Where a PIN pad remembers which key it used last, so that it uses each once. */
export interface KsnMemory {
  /** The KSN in hex; `undefined` before the first. */
  read(): string | undefined;
  /** Keeps it for good. False when it cannot. */
  write(ksnHex: string): boolean;
}

/**
 * The secure module of a PIN pad that has no hardware: enciphers each PIN under the next key of the
 * initial one (TDES, 16 bytes), which is remembered before it is used.
 */
export function dukptPinCipher(
  initialKey: SecretKey,
  terminalId: string,
  memory: KsnMemory,
): PinCipher {
  return (pin, pan) => {
    const ksn = nextTdesKsn(lastKsn(terminalId, memory));
    const checked = parsePan(pan);
    if (!ksn.ok || !checked.ok) return undefined;
    const serial = Buffer.from(ksn.value).toString('hex').toUpperCase();
    if (!memory.write(serial)) return undefined;
    const pinBlock = encipherDukptPin(pin, checked.value, initialKey, ksn.value);
    return pinBlock.ok ? { pinBlock: pinBlock.value, keySerialNumber: ksn.value } : undefined;
  };
}

/** The last one used, or what counting begins from: the terminal's name with a counter of zero. */
function lastKsn(terminalId: string, memory: KsnMemory): TdesKsn {
  const remembered = memory.read() ?? '';
  const isOwn = /^[0-9A-F]{20}$/.test(remembered) && remembered.startsWith(`FFFF${terminalId}`);
  const ksn = parseTdesKsn(hex(isOwn ? remembered : `FFFF${terminalId}00000000`));
  if (!ksn.ok) throw new Error('a terminal has eight digits');
  return ksn.value;
}
