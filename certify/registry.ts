import { applicationCryptogram } from './kinds/application-cryptogram.ts';
import { cardVerification } from './kinds/card-verification.ts';
import { dolBuild } from './kinds/dol.ts';
import { dukptAes, dukptNextKsn, dukptTdes } from './kinds/dukpt.ts';
import { ecsdsaVerify } from './kinds/ecsdsa.ts';
import { emvArpc, emvArqc, emvSessionKey } from './kinds/emv-keys.ts';
import { entryPoint } from './kinds/entry-point.ts';
import { iso8583Decode, iso8583Encode } from './kinds/iso8583.ts';
import { keyBlockUnwrap, keyBlockWrap } from './kinds/key-block.ts';
import { checkValue, mac } from './kinds/mac.ts';
import { odaRsa } from './kinds/oda.ts';
import { pinBlockDecode, pinBlockEncode } from './kinds/pin-block.ts';
import { scriptMessaging } from './kinds/script-messaging.ts';
import { tlvDecode, tlvEncode } from './kinds/tlv.ts';
import { transaction } from './kinds/transaction.ts';
import type { VectorKind } from './vector-kind.ts';

const ALL: readonly VectorKind[] = [
  tlvDecode,
  tlvEncode,
  dolBuild,
  pinBlockEncode,
  pinBlockDecode,
  mac,
  checkValue,
  dukptTdes,
  dukptAes,
  dukptNextKsn,
  iso8583Decode,
  iso8583Encode,
  keyBlockUnwrap,
  keyBlockWrap,
  cardVerification,
  emvSessionKey,
  emvArqc,
  applicationCryptogram,
  emvArpc,
  scriptMessaging,
  odaRsa,
  ecsdsaVerify,
  entryPoint,
  transaction,
];

/** Every kind of vector that can be run, by name. */
export const VECTOR_KINDS: ReadonlyMap<string, VectorKind> = new Map(
  ALL.map((kind) => [kind.kind, kind]),
);
