import { hex } from '#kernel/bytes/hex.ts';
import { expectOk } from '#kernel/bytes/result.ts';
import { computeArpcMethod1, verifyCryptogram } from '#kernel/keys/cryptogram.ts';
import * as aes from '#kernel/keys/dukpt-aes.ts';
import * as tdes from '#kernel/keys/dukpt-tdes.ts';
import { deriveMasterKeyOptionA } from '#kernel/keys/emv-master-key.ts';
import { deriveCommonSessionKey } from '#kernel/keys/emv-session-keys.ts';
import { unwrapKeyBlock } from '#kernel/keys/key-block.ts';
import { parseAesKsn, parseTdesKsn } from '#kernel/keys/ksn.ts';
import { computeMac } from '#kernel/keys/mac.ts';
import { parsePan } from '#kernel/keys/pan.ts';
import { decodePinBlock, encodePinBlock } from '#kernel/keys/pin-block.ts';
import { encipherPinBlock } from '#kernel/keys/pin-block-format4.ts';
import { SecretKey } from '#kernel/keys/secret-key.ts';
import { compare } from './compare.ts';

const key = new SecretKey(hex('0123456789ABCDEFFEDCBA9876543210'));
const key256 = new SecretKey(new Uint8Array(32).fill(7));
const pan = expectOk(parsePan('4761739001010010'));
const tdesKsn = expectOk(parseTdesKsn(hex('FFFF9876543210EFF800')));
const aesKsn = expectOk(parseAesKsn(hex('123456789012345600000007')));
const tdesInitial = expectOk(tdes.deriveTdesInitialKey(key, tdesKsn));
const aesInitial = expectOk(aes.deriveAesInitialKey(key, aesKsn));
const aesInitial256 = expectOk(aes.deriveAesInitialKey(key256, aesKsn));
const fill = new Uint8Array(8);
const block = expectOk(encodePinBlock({ format: 0, pin: '1234', pan }));

compare('DUKPT: one PIN key from the initial key', {
  'TDES, 10 one bits (worst)': () => {
    const transactionKey = expectOk(tdes.deriveTdesTransactionKey(tdesInitial, tdesKsn));
    return expectOk(tdes.deriveTdesWorkingKey(transactionKey, 'pin'));
  },
  'AES-128, 3 one bits': () =>
    expectOk(aes.deriveAesWorkingKey(aesInitial, aesKsn, 'pin', 'aes128')),
  'AES-256, 3 one bits': () =>
    expectOk(aes.deriveAesWorkingKey(aesInitial256, aesKsn, 'pin', 'aes256')),
});

compare('PIN blocks', {
  'format 0, encode': () => encodePinBlock({ format: 0, pin: '1234', pan }),
  'format 0, decode': () => decodePinBlock(0, block, pan),
  'format 4, encipher (AES-128)': () => encipherPinBlock('1234', pan, fill, key),
});

/** As long as a 0100 with DE 55. */
const message = new Uint8Array(300).fill(0x31);
const macOf = (algorithm: 'iso9797-1-alg3' | 'cmac-tdes' | 'cmac-aes' | 'hmac-sha256') => () =>
  expectOk(computeMac({ algorithm, key, data: message, padding: 2 }));
compare('MAC over 300 bytes', {
  'retail MAC (9797-1 alg. 3)': macOf('iso9797-1-alg3'),
  'CMAC, TDES': macOf('cmac-tdes'),
  'CMAC, AES-128': macOf('cmac-aes'),
  'HMAC, SHA-256': macOf('hmac-sha256'),
});

const signed = hex('00000000900000000000000008400000000000084020031600ABABABAB2000007703A00000');
const arqc = hex('48325309BE82CBA2');
const issuerKey = new SecretKey(hex('2315208C9110AD402315208C9110AD40'));
const cardKey = expectOk(deriveMasterKeyOptionA(issuerKey, pan, '01'));
const request = { algorithm: 'tdes', data: signed, padding: 1 } as const;
compare('EMV', {
  'ARQC verified, card key known': () =>
    expectOk(verifyCryptogram({ ...request, sessionKey: cardKey }, arqc)),
  'ARQC from the issuer’s key': () => {
    const sessionKey = expectOk(deriveMasterKeyOptionA(issuerKey, pan, '01'));
    return expectOk(verifyCryptogram({ ...request, sessionKey }, arqc));
  },
  'session key, common': () => deriveCommonSessionKey(cardKey, Uint8Array.of(0, 0x77)),
  'ARPC, method 1': () => computeArpcMethod1('tdes', cardKey, arqc, Uint8Array.of(0x30, 0x30)),
});

const protectionKey = new SecretKey(hex('DD7515F2BFC17F85CE48F3CA25CB21F6'));
const keyBlock = 'B0080P0TE00E000094B420079CC80BA3461F86FE26EFC4A3B8E4FA4C5F5341176EED7B727B8A248E';
compare('Key block', {
  'version B, opened': () => expectOk(unwrapKeyBlock(protectionKey, keyBlock)),
});
