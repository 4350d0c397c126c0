import { randomUUID } from 'node:crypto';
import { setImmediate, setTimeout } from 'node:timers/promises';
import { fail, ok, type Result } from '#kernel/bytes/result.ts';
import type { Message } from '#kernel/iso8583/message.ts';
import type { Totals } from '#kernel/transaction/follow-up-messages.ts';
import type { PaymentKind } from '#kernel/transaction/payment.ts';
import { readPayment } from '#terminal/runner/resolver.ts';
import type { RunnerPorts } from '#terminal/runner/settings.ts';
import type { DayReport } from '#terminal/till/close-of-day.ts';
import type { FollowUpFailure, FollowUpOutcome } from '#terminal/till/follow-up-desk.ts';
import { PaymentDesk } from '#terminal/till/payment-desk.ts';
import { amount } from './amount.ts';
import type { DemoShop } from './demo-shop.ts';
import { WatchedLine } from './watched-line.ts';

/**
 * A day at a hotel, from the first look at what a guest's wearable has to the close of the day.
 * `say` is given a line at a time. The error is a sentence.
 */
export async function tellHotelStory(
  { ports, settings, wearables }: DemoShop,
  say: (line: string) => void,
): Promise<Result<DayReport, string>> {
  const line = new WatchedLine(ports.host, settings.macKeys, (sent, answer) =>
    say(`      ${describe(sent)} → ${answer ? describe(answer) : 'no answer'}`),
  );
  const withLine: RunnerPorts = { ...ports, host: line };
  const desk = new PaymentDesk(withLine, settings, () => undefined);
  const hotel = new Hotel(desk, withLine, say, (wearableId) => wearables.present(wearableId));
  try {
    return await hotel.day(line);
  } catch (cause) {
    if (cause instanceof StoryBroken) return fail(cause.message);
    throw cause;
  } finally {
    await desk.close();
  }
}

/** A step that did not go as it is told. */
class StoryBroken extends Error {}

class Hotel {
  readonly #desk: PaymentDesk;
  readonly #ports: RunnerPorts;
  readonly #say: (line: string) => void;
  readonly #present: (wearableId: string) => boolean;

  constructor(
    desk: PaymentDesk,
    ports: RunnerPorts,
    say: (line: string) => void,
    present: (wearableId: string) => boolean,
  ) {
    this.#desk = desk;
    this.#ports = ports;
    this.#say = say;
    this.#present = present;
  }

  async day(line: WatchedLine): Promise<Result<DayReport, string>> {
    const { followUps } = this.#desk;
    const inquiry = await this.#tap('The guest asks what is on the wearable', 0n, 'balance');
    const found = await readPayment(this.#ports, inquiry);
    const balanceMinor = found.ok ? found.value.answer?.balanceMinor : undefined;
    if (balanceMinor === undefined) throw new StoryBroken('The host told of no balance.');
    this.#say(`   There is ${amount(balanceMinor)}.`);

    const stay = await this.#tap('Check-in: 200.00 is held', 20_000n, 'preauthorisation');
    await this.#does('A night more: 80.00 is held besides', followUps.increment(stay, 8_000n));
    const extra = await this.#does(
      'A spa visit, on the wrong room: 45.00 more',
      followUps.increment(stay, 4_500n),
    );
    await this.#does('That is taken back', followUps.takeBack(stay, extra.stan));
    await this.#does(
      'Check-out: 243.50 is taken, the rest let go',
      followUps.complete(stay, 24_350n),
    );

    const drinks = await this.#tap('A round at the bar: 18.00', 1_800n, 'purchase');
    await this.#does('The guests leave, it is called off', followUps.voidPayment(drinks));

    line.cut(true);
    const refund = await this.#does(
      'The line is down. The minibar was not touched: 12.50 is refunded all the same',
      followUps.refund(stay, 1_250n),
      'waiting',
    );
    this.#say(`   ${this.#desk.undelivered()} to be sent to the host`);
    this.#say('The line is back: the host is told');
    line.cut(false);
    while (this.#desk.undelivered() > 0) await setTimeout(5);
    await this.#does('It is done', followUps.outcomeOf(stay, refund.stan));

    this.#say('The day is closed');
    const report = await this.#desk.closeOfDay.close();
    if (!report.ok) throw new StoryBroken(`The day cannot be closed: ${report.error}.`);
    for (const told of describeDay(report.value)) this.#say(`   ${told}`);
    return ok(report.value);
  }

  /** Has a wearable presented; the payment, once it is approved. */
  async #tap(heading: string, amountMinor: bigint, kind: PaymentKind): Promise<string> {
    this.#say(heading);
    const line = { lineId: '1', itemId: '1', name: heading, quantity: 1, taxPermille: 0 };
    const lines = amountMinor === 0n ? [] : [{ ...line, unitPriceMinor: amountMinor }];
    const started = await this.#desk.start({ saleId: randomUUID(), amountMinor, lines }, kind);
    if (!started.ok) throw new StoryBroken(`It cannot be begun: ${started.error.kind}.`);
    const { paymentId } = started.value;
    while (!this.#present('everyday')) await setImmediate();
    for (;;) {
      const view = this.#desk.viewOf(paymentId);
      if (view?.state === 'approved') break;
      if (view?.state === 'declined' || view?.state === 'reversed') {
        throw new StoryBroken(`It was not approved: ${view.reason}.`);
      }
      await setTimeout(2);
    }
    this.#desk.dismiss(paymentId);
    return paymentId;
  }

  async #does(
    heading: string,
    doing: Promise<Result<FollowUpOutcome, FollowUpFailure>>,
    expected: FollowUpOutcome['state'] = 'done',
  ): Promise<FollowUpOutcome> {
    this.#say(heading);
    const outcome = await doing;
    if (!outcome.ok) throw new StoryBroken(`It cannot be done: ${outcome.error}.`);
    if (outcome.value.state !== expected) {
      throw new StoryBroken(`The host answered ${outcome.value.responseCode ?? 'nothing'}.`);
    }
    return outcome.value;
  }
}

/** How a day was closed, in sentences with both counts. */
export function describeDay(report: DayReport): readonly string[] {
  const { state, totals, hostTotals, batchNumber, responseCode, refused } = report;
  const here = `This terminal counts ${describeTotals(totals)}.`;
  const there = hostTotals && `The host counts ${describeTotals(hostTotals)}.`;
  const ends: Readonly<Record<DayReport['state'], string>> = {
    closed: `Batch ${batchNumber} is closed.`,
    difference: 'The counts differ, so the batch stays open. Look for what one side has alone.',
    waiting: 'The host has not answered. It is asked until it does.',
    refused: `The host does not close the batch. Code ${responseCode}.`,
  };
  return [
    here,
    ...(there ? [there] : []),
    ...refused.map(
      ({ kind, amountMinor, responseCode: code }) =>
        `Refused by the host: ${kind} of ${amount(amountMinor)}. Code ${code}.`,
    ),
    ends[state],
  ];
}

function describeTotals({ debits, debitsMinor, credits, creditsMinor }: Totals): string {
  return `${debits} taken, ${amount(debitsMinor)}; ${credits} given back, ${amount(creditsMinor)}`;
}

/** A message in a few words; no card data is in them. */
function describe({ mti, fields }: Message): string {
  const { 4: minor, 39: code } = fields;
  const isAnswer = Number(mti[2]) % 2 === 1;
  if (isAnswer) return `${mti} ${code}`;
  return typeof minor === 'string' ? `${mti} ${amount(BigInt(minor))}` : mti;
}
