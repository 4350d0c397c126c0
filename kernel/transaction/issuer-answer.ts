import type { IssuerAnswer } from '../emv/contactless/kernel-activation.ts';
import { decodeTlv, encodeTlv, findTag } from '../tlv/ber.ts';

/**
 * What an authorisation answer holds for the card: DE 39, and of DE 55 the issuer's cryptogram (91)
 * and scripts (71, 72) in their order. Issuer data that is not BER-TLV holds nothing.
 */
export function issuerAnswer(
  responseCode: string,
  issuerData: Uint8Array = new Uint8Array(0),
): IssuerAnswer {
  const decoded = decodeTlv(issuerData);
  const objects = decoded.ok ? decoded.value : [];
  const authenticationData = findTag(objects, '91')?.value;
  const scripts = objects.filter(({ tag }) => tag === '71' || tag === '72');
  return {
    responseCode,
    ...(authenticationData && { authenticationData }),
    scripts: scripts.map((script) => encodeTlv([script])),
  };
}
