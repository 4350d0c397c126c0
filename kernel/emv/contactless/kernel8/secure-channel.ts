import { concatBytes, equalBytes, xorBytes } from '../../../bytes/bytes.ts';
import { hex } from '../../../bytes/hex.ts';
import { aesCipherOf, aesCtr, type BlockCipher } from '../../../keys/block-cipher.ts';
import { cmac } from '../../../keys/mac.ts';

/** How many bytes of a MAC are sent. */
export const MAC_BYTES = 8;

const BLOCK_BYTES = 16;
/** What follows the key's number. Book E, 7.2. */
const DERIVATION = hex('010054334A325957773DA5A5A50180');
const CONFIDENTIALITY = 1;
const INTEGRITY = 2;
const FIRST_KERNEL_MESSAGE = 0x0000;
const FIRST_CARD_MESSAGE = 0x8000;
const LAST_KERNEL_MESSAGE = 0x7fff;
const LAST_CARD_MESSAGE = 0xfffe;

/**
 * The secure channel of one transaction: AES-128 in counter mode and CMAC, under two keys derived
 * from the shared secret, with a counter of messages on either side. Its keys are no properties.
 *
 * Source: Book E v1.0, 7.2, 8.6.2 and 8.6.5 as an open kernel 8 has them (Digrol/Denom); counter
 * mode, CMAC and key derivation are repeated by a second, independent implementation. What a
 * channel of P-521 derives is not public: there is none here.
 */
export class SecureChannel {
  readonly #confidentiality: Uint8Array;
  readonly #integrity: BlockCipher;
  #kernelMessage = FIRST_KERNEL_MESSAGE;
  #cardMessage = FIRST_CARD_MESSAGE;

  /** `secret` is x of the shared point. */
  constructor(secret: Uint8Array) {
    const derivation = aesCipherOf(cmac(aesCipherOf(new Uint8Array(BLOCK_BYTES)), secret));
    const key = (number: number): Uint8Array =>
      derivation.encrypt(concatBytes(Uint8Array.of(number), DERIVATION));
    this.#confidentiality = key(CONFIDENTIALITY);
    this.#integrity = aesCipherOf(key(INTEGRITY));
  }

  /** Deciphers the card's next message; `undefined` when its counter is used up. */
  decrypt(message: Uint8Array): Uint8Array | undefined {
    if (this.#cardMessage > LAST_CARD_MESSAGE) return undefined;
    const plain = aesCtr(this.#confidentiality, counterBlock(this.#cardMessage), message);
    this.#cardMessage += 1;
    return plain;
  }

  /**
   * Checks the MAC at the end of the card's next message (READ DATA) and deciphers what is before
   * it; `undefined`, and the counter stays, when it is too short, not authentic or out of turn.
   */
  open(message: Uint8Array): Uint8Array | undefined {
    const body = message.subarray(0, Math.max(0, message.length - MAC_BYTES));
    if (!this.#isNext(body, message.subarray(body.length))) return undefined;
    return this.decrypt(body);
  }

  /** Enciphers the kernel's next message (WRITE DATA); `undefined` when its counter is used up. */
  encrypt(message: Uint8Array): Uint8Array | undefined {
    if (this.#kernelMessage > LAST_KERNEL_MESSAGE) return undefined;
    const sealed = aesCtr(this.#confidentiality, counterBlock(this.#kernelMessage), message);
    this.#kernelMessage += 1;
    return sealed;
  }

  /** Whether the card's next message is the MAC of these plain bytes, as WRITE DATA answers. */
  confirms(plain: Uint8Array, mac: Uint8Array): boolean {
    if (!this.#isNext(plain, mac)) return false;
    this.#cardMessage += 1;
    return true;
  }

  /** The first 8 bytes of CMAC over counter 0000 and the data. */
  mac(data: Uint8Array): Uint8Array {
    return cmac(this.#integrity, counted(0, data)).slice(0, MAC_BYTES);
  }

  /**
   * The first 8 bytes of CMAC+ over counter 0000 and the data: the CMAC, deciphered with its own
   * key and mixed with itself, so that who knows the key cannot choose data for a given value.
   */
  macPlus(data: Uint8Array): Uint8Array {
    const whole = cmac(this.#integrity, counted(0, data));
    return xorBytes(this.#integrity.decrypt(whole), whole).slice(0, MAC_BYTES);
  }

  #isNext(data: Uint8Array, mac: Uint8Array): boolean {
    if (this.#cardMessage > LAST_CARD_MESSAGE) return false;
    const expected = cmac(this.#integrity, counted(this.#cardMessage, data));
    return equalBytes(expected.subarray(0, MAC_BYTES), mac);
  }
}

function counted(message: number, data: Uint8Array): Uint8Array {
  return concatBytes(Uint8Array.of(message >> 8, message & 0xff), data);
}

function counterBlock(message: number): Uint8Array {
  const block = new Uint8Array(BLOCK_BYTES);
  block.set([message >> 8, message & 0xff]);
  return block;
}
