import { concatBytes } from '../../../bytes/bytes.ts';
import { fail, ok, type Result } from '../../../bytes/result.ts';
import { generateAc } from '../../apdu.ts';
import { relatedData, unfilledRelatedData } from './dol-data.ts';
import type { ErrorIndication } from './error-indication.ts';
import { computeDsDigest } from './integrated-data-storage.ts';
import { CAPABILITIES, IDS, K2, ODS_INFO, TVR } from './tags.ts';
import { type AcType, isVerifiedOnDevice, type Kernel2Transaction } from './transaction.ts';

const AC_TYPES = { AAC: 0x00, TC: 0x40, ARQC: 0x80 } as const;
const CDA_REQUESTED = 0x10;
const COMMAND_BYTES = 255;

type Prepared = Result<Uint8Array, ErrorIndication>;

/**
 * The GENERATE AC command: whether it asks for a signature, and with data storage what is written.
 * Sets the reference control parameter (DF8114) and the CDOL1 related data (DF8107). Source: Book
 * C-2, 7.6 (GAC.1 to GAC.48), as publicly described.
 */
export function prepareGenerateAc(t: Kernel2Transaction): Prepared {
  const { data } = t;
  const isCdaFailed = data.has('95', TVR.cdaFailed);
  if (data.has(K2.idsStatus, IDS.read)) {
    return isCdaFailed ? withoutSignature(t) : withDataStorage(t);
  }
  if (!t.isCdaRequired || isCdaFailed) return withoutSignature(t);
  const isSigned =
    t.acType !== 'AAC' || data.has(K2.applicationCapabilities, CAPABILITIES.cdaOverAac);
  return build(t, isSigned);
}

/** The cryptogram type of the two high bits; `undefined` for the one that is reserved. */
export function acTypeOf(byte: number): AcType | undefined {
  return ([...Object.entries(AC_TYPES)] as [AcType, number][]).find(
    ([, bits]) => bits === (byte & 0xc0),
  )?.[0];
}

/** A device that verifies its holder is believed under a signature only (GAC.22, GAC.23). */
function withoutSignature(t: Kernel2Transaction): Prepared {
  if (isVerifiedOnDevice(t)) t.acType = 'AAC';
  return build(t, false);
}

/** GAC.3 to GAC.10: writes to the card's storage where that fits the cryptogram. */
function withDataStorage(t: Kernel2Transaction): Prepared {
  const { data } = t;
  if (!data.isNotEmpty(K2.dsOdsInfo) || !data.isNotEmpty(K2.dsdol)) return build(t, true);
  if (!data.isNotEmpty(K2.dsAcType) || !data.isNotEmpty(K2.dsOdsInfoForReader)) {
    return fail({ l2: 'ids-data-error' });
  }
  const wanted = acTypeOf(data.number(K2.dsAcType));
  const isWeaker = wanted === 'ARQC' && t.acType === 'TC';
  if (wanted && (wanted === 'AAC' || wanted === t.acType || isWeaker)) {
    t.acType = wanted;
    return buildWrite(t);
  }
  const isUsable =
    (t.acType === 'AAC' && data.has(K2.dsOdsInfoForReader, ODS_INFO.usableForAac)) ||
    (t.acType === 'ARQC' && data.has(K2.dsOdsInfoForReader, ODS_INFO.usableForArqc));
  if (isUsable) return buildWrite(t);
  if (data.has(K2.dsOdsInfoForReader, ODS_INFO.stopIfNoTerm)) {
    return fail({ l2: 'ids-no-matching-ac' });
  }
  return build(t, true);
}

/** GAC.40 to GAC.48. */
function buildWrite(t: Kernel2Transaction): Prepared {
  const { data } = t;
  if (data.isPresent(K2.dsInputTerm)) {
    const digest = computeDsDigest(data);
    if (!digest) return fail({ l2: 'ids-data-error' });
    data.set(K2.dsDigestH, digest);
  }
  const stored = unfilledRelatedData(data, K2.dsdol);
  if (!stored) return fail({ l2: 'parsing-error' });
  const built = build(t, true, stored);
  if (built.ok) data.raise(K2.idsStatus, IDS.write);
  return built;
}

function build(
  t: Kernel2Transaction,
  isSigned: boolean,
  stored: Uint8Array = new Uint8Array(0),
): Prepared {
  const control = AC_TYPES[t.acType] | (isSigned ? CDA_REQUESTED : 0);
  t.data.set(K2.referenceControl, Uint8Array.of(control));
  const values = relatedData(t.data, '8C');
  if (!values || values.length + stored.length > COMMAND_BYTES) {
    return fail({ l2: 'parsing-error' });
  }
  t.data.set(K2.cdol1RelatedData, values);
  return ok(generateAc(control, concatBytes(values, stored)));
}
