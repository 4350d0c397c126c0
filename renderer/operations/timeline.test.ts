import { expect, test } from 'vitest';
import type { Payment, Story } from './cloud-client.ts';
import { timelineOf } from './timeline.ts';

const at = (second: number) => `2026-07-04T12:00:0${second}.000Z`;

const message = (kind: string, stan: string, second: number): Payment => ({
  ...{ terminalId: '10000001', stan, transmittedAt: '0704120000', merchantId: 'SHOP00000000001' },
  ...{ maskedPan: null, kind, state: 'captured', currency: '978', amountMinor: '1000' },
  ...{ authorisedMinor: '0', capturedMinor: '0', refundedMinor: '0', chargedBackMinor: '0' },
  ...{ responseCode: '00', approvalCode: null, retrievalReference: null, score: null, tier: null },
  ...{ reasons: [], batchNumber: null, isSettled: false, original: null, receivedAt: at(second) },
  ...{ reversedAt: null, reversalReason: null },
});

const entry = (sequence: string, act: string, second: number, state?: string) => ({
  ...{ sequence, act, at: at(second), details: state === undefined ? {} : { state }, hash: 'ff' },
});

const told = (story: Partial<Story>) =>
  timelineOf({
    ...{ transaction: message('purchase', '000001', 1), messages: [], decision: null },
    ...{ bookings: [], audit: [], disputes: [], ...story },
  });

test('an entry of the audit log that a message made is that message', () => {
  const events = told({
    messages: [message('refund', '000002', 3)],
    audit: [
      entry('1', 'purchase', 1, 'captured'),
      entry('2', 'give-up', 2),
      entry('3', 'refund', 3, 'refunded'),
    ],
  });
  expect(events).toMatchObject([
    { what: 'message', kind: 'purchase', state: 'captured', responseCode: '00' },
    { what: 'act', act: 'give-up' },
    { what: 'message', kind: 'refund', stan: '000002', state: 'refunded' },
  ]);
});

test('two refunds of one moment are told by an entry each', () => {
  const events = told({
    messages: [message('refund', '000002', 3), message('refund', '000003', 3)],
    audit: [entry('2', 'refund', 3, 'captured'), entry('3', 'refund', 3, 'refunded')],
  });
  expect(events.map((event) => 'state' in event && event.state)).toEqual([
    undefined,
    'captured',
    'refunded',
  ]);
});

test('a dispute is told once, when it was opened and when it was ruled on', () => {
  const dispute = { disputeId: 'case-1', reasonCode: '10.4', state: 'lost' };
  const events = told({
    audit: [
      entry('2', 'dispute', 4),
      entry('3', 'evidence-added', 5),
      entry('4', 'lose-dispute', 6),
    ],
    disputes: [{ ...dispute, openedAt: at(4), ruledAt: at(6) }],
  });
  expect(events.map(({ what }) => what)).toEqual(['message', 'dispute', 'act', 'ruling']);
});
