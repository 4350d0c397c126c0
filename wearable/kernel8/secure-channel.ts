import { concatBytes, xorBytes } from '#kernel/bytes/bytes.ts';
import { hex } from '#kernel/bytes/hex.ts';
import { applyCounterMode, decryptBlocks, encryptBlocks } from '../crypto/block-cipher.ts';
import { computeCmac } from '../crypto/mac.ts';

const BLOCK_BYTES = 16;
const MAC_BYTES = 8;
/** What both session keys are derived from, behind 01 or 02. */
const DERIVATION = hex('0100' + '54334A325957773D' + 'A5A5A5' + '0180');
const FIRST_CARD_COUNTER = 0x8000;

/**
 * The encrypted session of a kernel 8 transaction, as the card sees it: two keys from the shared
 * secret, a counter of messages each way. Source: EMV Book E and Contactless Book C-8, of which no
 * text is public; a public implementation and published answers.
 */
export class SecureChannel {
  readonly #confidentiality: Uint8Array;
  readonly #integrity: Uint8Array;
  #cardCounter = FIRST_CARD_COUNTER;
  #kernelCounter = 0;

  /** `sharedSecret` is x of the point that both sides reached, 32 bytes. */
  constructor(sharedSecret: Uint8Array) {
    const derivationKey = computeCmac(new Uint8Array(BLOCK_BYTES), sharedSecret);
    const derive = (use: number) =>
      encryptBlocks('aes', derivationKey, concatBytes(Uint8Array.of(use), DERIVATION));
    this.#confidentiality = derive(0x01);
    this.#integrity = derive(0x02);
  }

  /** Enciphers one message of the card. */
  encrypt(plain: Uint8Array): Uint8Array {
    const counter = this.#nextCardCounter();
    return applyCounterMode(this.#confidentiality, counterBlock(counter), plain);
  }

  /** Enciphers one message of the card and puts a MAC (8 bytes) over the result behind it. */
  encryptWithMac(plain: Uint8Array): Uint8Array {
    const counter = this.#nextCardCounter();
    const enciphered = applyCounterMode(this.#confidentiality, counterBlock(counter), plain);
    return concatBytes(enciphered, this.#mac(counter, enciphered));
  }

  /** The MAC (8 bytes) that says that the card took a message of the kernel. */
  acknowledge(plain: Uint8Array): Uint8Array {
    return this.#mac(this.#nextCardCounter(), plain);
  }

  /** Deciphers one message of the kernel. */
  decrypt(enciphered: Uint8Array): Uint8Array {
    const block = counterBlock(toBytes(this.#kernelCounter));
    this.#kernelCounter += 1;
    return applyCounterMode(this.#confidentiality, block, enciphered);
  }

  /** The MAC (8 bytes) over the transaction's data, which goes into the issuer's data. */
  computeIadMac(transactionData: Uint8Array): Uint8Array {
    const mac = computeCmac(this.#integrity, concatBytes(new Uint8Array(2), transactionData));
    const plus = xorBytes(decryptBlocks('aes', this.#integrity, mac), mac);
    return plus.slice(0, MAC_BYTES);
  }

  /** The MAC (8 bytes) that binds the cryptogram to the session (9F8105). */
  computeEdaMac(cryptogram: Uint8Array, iadMac: Uint8Array): Uint8Array {
    return this.#mac(new Uint8Array(2), concatBytes(cryptogram, iadMac));
  }

  #mac(counter: Uint8Array, data: Uint8Array): Uint8Array {
    return computeCmac(this.#integrity, concatBytes(counter, data)).slice(0, MAC_BYTES);
  }

  #nextCardCounter(): Uint8Array {
    const counter = toBytes(this.#cardCounter);
    this.#cardCounter += 1;
    return counter;
  }
}

function toBytes(counter: number): Uint8Array {
  return Uint8Array.of((counter >> 8) & 0xff, counter & 0xff);
}

function counterBlock(counter: Uint8Array): Uint8Array {
  return concatBytes(counter, new Uint8Array(BLOCK_BYTES - counter.length));
}
