import { encodeBcd, encodeBcdAmount } from '#kernel/bytes/bcd.ts';
import { concatBytes } from '#kernel/bytes/bytes.ts';
import { hex } from '#kernel/bytes/hex.ts';
import { expectOk } from '#kernel/bytes/result.ts';
import { computeCryptogram } from '#kernel/keys/cryptogram.ts';
import { deriveCommonSessionKey } from '#kernel/keys/emv-session-keys.ts';
import { SecretKey } from '#kernel/keys/secret-key.ts';
import { encodeTlv } from '#kernel/tlv/ber.ts';

/** What of `wearables.json` a card needs. */
export interface CardProfile {
  readonly wearableId: string;
  readonly pan: string;
  readonly panSequenceNumber: string;
  readonly expiry: string;
  readonly iccMasterKeyHex: string;
}

/** What a card is asked to sign. */
export interface SignedSale {
  readonly amountMinor: bigint;
  readonly currency: string;
  /** Tag 9C; a purchase where nothing is said. */
  readonly transactionType?: string;
  /** It approved by itself: a TC in place of an ARQC. */
  readonly isOffline?: boolean;
}

const IAD = hex('06011203A00000');

function systemRandom(lengthBytes: number): Uint8Array {
  return crypto.getRandomValues(new Uint8Array(lengthBytes));
}

/** A card with cryptogram version 18 that counts its transactions. */
export class TestCard {
  readonly profile: CardProfile;
  counter: number;
  readonly #random: (lengthBytes: number) => Uint8Array;

  constructor(profile: CardProfile, counter = 0, random = systemRandom) {
    this.profile = profile;
    this.counter = counter;
    this.#random = random;
  }

  /** DE 55 of a new transaction. */
  sign({ amountMinor, currency, transactionType = '00', isOffline }: SignedSale): Uint8Array {
    this.counter += 1;
    const atc = Uint8Array.of(this.counter >> 8, this.counter & 255);
    const objects = [
      ['9F02', encodeBcdAmount(amountMinor, 6)],
      ['9F03', new Uint8Array(6)],
      ['9F1A', hex('0040')],
      ['95', new Uint8Array(5)],
      ['5F2A', encodeBcd(currency.padStart(4, '0'))],
      ['9A', hex('260704')],
      ['9C', hex(transactionType)],
      ['9F37', this.#random(4)],
      ['82', hex('0080')],
      ['9F36', atc],
      ['9F10', IAD],
    ] as const;
    const request = { algorithm: 'tdes', sessionKey: this.sessionKey(), padding: 2 } as const;
    const data = concatBytes(...objects.map(([, value]) => value));
    return encodeTlv([
      { tag: '9F26', value: expectOk(computeCryptogram({ ...request, data })) },
      { tag: '9F27', value: hex(isOffline ? '40' : '80') },
      ...objects.map(([tag, value]) => ({ tag, value })),
    ]);
  }

  /** The key that the issuer's answer to the last transaction is made with. */
  sessionKey(): SecretKey {
    const atc = Uint8Array.of(this.counter >> 8, this.counter & 255);
    const masterKey = new SecretKey(hex(this.profile.iccMasterKeyHex));
    return expectOk(deriveCommonSessionKey(masterKey, atc));
  }
}
