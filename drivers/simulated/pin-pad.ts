import type { CancelSignal } from '#kernel/ports/cancel-signal.ts';
import type { PinEntry, PinPad, WantedPin } from '#kernel/ports/pin-pad.ts';

/** What enciphers the PIN in a device: it has the keys, and gives `undefined` without one. */
export type PinCipher = (pin: string, pan: string) => Omit<EnteredPin, 'type'> | undefined;

type EnteredPin = Extract<PinEntry, { type: 'entered' }>;

/** A PIN pad without a device: somebody else presses its keys. */
export class SimulatedPinPad implements PinPad {
  readonly #encipher: PinCipher;
  #settle: ((entry: PinEntry) => void) | undefined;
  #pan = '';

  constructor(encipher: PinCipher) {
    this.#encipher = encipher;
  }

  enterPin({ pan }: WantedPin, signal: CancelSignal): Promise<PinEntry> {
    if (signal.aborted) return Promise.resolve({ type: 'not-entered' });
    return new Promise((resolve) => {
      const callOff = (): void => this.#settle?.({ type: 'not-entered' });
      this.#pan = pan;
      this.#settle = (entry) => {
        signal.removeEventListener('abort', callOff);
        this.#settle = undefined;
        resolve(entry);
      };
      signal.addEventListener('abort', callOff, { once: true });
    });
  }

  /** Types a PIN and confirms it. False when none is asked for. */
  type(pin: string): boolean {
    if (!this.#settle) return false;
    const enciphered = this.#encipher(pin, this.#pan);
    this.#settle(enciphered ? { type: 'entered', ...enciphered } : { type: 'unavailable' });
    return true;
  }

  /** Presses cancel. False when no PIN is asked for. */
  pressCancel(): boolean {
    if (!this.#settle) return false;
    this.#settle({ type: 'not-entered' });
    return true;
  }
}
