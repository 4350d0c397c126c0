import { decodeBcd } from '../../../bytes/bcd.ts';
import type { KernelStep } from '../../../transaction/commands.ts';
import { show } from '../../../transaction/steps.ts';
import type { UiRequest } from '../../../transaction/ui-request.ts';
import type { ContactlessOutcome, OutcomeReason, OutcomeType } from '../outcome.ts';
import { conclude, uiRequest } from './endings.ts';
import { asksForSecondTap, phoneMessage } from './phone-message.ts';
import { acTypeOf } from './prepare-generate-ac.ts';
import { isCashOrPurchase } from './processing-restrictions.ts';
import { writeTags } from './put-data.ts';
import { K2 } from './tags.ts';
import type { TlvDatabase } from './tlv-database.ts';
import type { Kernel2Transaction } from './transaction.ts';

/**
 * The outcome of a cryptogram that holds, after what the terminal has yet to write. Source: Book
 * C-2, 6.9 (S910.70 to S910.81) and 6.15 (state 15), as publicly described.
 */
export function* concludeEmv(t: Kernel2Transaction): KernelStep<ContactlessOutcome> {
  const { data, writeAfter } = t;
  if (writeAfter.length > 0) {
    // A card that is lost while it is written to has given its cryptogram all the same.
    yield* writeTags(data, writeAfter, K2.postGenerateAcPutDataStatus);
  }
  if (asksForSecondTap(data)) return yield* seePhone(t);
  if (writeAfter.length > 0) {
    yield* show(uiRequest(t, { message: 'no-message', status: 'card-read-ok', holdTime: 0 }));
  }
  const ending = endingOf(t);
  const parameters = {
    uiOnOutcome: uiRequest(t, ending.ui),
    ...(ending.reason && { reason: ending.reason }),
  };
  return conclude(t, ending.type, parameters, {}, true);
}

/** END APPLICATION with start B: the holder is to look at the device and present it again. */
export function* seePhone(t: Kernel2Transaction): KernelStep<ContactlessOutcome> {
  const ui = uiRequest(t, phoneMessage(t.data));
  yield* show(t.writeAfter.length > 0 ? { ...ui, status: 'card-read-ok' } : ui);
  const uiOnRestart: UiRequest = { ...ui, status: 'ready-to-read', holdTime: 0 };
  return conclude(t, 'end-application', { start: 'B', uiOnRestart }, {}, true);
}

interface Ending {
  readonly type: OutcomeType;
  readonly ui: UiRequest;
  readonly reason?: OutcomeReason;
}

/** Source: Book C-2, S910.74 and S910.75. */
function endingOf({ data, cvm }: Kernel2Transaction): Ending {
  switch (acTypeOf(data.number('9F27'))) {
    case 'TC': {
      const message = cvm === 'signature' ? 'approved-sign' : 'approved';
      const balance = balanceOf(data);
      const ui = { message, status: 'not-ready', ...(balance && { value: balance }) } as const;
      return { type: 'approved', ui };
    }
    case 'ARQC': {
      const ui = { message: 'authorising', status: 'not-ready', holdTime: 0 } as const;
      return { type: 'online-request', ui };
    }
    default:
      return declined(data);
  }
}

/** The chip may yet do it, unless the device has none or the terminal no slot. */
function declined(data: TlvDatabase): Ending {
  const reason = 'card-declined';
  if (!isCashOrPurchase(data)) {
    const ui = { message: 'no-message', status: 'not-ready', holdTime: 0 } as const;
    return { type: 'end-application', ui, reason };
  }
  const hasSlot = data.has('9F33', { byte: 1, mask: 0x20 });
  if (!hasSlot || isDeviceOtherThanCard(data)) {
    return { type: 'declined', ui: { message: 'not-authorised', status: 'not-ready' }, reason };
  }
  const ui = { message: 'insert-card', status: 'not-ready' } as const;
  return { type: 'try-another-interface', ui, reason };
}

/** Third party data (9F6E): country (2), identifier (2), then, without its high bit, the device. */
function isDeviceOtherThanCard(data: TlvDatabase): boolean {
  const thirdParty = data.get(K2.thirdPartyData);
  if (thirdParty.length < 6 || ((thirdParty[2] ?? 0) & 0x80) !== 0) return false;
  return thirdParty[4] !== 0x30 || thirdParty[5] !== 0x30;
}

/** The balance after GENERATE AC (DF8105), in the card's currency (9F42) where it names one. */
function balanceOf(data: TlvDatabase): UiRequest['value'] {
  if (!data.isNotEmpty(K2.balanceAfterGenerateAc)) return undefined;
  const currency = decodeBcd(data.get('9F42'));
  return {
    qualifier: 'balance',
    minor: data.amount(K2.balanceAfterGenerateAc),
    currency: currency.ok && currency.value.length === 4 ? currency.value.slice(1) : '000',
  };
}
