import { expectOk } from '#kernel/bytes/result.ts';
import { computePvv } from '#kernel/keys/card-verification.ts';
import { deriveMasterKeyOptionA } from '#kernel/keys/emv-master-key.ts';
import { parsePan } from '#kernel/keys/pan.ts';
import type { SecretKey } from '#kernel/keys/secret-key.ts';
import { appendAudit, OPERATOR_SHARD } from '../audit/audit-log.ts';
import { book, cardAccount, ISSUER_SHARD } from '../ledger/ledger.ts';
import { atomically, type Queries } from '../store/database.ts';
import type { IssuerFault } from '../store/schema.ts';
import { maskPan, tokenOf } from '../store/secrets.ts';
import { PIN_KEY_INDEX } from './account-rules.ts';

/** A card or wearable whose account is kept here, for development. Its PAN is a test number. */
export interface DemoCard {
  readonly pan: string;
  /** YYMM; null where the issuer sets none. */
  readonly expiry: string | null;
  readonly currency: string;
  /** What the account starts with. */
  readonly fundsMinor: bigint;
  readonly fault: IssuerFault;
  /** Four digits; absent where it has none. */
  readonly pin?: string;
}

interface DemoWearable extends DemoCard {
  readonly expiry: string;
  readonly wearableId: string;
  readonly name: string;
  readonly hint: string;
  readonly cardholderVerification: 'none' | 'cdcvm';
}

const PAN_SEQUENCE_NUMBER = '01';
const EXPIRY = '4912';
const EURO = '978';
const US_DOLLAR = '840';
/** Of every wearable that does not verify its user itself; anybody may know it. */
const DEMO_PIN = '1234';

const DEMO_WEARABLES: readonly DemoWearable[] = [
  {
    wearableId: 'everyday',
    name: 'Everyday ring',
    hint: 'Pays: its account starts with 1,000.00.',
    pan: '9999990000000014',
    expiry: EXPIRY,
    currency: EURO,
    fundsMinor: 100_000n,
    fault: 'none',
    cardholderVerification: 'cdcvm',
  },
  {
    wearableId: 'empty',
    name: 'Empty band',
    hint: 'Is declined: there is nothing on its account.',
    pan: '9999990000000022',
    expiry: EXPIRY,
    currency: EURO,
    fundsMinor: 0n,
    fault: 'none',
    cardholderVerification: 'none',
    pin: DEMO_PIN,
  },
  {
    wearableId: 'silent',
    name: 'Silent watch',
    hint: 'Its issuer books and never answers, so the payment is reversed.',
    pan: '9999990000000030',
    expiry: EXPIRY,
    currency: EURO,
    fundsMinor: 100_000n,
    fault: 'silent',
    cardholderVerification: 'none',
    pin: DEMO_PIN,
  },
  {
    wearableId: 'pin',
    name: 'PIN bracelet',
    hint: 'From 50.00 its PIN is asked for; the simulated PIN pad enters it.',
    pan: '9999990000000048',
    expiry: EXPIRY,
    currency: EURO,
    fundsMinor: 100_000n,
    fault: 'none',
    cardholderVerification: 'none',
    pin: DEMO_PIN,
  },
];

/** The card of the recording that `PUBLISHED_TEST_ISSUER` cites; it never expires here. */
const PUBLISHED_TEST_CARD: DemoCard = {
  pan: '4761739001010010',
  expiry: null,
  currency: US_DOLLAR,
  fundsMinor: 100_000n,
  fault: 'none',
};

/** All cards with an account here. */
export const DEMO_CARDS: readonly DemoCard[] = [...DEMO_WEARABLES, PUBLISHED_TEST_CARD];

/** What the wearables are personalised with: the content of `wearables.json`. */
export function demoWearableProfiles(issuerMasterKey: SecretKey): readonly object[] {
  return DEMO_WEARABLES.map((wearable) => ({
    wearableId: wearable.wearableId,
    name: wearable.name,
    hint: wearable.hint,
    aid: 'F0544553534501',
    applicationLabel: 'TESSERA PAY',
    kernelId: 3,
    pan: wearable.pan,
    panSequenceNumber: PAN_SEQUENCE_NUMBER,
    expiry: wearable.expiry,
    cardholderVerification: wearable.cardholderVerification,
    // A wearable is personalised with its key: here it has to leave.
    iccMasterKeyHex: masterKeyOf(issuerMasterKey, wearable.pan).revealHex(),
  }));
}

function masterKeyOf(issuerMasterKey: SecretKey, pan: string): SecretKey {
  const checked = expectOk(parsePan(pan));
  return expectOk(deriveMasterKeyOptionA(issuerMasterKey, checked, PAN_SEQUENCE_NUMBER));
}

/**
 * Opens the accounts that are not there yet and books what they start with. Their PINs are set
 * where there is a pair of keys to verify them.
 */
export async function openAccounts(
  db: Queries,
  cards: readonly DemoCard[],
  tokenKey: Uint8Array,
  pinVerificationKey?: SecretKey,
  now = new Date(),
): Promise<void> {
  await atomically(db, async (transaction) => {
    let accounts = 0;
    for (const card of cards) {
      const cardToken = tokenOf(card.pan, tokenKey);
      const opened = await transaction
        .insertInto('cards')
        .values({
          card_token: cardToken,
          masked_pan: maskPan(card.pan),
          expiry: card.expiry,
          fault: card.fault,
          highest_atc: -1,
          currency: card.currency,
          balance_minor: card.fundsMinor,
          ...(pinVerificationKey && card.pin && { pvv: pvvOf(card, card.pin, pinVerificationKey) }),
        })
        .onConflict((conflict) => conflict.column('card_token').doNothing())
        .returning('card_token')
        .executeTakeFirst();
      if (!opened) continue;
      accounts++;
      if (card.fundsMinor === 0n) continue;
      const transfer = {
        debitAccount: 'issuer:funds',
        creditAccount: cardAccount(cardToken),
        currency: card.currency,
        amountMinor: card.fundsMinor,
      };
      const entryId = `funds-${cardToken}`;
      await book(transaction, { terminalId: ISSUER_SHARD, entryId, transfers: [transfer] });
    }
    if (accounts === 0) return;
    const entry = { act: 'accounts-opened', at: now, details: { accounts } };
    await appendAudit(transaction, OPERATOR_SHARD, entry);
  });
}

function pvvOf({ pan }: DemoCard, pin: string, verificationKey: SecretKey): string {
  const checked = expectOk(parsePan(pan));
  return expectOk(computePvv(verificationKey, checked, pin, PIN_KEY_INDEX));
}
