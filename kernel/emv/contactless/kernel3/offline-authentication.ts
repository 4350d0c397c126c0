import type { Result } from '../../../bytes/result.ts';
import { isSet } from '../../data-bit.ts';
import { authenticate, type OdaMethod } from '../../oda/authenticate.ts';
import { fastDdaTerminalData } from '../../oda/fast-dda.ts';
import type { OdaFault } from '../../oda/fault.ts';
import { bigintRsa } from '../../oda/rsa-bigint.ts';
import { staticDataToAuthenticate } from '../../oda/static-data.ts';
import type { OdaReport } from '../outcome.ts';
import type { Decision } from './processing-restrictions.ts';
import { CTQ, TTQ } from './qualifiers.ts';
import type { Kernel3Transaction } from './transaction.ts';

/**
 * Offline data authentication: fast DDA where the card signed (9F4B), SDA where its issuer did
 * (93). Source: EMV Contactless Book C-3, 5.6, as publicly described.
 */
export function authenticateCard(transaction: Kernel3Transaction): OdaReport {
  const { activation, card, signedRecords } = transaction;
  const { input, candidate } = activation;
  const name = card.has('9F4B') ? 'fdda' : card.has('93') ? 'sda' : undefined;
  if (!name) return 'not-performed';
  const method = methodOf(name, transaction);
  const aip = card.get('82') ?? new Uint8Array(0);
  const staticData = staticDataToAuthenticate(signedRecords, card.get('9F4A'), aip);
  if (!method.ok || !staticData.ok) return `${name}-failed`;
  const trusted = {
    rsa: input.rsa ?? bigintRsa,
    caKeys: input.caKeys ?? [],
    revoked: input.revokedCertificates ?? [],
    rid: candidate.adfName.subarray(0, 5),
    date: input.date,
  };
  const { verified } = authenticate(trusted, card, staticData.value, method.value);
  return `${name}-${verified ? 'verified' : 'failed'}`;
}

function methodOf(
  name: 'fdda' | 'sda',
  { terminal, card }: Kernel3Transaction,
): Result<OdaMethod, OdaFault> {
  if (name === 'sda') return { ok: true, value: { name } };
  const none = new Uint8Array(0);
  const signed = fastDdaTerminalData(
    {
      unpredictableNumber: terminal.get('9F37') ?? none,
      amountAuthorised: terminal.get('9F02') ?? none,
      currencyCode: terminal.get('5F2A') ?? none,
    },
    card,
  );
  return signed.ok ? { ok: true, value: { name, terminalData: signed.value } } : signed;
}

/** What an approval by the card is worth that could not be authenticated. Book C-3, 5.6.1. */
export function unauthenticated({ terminal, card }: Kernel3Transaction): Decision {
  const ttq = terminal.get('9F66');
  const ctq = card.get('9F6C');
  if (isSet(ctq, CTQ.onlineIfAuthenticationFails) && !isSet(ttq, TTQ.offlineOnly)) {
    return 'go-online';
  }
  const switches = isSet(ctq, CTQ.switchIfAuthenticationFails) && isSet(ttq, TTQ.contactChip);
  return switches ? 'switch-interface' : 'authentication-failed';
}
