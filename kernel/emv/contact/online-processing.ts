import { ok } from '../../bytes/result.ts';
import { buildAuthorisationRequest } from '../../transaction/authorisation.ts';
import type { KernelStep } from '../../transaction/commands.ts';
import { authoriseOnline } from '../../transaction/steps.ts';
import { externalAuthenticate } from '../apdu.ts';
import { tell } from '../decision.ts';
import { onlineCapability } from '../terminal-type.ts';
import { TVR } from '../terminal-verification-results.ts';
import { choiceOf } from './candidate.ts';
import { verificationOf } from './cardholder-verification.ts';
import { type ContactStep, type ContactTransaction, exchange } from './contact-transaction.ts';
import { type IssuerData, readIssuerData } from './issuer-data.ts';
import { setResponseCode } from './terminal-action-analysis.ts';
import { AIP, hasBit, setTsi, setTvr, TSI } from './verification-results.ts';

/** What the issuer said. */
export interface IssuerAnswer {
  readonly approves: boolean;
  readonly issuerData: IssuerData;
}

/** Codes by which an issuer approves. Source: EMV 4.4 Book 4, A6; ISO 8583:1987. */
const APPROVALS: readonly string[] = ['00', '08', '10', '11'];

/**
 * Asks the issuer; `undefined` where the terminal is unable to. A voice referral (01, 02) is a
 * refusal: nobody is asked to call. Source: EMV 4.4 Book 3, 10.9; Book 4, 6.3.8 and 6.5.2.
 */
export function* askIssuer(transaction: ContactTransaction): KernelStep<IssuerAnswer | undefined> {
  const { data, input, onlinePinBlock } = transaction;
  if (onlineCapability(data.get('9F35')) === 'offline-only') return undefined;
  const cvm = verificationOf(data.get('9F34') ?? new Uint8Array(0));
  const label = choiceOf(
    {
      name: data.get('84') ?? new Uint8Array(0),
      application: transaction.application,
      label: data.get('50'),
      preferredName: data.get('9F12'),
      codeTable: data.get('9F11')?.[0],
    },
    input,
  ).label;
  const verification = { cvm, pinBlock: onlinePinBlock, posEntryMode: '051' } as const;
  const request = buildAuthorisationRequest(data, input, verification, label);
  if (!request) return undefined;
  const reply = yield* authoriseOnline(request);
  transaction.host = reply;
  const code = reply.type === 'answered' ? `answered ${reply.responseCode}` : reply.type;
  tell(input.trace, { step: 'online-processing', result: code }, data);
  if (reply.type !== 'answered' || !/^[\x20-\x7e]{2}$/.test(reply.responseCode)) return undefined;
  setResponseCode(transaction, reply.responseCode);
  return {
    approves: APPROVALS.includes(reply.responseCode),
    issuerData: readIssuerData(reply.issuerData ?? new Uint8Array(0)),
  };
}

/**
 * Gives the issuer authentication data to the card: by EXTERNAL AUTHENTICATE where the AIP says so,
 * else CDOL2 may ask for it. Source: EMV 4.4 Book 3, 10.9 and annex F.
 */
export function* authenticateIssuer(
  { data, input }: ContactTransaction,
  { authenticationData }: IssuerData,
): ContactStep<undefined> {
  if (!authenticationData) return ok(undefined);
  data.set('91', authenticationData);
  if (!hasBit(data, '82', AIP.issuerAuthentication)) return ok(undefined);
  if (authenticationData.length < 8 || authenticationData.length > 16) {
    setTvr(data, TVR.issuerAuthenticationFailed);
    return ok(undefined);
  }
  const answer = yield* exchange(externalAuthenticate(authenticationData));
  if (!answer.ok) return answer;
  setTsi(data, TSI.issuerAuthenticationPerformed);
  const { statusWord } = answer.value;
  if (statusWord !== '9000') setTvr(data, TVR.issuerAuthenticationFailed);
  const result =
    statusWord === '9000' ? 'verified by the card' : `refused by the card: ${statusWord}`;
  tell(input.trace, { step: 'issuer-authentication', result }, data);
  return ok(undefined);
}
