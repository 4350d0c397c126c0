import { concatBytes } from '../../bytes/bytes.ts';
import { malformed, ok, type Result } from '../../bytes/result.ts';
import { decodeTlv } from '../../tlv/ber.ts';
import type { OdaFault } from './fault.ts';

/** A record that the AFL puts among those to authenticate, without its status word. */
export interface AuthenticatedRecord {
  /** Short file identifier, 1 to 30. */
  readonly sfi: number;
  readonly bytes: Uint8Array;
}

/** Files up to this one belong to the books; further ones to schemes and issuers. */
const LAST_EMV_FILE = 10;
const AIP = 0x82;

/**
 * The data that the issuer signed: the records in the order of the AFL, of files 1 to 10 the value
 * of template 70 (with any filling in it), of the others the whole record; then, where the tag list
 * (9F4A) is present, the value of the AIP. Errors: `record-template` (path: its place in the
 * records), `tag-list`. Source: EMV 4.4 Book 3, 10.3; Book 2, 5.4 step 5.
 */
export function staticDataToAuthenticate(
  records: readonly AuthenticatedRecord[],
  tagList: Uint8Array | undefined,
  aip: Uint8Array,
): Result<Uint8Array, OdaFault> {
  const parts: Uint8Array[] = [];
  for (const [i, { sfi, bytes }] of records.entries()) {
    const decoded = decodeTlv(bytes);
    const [template, ...others] = decoded.ok ? decoded.value : [];
    if (template?.tag !== '70' || bytes[0] !== 0x70 || others.length > 0) {
      return malformed('record-template', `${i}`, 0);
    }
    parts.push(sfi <= LAST_EMV_FILE ? template.value : bytes);
  }
  const list = checkTagList(tagList);
  if (!list.ok) return list;
  return ok(concatBytes(...parts, tagList ? aip : new Uint8Array(0)));
}

/**
 * Whether a static data authentication tag list is absent or lists tag 82 alone. Error: `tag-list`.
 * Source: EMV 4.4 Book 2, 5.1.1.
 */
export function checkTagList(tagList: Uint8Array | undefined): Result<undefined, OdaFault> {
  const allowed = !tagList || (tagList.length === 1 && tagList[0] === AIP);
  return allowed ? ok(undefined) : malformed('tag-list', '9F4A', 0);
}
