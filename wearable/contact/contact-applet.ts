import { encodeAscii } from '#kernel/bytes/ascii.ts';
import { concatBytes } from '#kernel/bytes/bytes.ts';
import { encodeHex, hex } from '#kernel/bytes/hex.ts';
import { encodeTlv } from '#kernel/tlv/ber.ts';
import { type Command, STATUS } from '../apdu.ts';
import type { Applet, AppletResponse } from '../applet.ts';
import { verifyPin } from '../chip/offline-pin.ts';
import { isScriptCommand } from '../issuer-commands.ts';
import type { Counter } from '../memory.ts';
import { openCounter } from '../personalisation.ts';
import { findRecord, locateRecords, readRecord } from '../records.ts';
import {
  countTransaction,
  encodeCount,
  encodeFileControl,
  readPdolValues,
} from '../transaction-start.ts';
import { type ContactCard, LOG_FORMAT, LOG_SFI } from './contact-card.ts';
import { ContactTransaction } from './contact-transaction.ts';

const CHALLENGE_BYTES = 8;
const LOG_ENTRIES = 10;

/**
 * A payment application of EMV 4.4 on contacts: DDA and CDA, offline PIN, both cryptograms, issuer
 * authentication and scripts. Source: EMV 4.4 Book 3, 6.5.
 */
export class ContactApplet implements Applet {
  readonly aid: Uint8Array;
  readonly hasPartialName = true;
  readonly #card: ContactCard;
  readonly #counter: Counter;
  #transaction: ContactTransaction | undefined;
  #challenge: Uint8Array | undefined;

  constructor(card: ContactCard) {
    this.aid = hex(card.profile.aid);
    this.#card = card;
    this.#counter = openCounter(card.personalisation);
  }

  /** Book 1, 11.3.4. */
  select(): AppletResponse {
    this.#transaction = undefined;
    this.#challenge = undefined;
    const { profile, pdol, store } = this.#card;
    const state = store.read();
    if (!state.ok) return { status: STATUS.memoryFailure };
    const proprietary = [
      { tag: '50', value: encodeAscii(profile.label) },
      { tag: '87', value: Uint8Array.of(profile.priority) },
      ...(pdol.lengthBytes > 0 ? [{ tag: '9F38', value: pdol.bytes }] : []),
      { tag: '5F2D', value: encodeAscii('en') },
      {
        tag: 'BF0C',
        children: [{ tag: '9F4D', value: Uint8Array.of(LOG_SFI, LOG_ENTRIES) }],
      },
    ];
    const { applicationBlocked } = state.value;
    return {
      status: applicationBlocked ? STATUS.applicationBlocked : STATUS.done,
      data: encodeFileControl(this.aid, proprietary),
    };
  }

  process(command: Command): AppletResponse {
    // A challenge is for the next command only: Book 3, 6.5.6.
    const challenge = this.#challenge;
    this.#challenge = undefined;
    const { cla, ins } = command;
    if (isScriptCommand(command)) {
      return this.#transaction?.runScript(command) ?? { status: STATUS.conditionsNotSatisfied };
    }
    switch ((cla << 8) | ins) {
      case 0x80a8:
        return this.#getProcessingOptions(command);
      case 0x00b2:
        return this.#readRecord(command);
      case 0x80ca:
        return this.#getData(command);
      case 0x0084:
        return this.#getChallenge(command);
      case 0x0020:
        return this.#verify(command, challenge);
      case 0x0088:
        return this.#inTransaction((transaction) => transaction.internalAuthenticate(command));
      case 0x80ae:
        return this.#inTransaction((transaction) => transaction.generateCryptogram(command));
      case 0x0082:
        return this.#inTransaction((transaction) => transaction.authenticateIssuer(command));
      default:
        return { status: STATUS.unknownInstruction };
    }
  }

  #inTransaction(serve: (transaction: ContactTransaction) => AppletResponse): AppletResponse {
    return this.#transaction ? serve(this.#transaction) : { status: STATUS.conditionsNotSatisfied };
  }

  /** Book 3, 6.5.8. Everything is checked before a transaction is counted. */
  #getProcessingOptions(command: Command): AppletResponse {
    const { aip, pdol, profile, records } = this.#card;
    const values = readPdolValues(command, pdol);
    if (!values.ok) return { status: values.error };
    if (this.#transaction) return { status: STATUS.conditionsNotSatisfied };
    const count = countTransaction(this.#counter);
    if (!count.ok) return { status: count.error };
    this.#transaction = new ContactTransaction(this.#card, count.value, values.value);
    const locator = locateRecords(records);
    if (profile.responseFormat === 1) {
      const value = concatBytes(aip, locator);
      return { status: STATUS.done, data: encodeTlv([{ tag: '80', value }]) };
    }
    const children = [
      { tag: '82', value: aip },
      { tag: '94', value: locator },
    ];
    return { status: STATUS.done, data: encodeTlv([{ tag: '77', children }]) };
  }

  /** Book 3, 6.5.11; the log's records bare: Book 3, annex D. */
  #readRecord(command: Command): AppletResponse {
    const { store, records } = this.#card;
    const state = store.read();
    if (!state.ok) return { status: STATUS.memoryFailure };
    const entries = state.value.log.map((entry, i) => ({
      sfi: LOG_SFI,
      record: i + 1,
      signed: false,
      objects: [],
      entry: hex(entry),
    }));
    const entry = findRecord(command, entries);
    if ('status' in entry) {
      const isOfLog = command.p2 >> 3 === LOG_SFI;
      if (isOfLog || entry.status !== STATUS.notFound) return entry;
      if (!this.#transaction) return { status: STATUS.conditionsNotSatisfied };
      return readRecord(command, records);
    }
    return { status: STATUS.done, data: entry.entry };
  }

  /** Book 3, 6.5.7. */
  #getData({ p1, p2, data, expectedBytes }: Command): AppletResponse {
    if (data.length > 0 || expectedBytes !== 256) return { status: STATUS.wrongLength };
    const state = this.#card.store.read();
    const count = this.#counter.read();
    if (!state.ok || !count.ok) return { status: STATUS.memoryFailure };
    const { lastOnlineAtc, pin, pinTriesLeft } = state.value;
    const values: Readonly<Record<string, Uint8Array>> = {
      '9F36': encodeCount(count.value),
      '9F13': encodeCount(lastOnlineAtc),
      ...(pin !== '' && { '9F17': Uint8Array.of(pinTriesLeft) }),
      '9F4F': LOG_FORMAT,
    };
    const tag = encodeHex(Uint8Array.of(p1, p2));
    const value = values[tag];
    if (!value) return { status: STATUS.dataNotFound };
    return { status: STATUS.done, data: encodeTlv([{ tag, value }]) };
  }

  /** Book 3, 6.5.6. */
  #getChallenge({ p1, p2, data, expectedBytes }: Command): AppletResponse {
    if (p1 !== 0 || p2 !== 0) return { status: STATUS.wrongParameters };
    if (data.length > 0 || expectedBytes !== 256) return { status: STATUS.wrongLength };
    this.#challenge = this.#card.personalisation.random(CHALLENGE_BYTES);
    return { status: STATUS.done, data: this.#challenge };
  }

  #verify(command: Command, challenge: Uint8Array | undefined): AppletResponse {
    const { pinKey, profile, store } = this.#card;
    if (!this.#transaction) return { status: STATUS.conditionsNotSatisfied };
    const { status, outcome } = verifyPin(command, store, profile.pinTries, pinKey, challenge);
    if (outcome !== 'not-tried') this.#transaction.notePin(outcome);
    return { status };
  }
}
