import { setTimeout } from 'node:timers/promises';
import { fail, ok, type Result } from '#kernel/bytes/result.ts';
import type { ContactlessInput } from '#kernel/emv/contactless/input.ts';
import type { CancelSignal } from '#kernel/ports/cancel-signal.ts';
import type { Entropy } from '#kernel/ports/entropy.ts';
import type { PortFailure } from '#kernel/ports/failure.ts';
import type { FieldActivation, KernelCommand, KernelReply } from '#kernel/transaction/commands.ts';
import { type PaymentOutcome, payContactless } from '#kernel/transaction/contactless-payment.ts';
import type { PaymentKind } from '#kernel/transaction/payment.ts';
import { authorise } from './authorise.ts';
import { awaitCard, type FoundCard } from './field.ts';
import type { PaymentObserver } from './observer.ts';
import type { RunnerPorts, RunnerSettings } from './settings.ts';

/** One payment to run. Its intent is in the journal already. */
export interface PaymentOrder {
  readonly paymentId: string;
  readonly amountMinor: bigint;
  readonly basketLines: number;
  /** How the cardholder must be verified whatever the amount, as the host required. */
  readonly mustVerify?: 'cdcvm' | 'pin' | undefined;
  /** Absent: a purchase. */
  readonly kind?: PaymentKind;
}

/**
 * Runs one payment: performs each command of the kernel against the ports and sends it the reply.
 * This is the only loop that does. A failure of the journal ends the payment before anything is
 * sent, or leaves it unknown after.
 */
export async function runPayment(
  ports: RunnerPorts,
  settings: RunnerSettings,
  order: PaymentOrder,
  signal: CancelSignal,
  observer: PaymentObserver,
): Promise<Result<PaymentOutcome, PortFailure>> {
  const performer = new Performer(ports, settings, order, signal, observer);
  const input = contactlessInput(ports, settings, order);
  observer.begun?.(input);
  const kernel = payContactless(input, { onlinePin: order.mustVerify === 'pin' });
  let kernelMs = 0;
  const advance = (reply?: KernelReply) => {
    const started = performance.now();
    // The first call of a generator takes no value.
    const step = reply === undefined ? kernel.next(undefined as never) : kernel.next(reply);
    kernelMs += performance.now() - started;
    return step;
  };
  try {
    let step = advance();
    while (!step.done) {
      const reply = await performer.perform(step.value);
      if (!reply.ok) return reply;
      step = advance(reply.value);
    }
    return ok(step.value);
  } finally {
    observer.kernelTime?.(kernelMs);
    await performer.releaseCard();
  }
}

class Performer {
  readonly #ports: RunnerPorts;
  readonly #settings: RunnerSettings;
  readonly #order: PaymentOrder;
  readonly #signal: CancelSignal;
  readonly #observer: PaymentObserver;
  #card: FoundCard | undefined;
  #activatedAtMs = 0;
  #cardTimeMs = 0;

  constructor(
    ports: RunnerPorts,
    settings: RunnerSettings,
    order: PaymentOrder,
    signal: CancelSignal,
    observer: PaymentObserver,
  ) {
    this.#ports = ports;
    this.#settings = settings;
    this.#order = order;
    this.#signal = signal;
    this.#observer = observer;
  }

