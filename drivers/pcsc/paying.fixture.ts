import { encodeHex, hex } from '#kernel/bytes/hex.ts';
import type { ContactlessInput } from '#kernel/emv/contactless/input.ts';
import type { CardConnection } from '#kernel/ports/card-reader.ts';
import type { KernelCommand, KernelReply } from '#kernel/transaction/commands.ts';
import { payContactless } from '#kernel/transaction/contactless-payment.ts';

/** What the reader of the recorded exchange hu-mock-visa-online was set to. */
export const ONLINE_PAYMENT: ContactlessInput = {
  amountMinor: 9000n,
  amountOtherMinor: 0n,
  transactionType: '00',
  currency: '840',
  terminalCountry: '840',
  date: '200316',
  time: '000000',
  unpredictableNumbers: [hex('ABABABAB')],
  terminalData: { '9F33': hex('A048C8'), '9F35': hex('21') },
  combinations: [
    {
      aid: 'A000000003',
      kernelId: 3,
      limits: { floorMinor: 0n, cvmRequiredMinor: 8000n },
      data: { '9F66': hex('24004000') },
    },
  ],
};

/** Pays with the card of a connection and an issuer that says yes. */
export async function payThrough(connection: CardConnection, input: ContactlessInput) {
  const step = payContactless(input);
  let iccData = '';
  let next = step.next(undefined as never);
  while (!next.done) {
    if (next.value.type === 'authorise-online') iccData = encodeHex(next.value.request.iccData);
    next = step.next(await reply(connection, next.value));
  }
  return { outcome: next.value, iccData };
}

async function reply(connection: CardConnection, command: KernelCommand): Promise<KernelReply> {
  switch (command.type) {
    case 'activate':
      return { type: 'activated' };
    case 'transmit': {
      const response = await connection.transmit(command.command);
      return response.ok ? { type: 'response', response: response.value } : { type: 'card-lost' };
    }
    case 'ask-pin':
      return { type: 'pin-entered', pinBlock: new Uint8Array(8) };
    case 'choose-application':
      return { type: 'application-chosen', index: 0 };
    case 'authorise-online':
      return { type: 'answered', responseCode: '00' };
    case 'show':
      return { type: 'shown' };
    default:
      return command satisfies never;
  }
}
