import { expect, test } from 'vitest';
import { SecretKey } from '#kernel/keys/secret-key.ts';
import { secretText, signatureHeaders } from './sign.ts';

/** The example of the Standard Webhooks reference libraries. */
const SECRET = 'MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw';
const EVENT = {
  eventId: 'msg_p5jXN8AQM9LWM0D4loKWxJek',
  timestampS: 1_614_265_330,
  body: '{"test": 2432232314}',
};

test('it signs as the reference does, once for each secret', () => {
  const secret = new SecretKey(Buffer.from(SECRET, 'base64'));
  const expected = 'v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=';
  expect(signatureHeaders(EVENT, [secret])).toEqual({
    'webhook-id': EVENT.eventId,
    'webhook-timestamp': '1614265330',
    'webhook-signature': expected,
  });
  const both = signatureHeaders(EVENT, [new SecretKey(new Uint8Array(32)), secret]);
  expect(both['webhook-signature']?.split(' ')).toEqual([expect.stringMatching(/^v1,/), expected]);
  expect(secretText(secret)).toBe(`whsec_${SECRET}`);
});