  async perform(command: KernelCommand): Promise<Result<KernelReply, PortFailure>> {
    switch (command.type) {
      case 'activate':
        return ok(await this.#activate(command.interface === 'contactless' ? command : {}));
      case 'transmit':
        return ok(await this.#transmit(command.command));
      case 'ask-pin':
        return this.#askPin(command);
      case 'choose-application':
        // Nor a way to choose: the first candidate is the card's own preference.
        return ok({ type: 'application-chosen', index: 0 });
      case 'authorise-online': {
        if (this.#signal.aborted) return fail(CALLED_OFF);
        const context = {
          channel: this.#settings.channel,
          deviceInterface: this.#card?.readerName ?? '',
          basketLines: this.#order.basketLines,
          cardTimeMs: Math.round(this.#cardTimeMs),
        };
        const reply = await authorise(this.#ports, this.#settings, {
          paymentId: this.#order.paymentId,
          request: command.request,
          kind: this.#order.kind ?? 'purchase',
          context,
          observer: this.#observer,
        });
        if (reply.ok) this.#observer.authorised?.(reply.value);
        return reply;
      }
      case 'show':
        if (command.request.status === 'card-read-ok') await this.releaseCard();
        this.#observer.shown?.(command.request);
        return ok({ type: 'shown' });
      default:
        return command satisfies never;
    }
  }

  /** Powers the card off, so that the customer can take it away. */
  async releaseCard(): Promise<void> {
    if (!this.#card) return;
    this.#cardTimeMs = performance.now() - this.#activatedAtMs;
    await this.#card.connection.close();
  }

  async #activate({ fieldOff = 0, withinMs }: FieldActivation): Promise<KernelReply> {
    await this.releaseCard();
    if (fieldOff > 0) await setTimeout(100 * fieldOff);
    const found = await awaitCard(this.#ports.readers, this.#signal, withinMs);
    if (!found.ok) return { type: 'cancelled' };
    this.#card = found.value;
    this.#activatedAtMs = performance.now();
    this.#observer.cardFound?.(found.value.readerName);
    return { type: 'activated' };
  }

  /** Has a PIN for the issuer entered on the PIN pad; it is never asked for anywhere else. */
  async #askPin(
    command: Extract<KernelCommand, { type: 'ask-pin' }>,
  ): Promise<Result<KernelReply, PortFailure>> {
    const { pinPad } = this.#ports;
    const pan = command.use === 'online' ? command.pan : undefined;
    if (!pinPad || pan === undefined) return ok({ type: 'pin-unavailable' });
    await this.releaseCard();
    const { amountMinor } = this.#order;
    const wanted = { pan, amountMinor, currency: this.#settings.currency };
    const entry = await pinPad.enterPin(wanted, this.#signal);
    if (this.#signal.aborted) return fail(CALLED_OFF);
    switch (entry.type) {
      case 'entered': {
        const { pinBlock, keySerialNumber } = entry;
        return ok({ type: 'pin-entered', pinBlock, keySerialNumber });
      }
      case 'not-entered':
        return ok({ type: 'pin-bypassed' });
      case 'unavailable':
        return ok({ type: 'pin-unavailable' });
      default:
        return entry satisfies never;
    }
  }

  async #transmit(command: Uint8Array): Promise<KernelReply> {
    const started = performance.now();
    const answered = await this.#card?.connection.transmit(command);
    const response = answered?.ok ? answered.value : undefined;
    const elapsedMs = performance.now() - started;
    this.#observer.apdu?.(command, response, elapsedMs);
    const elapsedUs = Math.round(1000 * elapsedMs);
    return response ? { type: 'response', response, elapsedUs } : { type: 'card-lost' };
  }
}

const CALLED_OFF: PortFailure = {
  kind: 'cancelled',
  retryable: true,
  effect: 'none',
  detail: 'The payment was called off before anything was sent.',
};

/**
 * More than is taken while a card is presented once: the answer to SELECT PPSE has room for some
 * twenty applications, each of which may be tried with a few kernels, and a kernel takes at most
 * four numbers and one key.
 */
const ACTIVATIONS_PER_PRESENTATION = 64;
const NUMBERS_PER_ACTIVATION = 4;
const KERNEL_8 = 8;
/** Tag 9C: the first two digits of the processing code. ISO 8583:1987, annex A. */
const PURCHASE = '00';
const BALANCE_INQUIRY = '31';

function contactlessInput(
  ports: RunnerPorts,
  settings: RunnerSettings,
  order: PaymentOrder,
): ContactlessInput {
  const { presentations, terminalCategory } = settings;
  const activations = presentations * ACTIVATIONS_PER_PRESENTATION;
  const hasKernel8 = settings.combinations.some(({ kernelId }) => kernelId === KERNEL_8);
  return {
    amountMinor: order.amountMinor,
    amountOtherMinor: 0n,
    transactionType: order.kind === 'balance' ? BALANCE_INQUIRY : PURCHASE,
    currency: settings.currency,
    currencyExponent: settings.currencyExponent,
    terminalCountry: settings.country,
    ...ports.clock.local(),
    unpredictableNumbers: randomValues(ports.entropy, activations * NUMBERS_PER_ACTIVATION, 4),
    ephemeralPrivateKeys: hasKernel8 ? randomValues(ports.entropy, activations, 32) : [],
    presentations,
    terminalData: ports.pinPad ? withOnlinePin(settings.terminalData) : settings.terminalData,
    ...(terminalCategory && { terminalCategory }),
    caKeys: settings.caKeys,
    revokedCertificates: settings.revokedCertificates,
    combinations: settings.combinations.map((each) => ({
      ...each,
      ...(ports.pinPad && { data: withOnlinePin(each.data) }),
      ...(order.kind === 'balance' && { zeroAmountAllowed: true }),
      ...(order.mustVerify && { limits: { ...each.limits, cvmRequiredMinor: 0n } }),
    })),
  };
}

/**
 * What a reader with a PIN pad says of itself: online PIN in the terminal capabilities (9F33, byte
 * 2 bit 7: EMV 4.4 Book 4, annex A2) and in the transaction qualifiers (9F66, byte 1 bit 3: Book
 * C-3, annex A), where there are any.
 */
function withOnlinePin(
  data: Readonly<Record<string, Uint8Array>>,
): Readonly<Record<string, Uint8Array>> {
  const bits = { '9F33': [1, 0x40], '9F66': [0, 0x04] } as const;
  return Object.fromEntries(
    Object.entries(data).map(([tag, value]) => {
      const bit = tag === '9F33' || tag === '9F66' ? bits[tag] : undefined;
      if (!bit) return [tag, value];
      return [tag, value.map((byte, index) => (index === bit[0] ? byte | bit[1] : byte))];
    }),
  );
}

/** So many random values of so many bytes each. */
function randomValues(entropy: Entropy, count: number, lengthBytes: number): readonly Uint8Array[] {
  const bytes = entropy.bytes(count * lengthBytes);
  return Array.from({ length: count }, (_, i) =>
    bytes.subarray(i * lengthBytes, (i + 1) * lengthBytes),
  );
}
