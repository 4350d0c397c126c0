import { expect, test } from 'vitest';
import { parseRoute, paymentsHref, storyHref } from './route.ts';

const payment = { terminalId: '10000001', transmittedAt: '0704120000', stan: '000017' };

test('an address leads to where it was made for', () => {
  expect(parseRoute(storyHref(payment))).toEqual({ view: 'story', payment });
  const list = parseRoute(paymentsHref({ state: 'unknown', search: '0014', terminalId: '' }));
  expect(list.view).toBe('payments');
  expect(list.view === 'payments' && `${list.filters}`).toBe('state=unknown&search=0014');
  expect(parseRoute(paymentsHref())).toMatchObject({ view: 'payments' });
  expect(parseRoute('#/verification')).toEqual({ view: 'verification' });
});

test.each(['', '#', '#/', '#/none', '#/payments/1/2/3', '#/payments/10000001/0704120000/00001x'])(
  '%j is the overview',
  (hash) => {
    expect(parseRoute(hash)).toEqual({ view: 'overview' });
  },
);
