import { hex } from '../../../bytes/hex.ts';
import { parseTrack2 } from '../../track2.ts';
import { K2 } from './tags.ts';
import type { TlvDatabase } from './tlv-database.ts';

/**
 * Writes what the relay resistance protocol found into the discretionary data of track 2 (57), so
 * that an issuer sees it where no signature covers it: CA key index, counter, five digits of the
 * card's entropy, with a PAN of at most 16 digits three more, and the time in milliseconds. Source:
 * Book C-2, S910.39, as publicly described.
 */
export function signRelayInTrack2(data: TlvDatabase): void {
  const track2 = parseTrack2(data.get('57'));
  if (!track2.ok) return;
  const { pan, expiry, serviceCode } = track2.value;
  const entropy = data.get(K2.deviceEntropy);
  const index = data.number('8F');
  const digits = [
    data.isNotEmpty('8F') && index < 10 ? String(index) : '0',
    String(data.number(K2.relayCounter)),
    decimal(((entropy[2] ?? 0) << 8) | (entropy[3] ?? 0), 5),
    pan.length <= 16 ? decimal(entropy[1] ?? 0, 3) : '',
    decimal(Math.min(999, Math.floor(data.number(K2.measuredRelayTime) / 10)), 3),
  ].join('');
  const whole = `${pan}D${expiry}${serviceCode}${digits}`;
  data.set('57', hex(whole.length % 2 === 0 ? whole : `${whole}F`));
}

function decimal(value: number, digits: number): string {
  return String(value).padStart(digits, '0');
}
