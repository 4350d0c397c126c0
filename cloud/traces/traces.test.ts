import { expect, test } from 'vitest';
import { readTraceparent } from './traces.ts';

const TRACE = '0af7651916cd43dd8448eb211c80319c';
const PARENT = 'b7ad6b7169203331';

test('where a trace began is read as W3C Trace Context says', () => {
  const read = { traceId: TRACE, spanId: PARENT, isRemote: true };
  expect(readTraceparent(`00-${TRACE}-${PARENT}-01`)).toEqual({ ...read, traceFlags: 1 });
  expect(readTraceparent(`00-${TRACE}-${PARENT}-02`)).toEqual({ ...read, traceFlags: 0 });
});

test.each([
  undefined,
  '',
  `01-${TRACE}-${PARENT}-01`,
  `00-${TRACE.toUpperCase()}-${PARENT}-01`,
  `00-${'0'.repeat(32)}-${PARENT}-01`,
  `00-${TRACE}-${'0'.repeat(16)}-01`,
  `00-${TRACE}-${PARENT}-01-more`,
  `00-${TRACE}-${PARENT}`,
])('%s is none', (text) => {
  expect(readTraceparent(text)).toBeUndefined();
});
