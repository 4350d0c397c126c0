import { concatBytes } from '../../bytes/bytes.ts';
import { fail, ok, type Result } from '../../bytes/result.ts';
import { askOfflinePin } from '../../transaction/steps.ts';
import { getChallenge, verify } from '../apdu.ts';
import type { RsaPublicKey } from '../oda/ca-public-key.ts';
import { recoverIccKey, recoverPinEnciphermentKey } from '../oda/icc-certificate.ts';
import { recoverIssuerKey } from '../oda/issuer-certificate.ts';
import { staticDataToAuthenticate } from '../oda/static-data.ts';
import { TVR } from '../terminal-verification-results.ts';
import { readCounter } from './card-counters.ts';
import { type ContactStep, type ContactTransaction, exchange } from './contact-transaction.ts';
import type { ContactEndReason } from './outcome.ts';
import { trustedKeys } from './trusted-keys.ts';
import { hasBit, setTvr } from './verification-results.ts';

const [PLAINTEXT, ENCIPHERED_RSA] = [0x80, 0x88] as const;
const DATA_HEADER = 0x7f;
/** Header, PIN block and challenge: what is enciphered besides the padding. */
const FIXED_BYTES = 17;
const CHALLENGE_BYTES = 8;

/**
 * Has the card verify a PIN, in plaintext or enciphered with RSA, as often as the card allows; true
 * when it was right. Encipherment with elliptic curves (Book 2, 13) is not done. Ends the session
 * for a status word that the book does not name. Source: EMV 4.4 Book 3, 10.5.1 and figure 11; Book
 * 4, 6.3.4.1; Book 2, 7.
 */
export function* verifyOfflinePin(
  transaction: ContactTransaction,
  isEnciphered: boolean,
): ContactStep<boolean> {
  const { data, input } = transaction;
  if (hasBit(data, '95', TVR.pinNotEntered)) return ok(false);
  let triesLeft: number | undefined;
  if (input.readsPinTryCounter) {
    const counter = yield* readCounter('9F17');
    if (!counter.ok) return counter;
    triesLeft = counter.value?.[0];
    if (triesLeft !== undefined) data.set('9F17', Uint8Array.of(triesLeft));
  }
  if (triesLeft === 0) {
    setTvr(data, TVR.pinTryLimitExceeded);
    return ok(false);
  }
  const key = isEnciphered ? enciphermentKey(transaction) : undefined;
  if (isEnciphered && !key) return ok(false);
  for (;;) {
    const result = yield* tryOnce(transaction, key, triesLeft);
    if (!result.ok) return result;
    const { verified, remaining } = result.value;
    if (verified || remaining === 0) return ok(verified);
    triesLeft = remaining;
  }
}

/** One PIN. `remaining` is how many tries are left, 0 also where no other is to be made. */
interface PinTry {
  readonly verified: boolean;
  readonly remaining: number;
}

const OVER: PinTry = { verified: false, remaining: 0 };

function* tryOnce(
  transaction: ContactTransaction,
  key: RsaPublicKey | undefined,
  triesLeft: number | undefined,
): ContactStep<PinTry> {
  const { data } = transaction;
  const pinBlock = yield* askOfflinePin(triesLeft);
  if (pinBlock === 'unavailable' || pinBlock === 'bypassed') {
    setTvr(data, pinBlock === 'bypassed' ? TVR.pinNotEntered : TVR.pinPadMissing);
    return ok(OVER);
  }
  let command = verify(PLAINTEXT, pinBlock.reveal());
  if (key) {
    const challenge = yield* exchange(getChallenge());
    if (!challenge.ok) return challenge;
    const { statusWord, data: number } = challenge.value;
    if (statusWord !== '9000' || number.length !== CHALLENGE_BYTES) return ok(OVER);
    const enciphered = encipher(transaction, key, pinBlock.reveal(), number);
    if (!enciphered) return ok(OVER);
    command = verify(ENCIPHERED_RSA, enciphered);
  }
  const answer = yield* exchange(command);
  if (!answer.ok) return answer;
  return judge(transaction, answer.value.statusWord);
}

function judge({ data }: ContactTransaction, statusWord: string): Result<PinTry, ContactEndReason> {
  if (statusWord === '9000') return ok({ verified: true, remaining: 0 });
  if (statusWord === '63C0' || statusWord === '6983' || statusWord === '6984') {
    setTvr(data, TVR.pinTryLimitExceeded);
    return ok(OVER);
  }
  if (!statusWord.startsWith('63C')) return fail('card-refused');
  return ok({ verified: false, remaining: Number.parseInt(statusWord.slice(3), 16) });
}

/** Source: Book 2, 7.2 and table 25. */
function encipher(
  { input }: ContactTransaction,
  { modulus, exponent }: RsaPublicKey,
  pinBlock: Uint8Array,
  challenge: Uint8Array,
): Uint8Array | undefined {
  const paddingBytes = modulus.length - FIXED_BYTES;
  if (paddingBytes < 0) return undefined;
  const padding = input.pinPadding.subarray(0, paddingBytes);
  if (padding.length !== paddingBytes) throw new RangeError('PIN padding is too short');
  const plain = concatBytes(Uint8Array.of(DATA_HEADER), pinBlock, challenge, padding);
  return input.rsa.recover(modulus, exponent, plain);
}

/**
 * The card's key for PINs (9F2D, 9F2E, 9F2F) or, where it gives none, its key for signatures.
 * Source: Book 2, 7.1.
 */
function enciphermentKey(transaction: ContactTransaction): RsaPublicKey | undefined {
  const { data, records } = transaction;
  const trusted = trustedKeys(transaction);
  const issuerKey = recoverIssuerKey(trusted, data);
  if (!issuerKey.ok) return undefined;
  if (data.get('9F2D')?.length && data.get('9F2E')?.length) {
    const key = recoverPinEnciphermentKey(trusted, issuerKey.value, data);
    return key.ok ? key.value : undefined;
  }
  const aip = data.get('82') ?? new Uint8Array(0);
  const staticData = staticDataToAuthenticate(records, data.get('9F4A'), aip);
  if (!staticData.ok) return undefined;
  const key = recoverIccKey(trusted, issuerKey.value, data, staticData.value);
  return key.ok ? key.value : undefined;
}
