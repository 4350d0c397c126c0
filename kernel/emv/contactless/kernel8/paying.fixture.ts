import oda from '../../../../test-vectors/oda/ecsdsa-verify.json' with { type: 'json' };
import { encodeHex, hex } from '../../../bytes/hex.ts';
import type { KernelCommand, KernelReply } from '../../../transaction/commands.ts';
import type { UiRequest } from '../../../transaction/ui-request.ts';
import { verifyEccCaKey } from '../../oda/ecc-certificates.ts';
import { runEntryPoint } from '../entry-point.ts';
import type { ContactlessInput } from '../input.ts';
import type { ContactlessOutcome } from '../outcome.ts';
import { AID } from './card.fixture.ts';

const selfSigned = oda.vectors.find(({ id }) => id === 'ecos-ca-ecc-selfsigned')?.input;
const caKey = verifyEccCaKey(hex(`${selfSigned?.message}${selfSigned?.signature}`));
if (!caKey.ok) throw new Error('the published CA key does not verify');

/** Terminal data of kernel 8 by tag: limits of 100.00 and 50.00, local authentication on. */
export const CONFIGURATION: Readonly<Record<string, string>> = {
  '9F1D': '0000000000000000',
  '9F8206': '00',
  '9F8207': '64',
  '9F8208': '0C',
  '9F8209': '0800',
  '9F820A': '10',
  '9F820B': '0000000000',
  '9F820C': 'FC50808800',
  '9F820D': '000000010000',
  '9F820E': '000000005000',
  '9F8211': '000013',
  '9F8212': '0D',
  '9F8213': '0014',
  '9F8214': '0032',
  '9F8215': '0012',
  '9F8216': '0018',
  '9F8217': '012C',
  '9F8218': '32',
  '9F821A': 'FF8FFFFFFF',
  '9F821D': '20',
  '9F821E': '18',
  '9F821F': '9F810995',
};

/** Two presentations' worth of numbers and keys, made for these tests. */
const NUMBERS = ['11223344', '55667788', '99AABBCC', 'DDEEFF00'];
const KEYS = ['4C'.repeat(32), '5D'.repeat(32)];

/** The sale of 10.00 that a card is paid with, unless told. */
export function saleInput(
  configuration: Readonly<Record<string, string>> = {},
  sale: Partial<ContactlessInput> = {},
): ContactlessInput {
  const data = { ...CONFIGURATION, ...configuration };
  const held = Object.entries(data).filter(([, value]) => value !== '');
  return {
    amountMinor: 1000n,
    amountOtherMinor: 0n,
    transactionType: '00',
    currency: '978',
    terminalCountry: '276',
    date: '260115',
    time: '120000',
    unpredictableNumbers: NUMBERS.map(hex),
    ephemeralPrivateKeys: KEYS.map(hex),
    terminalData: { '9F35': hex('22') },
    combinations: [
      {
        aid: AID,
        kernelId: 8,
        limits: {},
        data: Object.fromEntries(held.map(([tag, value]) => [tag, hex(value)])),
      },
    ],
    eccCaKeys: caKey.ok ? [caKey.value] : [],
    ...sale,
  };
}

/** A data object of the outcome in hex, of its discretionary data unless it is in the record. */
export function datum({ outcome }: Paid, tag: string): string | undefined {
  const value = outcome.dataRecord?.get(tag) ?? outcome.discretionaryData?.get(tag);
  return value && encodeHex(value);
}

/** A command and its answer, hex; no answer is a card that is gone. */
export interface Exchanged {
  readonly command: string;
  readonly response: string | undefined;
}

/** What came of a payment. */
export interface Paid {
  readonly outcome: ContactlessOutcome;
  readonly exchange: readonly Exchanged[];
  readonly shown: readonly UiRequest[];
}

/** A card as a test has it: answers in hex, `undefined` when it is gone, with the time it took. */
export type Answering = (command: string, number: number) => string | undefined;

/** Takes a sale through Entry Point to its outcome with a card that answers so. */
export function pay(input: ContactlessInput, answer: Answering, elapsedUs?: number): Paid {
  const exchange: Exchanged[] = [];
  const shown: UiRequest[] = [];
  const step = runEntryPoint(input);
  let next = step.next(undefined as never);
  while (!next.done) {
    const command = next.value;
    if (command.type === 'show') shown.push(command.request);
    if (command.type === 'transmit') {
      const sent = encodeHex(command.command);
      const response = answer(sent, exchange.length);
      exchange.push({ command: sent, response });
      next = step.next(replyOf(response, elapsedUs));
    } else {
      next = step.next(otherReply(command));
    }
  }
  const result = next.value;
  if (result.type !== 'outcome') throw new Error('the payment was cancelled');
  return { outcome: result.outcome, exchange, shown };
}

function replyOf(response: string | undefined, elapsedUs: number | undefined): KernelReply {
  if (response === undefined) return { type: 'card-lost' };
  const time = elapsedUs === undefined ? {} : { elapsedUs };
  return { type: 'response', response: hex(response), ...time };
}

function otherReply({ type }: KernelCommand): KernelReply {
  if (type === 'activate') return { type: 'activated' };
  if (type === 'show') return { type: 'shown' };
  throw new Error(`kernel 8 does not ask for ${type}`);
}
