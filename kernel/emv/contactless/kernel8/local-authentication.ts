import { ok, type Result } from '../../../bytes/result.ts';
import type { EllipticCurves } from '../../../ports/elliptic-curves.ts';
import {
  type EccCertificateUse,
  findEccCaKey,
  verifyEccIccCertificate,
  verifyEccIssuerCertificate,
} from '../../oda/ecc-certificates.ts';
import { withoutFilling } from '../../oda/pan.ts';
import type { ContactlessInput } from '../input.ts';
import { type BlindedChannel, isKeyBehind } from './blinded-key.ts';
import type { DataObjects } from './data-objects.ts';
import { faultOf, type Kernel8Fault, L2 } from './fault.ts';

const RID_BYTES = 5;

/**
 * Whether the key behind the channel is the card's: CA public key by the application's RID and the
 * card's index (8F), issuer certificate (90), card certificate (9F46) with its dates and the static
 * data's hash, then the blinding factor. Error: card data error, where one of the three objects is
 * not there. Source: Book C-8 v1.1, RPC.2 to RPC.4, and Book E v1.0, 5.2, 5.4 and 7.3, by
 * Digrol/Denom; the signatures are verified on published examples.
 */
export function authenticateLocally(
  data: DataObjects,
  input: ContactlessInput,
  curves: EllipticCurves,
  blinded: BlindedChannel,
  staticData: Uint8Array,
): Result<boolean, Kernel8Fault> {
  const index = data.get('8F')?.[0];
  const [issuerCertificate, cardCertificate] = [data.get('90'), data.get('9F46')];
  if (index === undefined || !issuerCertificate || !cardCertificate) {
    return faultOf(L2.cardDataError);
  }
  const rid = (data.get('84') ?? new Uint8Array(0)).subarray(0, RID_BYTES);
  const use = certificateUse(data, input, curves);
  const caKey = findEccCaKey(input.eccCaKeys ?? [], rid, index, input.date);
  if (!caKey.ok) return ok(false);
  const issuerKey = verifyEccIssuerCertificate(caKey.value, issuerCertificate, use);
  if (!issuerKey.ok) return ok(false);
  const cardKey = verifyEccIccCertificate(issuerKey.value, cardCertificate, staticData, use);
  return ok(cardKey.ok && isKeyBehind(curves, blinded, cardKey.value));
}

function certificateUse(
  data: DataObjects,
  { date, time, revokedCertificates = [] }: ContactlessInput,
  curves: EllipticCurves,
): EccCertificateUse {
  const pan = withoutFilling(data.get('5A') ?? new Uint8Array(0)) ?? '';
  return { date, time, pan, revoked: revokedCertificates, curves };
}
