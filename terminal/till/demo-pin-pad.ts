import { readFileSync, writeFileSync } from 'node:fs';
import { SimulatedPinPad } from '#drivers/simulated/pin-pad.ts';
import type { SecretKey } from '#kernel/keys/secret-key.ts';
import type { PinPad } from '#kernel/ports/pin-pad.ts';
import { dukptPinCipher } from './dukpt-pin-cipher.ts';

/** The PIN of the demonstration's wearables; anybody may know it. */
const DEMO_PIN = '1234';
/** About what a person takes for four digits. */
const TYPING_MS = 2_000;

/**
 * The demonstration's PIN pad: whoever stands at the till sees that a PIN is asked for, and after a
 * while it is typed. `initialKey` is TDES, 16 bytes; which of its keys was used last is kept in
 * `memoryFile`.
 */
export function openDemoPinPad(
  initialKey: SecretKey,
  terminalId: string,
  memoryFile: string,
): PinPad {
  const pad = new SimulatedPinPad(
    dukptPinCipher(initialKey, terminalId, {
      read() {
        try {
          return readFileSync(memoryFile, 'utf8');
        } catch {
          return undefined;
        }
      },
      write(ksnHex) {
        try {
          writeFileSync(memoryFile, ksnHex, { mode: 0o600, flush: true });
          return true;
        } catch {
          return false;
        }
      },
    }),
  );
  return {
    enterPin(wanted, signal) {
      const entered = pad.enterPin(wanted, signal);
      const timer = setTimeout(() => pad.type(DEMO_PIN), TYPING_MS);
      return entered.finally(() => clearTimeout(timer));
    },
  };
}
