import { expect, test } from 'vitest';
import { isAllowedAddress, refuseTarget } from './target.ts';

const STRICT = { allowsLoopback: false };
const HOME = { allowsLoopback: true };

test.each([
  ['https://shop.example/hooks?a=b', undefined],
  ['https://8.8.8.8/', undefined],
  ['https://[2606:4700::1111]:8443/', undefined],
  ['', 'not-a-url'],
  ['shop.example', 'not-a-url'],
  ['http://shop.example/', 'not-https'],
  ['ftp://shop.example/', 'not-https'],
  ['file:///etc/passwd', 'not-https'],
  ['https://user:secret@shop.example/', 'has-credentials'],
  ['https://localhost/', 'private-address'],
  ['https://127.0.0.1/', 'private-address'],
  ['https://127.1/', 'private-address'],
  ['https://2130706433/', 'private-address'],
  ['https://0x7f.0.0.1/', 'private-address'],
  ['https://0177.0.0.1/', 'private-address'],
  ['https://0/', 'private-address'],
  ['https://10.1.2.3/', 'private-address'],
  ['https://169.254.169.254/latest/meta-data/', 'private-address'],
  ['https://192.168.0.1:5432/', 'private-address'],
  ['https://[::1]/', 'private-address'],
  ['https://[::]/', 'private-address'],
  ['https://[::ffff:127.0.0.1]/', 'private-address'],
  ['https://[::ffff:10.0.0.1]/', 'private-address'],
  ['https://[64:ff9b::a00:1]/', 'private-address'],
  ['https://[fe80::1]/', 'private-address'],
  ['https://[fd00::1]/', 'private-address'],
  ['https://[2002:7f00:1::]/', 'private-address'],
])('%s: %s', (url, refusal) => {
  expect(refuseTarget(url, STRICT)).toBe(refusal);
});

test('at home it may be this machine, and no other', () => {
  for (const url of ['http://127.0.0.1:8080/', 'http://localhost/', 'http://[::1]/']) {
    expect(refuseTarget(url, HOME), url).toBeUndefined();
  }
  expect(refuseTarget('http://10.0.0.1/', HOME)).toBe('not-https');
  expect(refuseTarget('https://10.0.0.1/', HOME)).toBe('private-address');
  expect(refuseTarget('http://shop.example/', HOME)).toBe('not-https');
});

test('what a name stands for is looked at as well', () => {
  for (const address of ['10.0.0.1', '127.0.0.1', '::1', '::ffff:127.0.0.1', 'fe80::1%eth0', 'x']) {
    expect(isAllowedAddress(address, STRICT), address).toBe(false);
  }
  expect(isAllowedAddress('1.1.1.1', STRICT)).toBe(true);
  expect(isAllowedAddress('2606:4700::1111', STRICT)).toBe(true);
});
