import { encodeHex } from '../bytes/hex.ts';
import { type Malformed, malformed, ok, type Result } from '../bytes/result.ts';

/** Track 2 equivalent data taken apart. */
export interface Track2 {
  /** 8 to 19 digits. */
  readonly pan: string;
  /** YYMM */
  readonly expiry: string;
  readonly serviceCode: string;
  /** All of it as digits with `D` for the separator, without the filling F. */
  readonly digits: string;
}

/** Reads tag 57. Error: `bad-track2`. Source: EMV 4.4 Book 3, annex A; ISO/IEC 7813. */
export function parseTrack2(value: Uint8Array): Result<Track2, Malformed<'bad-track2'>> {
  const digits = encodeHex(value).replace(/F$/, '');
  const parts = /^(\d{8,19})D(\d{4})(\d{3})\d*$/.exec(digits);
  if (!parts) return malformed('bad-track2', '57', 0);
  const [, pan = '', expiry = '', serviceCode = ''] = parts;
  return ok({ pan, expiry, serviceCode, digits });
}
