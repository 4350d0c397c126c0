import { fail, ok, type Result } from '../../bytes/result.ts';
import { decodeTlv } from '../../tlv/ber.ts';
import { buildDol } from '../../tlv/dol.ts';
import { internalAuthenticate } from '../apdu.ts';
import { tell } from '../decision.ts';
import { dolFormat } from '../dictionary/tags.ts';
import { tvrOf } from '../oda/authenticate.ts';
import type { RsaPublicKey } from '../oda/ca-public-key.ts';
import { chooseDdol } from '../oda/ddol.ts';
import { verifyDynamicSignature } from '../oda/dynamic-signature.ts';
import type { OdaFault } from '../oda/fault.ts';
import { recoverIccKey } from '../oda/icc-certificate.ts';
import { recoverIssuerKey } from '../oda/issuer-certificate.ts';
import { staticDataToAuthenticate } from '../oda/static-data.ts';
import { verifyStaticSignature } from '../oda/static-signature.ts';
import { TVR } from '../terminal-verification-results.ts';
import { type ContactStep, type ContactTransaction, exchange } from './contact-transaction.ts';
import { prepareExtendedAuthentication } from './extended-authentication.ts';
import type { OdaMethodName } from './outcome.ts';
import { trustedKeys } from './trusted-keys.ts';
import { AIP, CAPABILITY, hasBit, setTsi, setTvr, TSI } from './verification-results.ts';

/** Best first. Source: EMV 4.4 Book 3, 10.3. */
const METHODS: readonly OdaMethodName[] = ['xda', 'cda', 'dda', 'sda'];

/**
 * Authenticates the card by the best method that it and the terminal share; with CDA and XDA as far
 * as that goes before there is a cryptogram. That it fails is in the TVR and ends nothing; a card
 * that does not answer INTERNAL AUTHENTICATE as it must ends the session. Source: EMV 4.4 Book 3,
 * 10.3; Book 4, 6.3.2.
 */
export function* authenticateOffline(transaction: ContactTransaction): ContactStep<undefined> {
  const { data } = transaction;
  const method = METHODS.find(
    (name) => hasBit(data, '82', AIP[name]) && hasBit(data, '9F33', CAPABILITY[name]),
  );
  tell(
    transaction.input.trace,
    { step: 'offline-authentication', result: `method: ${method ?? 'none in common'}` },
    data,
    ['82', '9F33'],
  );
  switch (method) {
    case undefined:
      setTvr(data, TVR.odaNotPerformed);
      tell(
        transaction.input.trace,
        { step: 'offline-authentication', result: 'not performed' },
        data,
      );
      return ok(undefined);
    case 'sda':
      setTvr(data, TVR.sdaSelected);
      finish(transaction, method, authenticateStatic(transaction));
      return ok(undefined);
    case 'dda':
      return yield* authenticateDynamic(transaction);
    case 'cda': {
      const key = recoverKeys(transaction);
      if (key.ok) transaction.oda = { method, status: 'pending', rsaKey: key.value };
      else finish(transaction, method, key);
      return ok(undefined);
    }
    case 'xda':
      prepareExtendedAuthentication(transaction);
      return ok(undefined);
    default:
      return method satisfies never;
  }
}

/** Says in TVR and TSI how a method ended. */
export function finish(
  transaction: ContactTransaction,
  method: 'sda' | 'dda' | 'cda',
  result: Result<unknown, OdaFault>,
): void {
  const { data } = transaction;
  transaction.oda = { ...transaction.oda, method, status: result.ok ? 'verified' : 'failed' };
  setTsi(data, TSI.odaPerformed);
  for (const [i, mask] of (result.ok ? [] : tvrOf(method, result.error)).entries()) {
    if (mask !== 0) setTvr(data, { byte: i + 1, mask });
  }
  const why = result.ok ? '' : `: ${result.error.kind} ${result.error.path}`.trimEnd();
  const told = `${method}-${transaction.oda.status}${why}`;
  tell(transaction.input.trace, { step: 'offline-authentication', result: told }, data);
}

/** Source: Book 2, 5. */
function authenticateStatic(transaction: ContactTransaction): Result<undefined, OdaFault> {
  const { data } = transaction;
  const staticData = staticDataOf(transaction);
  if (!staticData.ok) return staticData;
  const trusted = trustedKeys(transaction);
  const issuerKey = recoverIssuerKey(trusted, data);
  if (!issuerKey.ok) return issuerKey;
  const code = verifyStaticSignature(trusted.rsa, issuerKey.value, data, staticData.value);
  if (!code.ok) return code;
  data.set('9F45', code.value);
  return ok(undefined);
}

/** Source: Book 2, 6.5; the keys are recovered before the card is asked to sign. */
function* authenticateDynamic(transaction: ContactTransaction): ContactStep<undefined> {
  const { data, application } = transaction;
  const key = recoverKeys(transaction);
  const ddol = chooseDdol(data, application.defaultDdol ?? new Uint8Array(0));
  if (!key.ok || !ddol.ok) {
    finish(transaction, 'dda', key.ok ? ddol : key);
    return ok(undefined);
  }
  const values = buildDol(ddol.value, (tag) => data.get(tag), dolFormat);
  if (values.length > 255) return fail('malformed-card-data');
  const answer = yield* exchange(internalAuthenticate(values));
  if (!answer.ok) return answer;
  if (answer.value.statusWord !== '9000') return fail('card-refused');
  const signature = signatureOf(answer.value.data);
  if (signature === undefined) return fail('malformed-card-data');
  data.set('9F4B', signature);
  const verified = verifyDynamicSignature(transaction.input.rsa, key.value, data, values);
  if (verified.ok) data.set('9F4C', verified.value.iccDynamicNumber);
  finish(transaction, 'dda', verified);
  return ok(undefined);
}

/** The signature in an answer of format 1 (80) or format 2 (77: 9F4B). Source: Book 3, 6.5.9.4. */
function signatureOf(bytes: Uint8Array): Uint8Array | undefined {
  const decoded = decodeTlv(bytes);
  const [template, ...others] = decoded.ok ? decoded.value : [];
  if (others.length > 0) return undefined;
  if (template?.tag === '80') return template.value;
  if (template?.tag !== '77') return undefined;
  return template.children?.find(({ tag }) => tag === '9F4B')?.value;
}

/** The card's key, over the issuer's. Source: Book 2, 6.2 to 6.4. */
function recoverKeys(transaction: ContactTransaction): Result<RsaPublicKey, OdaFault> {
  const staticData = staticDataOf(transaction);
  if (!staticData.ok) return staticData;
  const trusted = trustedKeys(transaction);
  const issuerKey = recoverIssuerKey(trusted, transaction.data);
  if (!issuerKey.ok) return issuerKey;
  return recoverIccKey(trusted, issuerKey.value, transaction.data, staticData.value);
}

function staticDataOf({ data, records }: ContactTransaction): Result<Uint8Array, OdaFault> {
  return staticDataToAuthenticate(records, data.get('9F4A'), data.get('82') ?? new Uint8Array(0));
}
