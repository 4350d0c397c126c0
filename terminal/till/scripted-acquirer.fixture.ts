import type { HostAct, HostScript } from '#drivers/simulated/host-link.ts';
import { hex } from '#kernel/bytes/hex.ts';
import type { Message } from '#kernel/iso8583/message.ts';
import { SecretKey } from '#kernel/keys/secret-key.ts';
import { openMessage, sealMessage } from '#kernel/transaction/message-mac.ts';

/** The key that the terminal and the scripted acquirer share. */
export const MAC_KEY = new SecretKey(hex('0123456789ABCDEFFEDCBA9876543210'));

/** What the acquirer does with a request; the default approves it at once. */
export type AcquirerAct = (request: Message) => readonly HostAct[];

/** An acquirer that keeps what it was sent, and what money it would have moved. */
export class ScriptedAcquirer {
  readonly received: Message[] = [];
  readonly #act: AcquirerAct;

  constructor(act: AcquirerAct = (request) => [answer(request, '00')]) {
    this.#act = act;
  }

  readonly script: HostScript = (bytes) => {
    const request = openMessage(bytes, MAC_KEY);
    if (!request.ok) throw new Error(`the terminal sent ${request.error.kind}`);
    this.received.push(request.value);
    return this.#act(request.value);
  };

  /** The types of what was received, in order. */
  get types(): readonly string[] {
    return this.received.map((message) => message.mti);
  }
}

/** The answer to a request, sealed, so many milliseconds later. */
export function answer(request: Message, responseCode: string, afterMs = 0): HostAct {
  return { type: 'send', message: sealed(answerTo(request, responseCode)), afterMs };
}

/** The answer to a request. */
export function answerTo(request: Message, responseCode: string): Message {
  const { 3: code, 4: amount, 7: at, 11: stan, 12: time, 13: date, 41: terminal } = request.fields;
  const { 42: merchant, 49: currency, 90: original } = request.fields;
  const echoed = { 3: code, 4: amount, 7: at, 11: stan, 12: time, 13: date, 41: terminal };
  const all = { ...echoed, 39: responseCode, 42: merchant, 49: currency, 90: original };
  const fields = Object.entries(all).filter(([, value]) => value !== undefined);
  const mti = `${Number(`${request.mti.slice(0, 3)}0`) + 10}`.padStart(4, '0');
  return { mti, fields: Object.fromEntries(fields) as Message['fields'] };
}

/** A message as it goes on the line. */
export function sealed(message: Message, key: SecretKey = MAC_KEY): Uint8Array {
  const result = sealMessage(message, key);
  if (!result.ok) throw new Error(`${result.error.kind} at ${result.error.path}`);
  return result.value;
}
