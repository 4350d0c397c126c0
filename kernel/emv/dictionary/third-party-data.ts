import { encodeHex } from '../../bytes/hex.ts';

/**
 * What third party data (9F6E of kernel 2) says: whose it is and, where the issuer of the number
 * says so, the device. Source: EMV Contactless Book C-2, annex A.1.
 */
export function thirdPartyMeanings(value: Uint8Array): readonly string[] {
  if (value.length < 4) return ['Too short for its country and identifier'];
  const country = encodeHex(value.subarray(0, 2));
  const identifier = value.subarray(2, 4);
  const lines = [`Country ${country}`, `Identifier ${encodeHex(identifier)}`];
  const hasDeviceType = ((identifier[0] ?? 0) & 0x80) === 0;
  if (!hasDeviceType) return [...lines, ...restOf(value, 4)];
  if (value.length < 6) return [...lines, 'Too short for its device type'];
  const type = String.fromCharCode(value[4] ?? 0, value[5] ?? 0);
  const device = /^\d\d$/.test(type) ? (DEVICES[type] ?? 'not known') : 'not in digits';
  return [...lines, `Device type: ${device}`, ...restOf(value, 6)];
}

function restOf(value: Uint8Array, start: number): readonly string[] {
  const length = value.length - start;
  return length > 0 ? [`${length} bytes of proprietary data`] : [];
}

/** By device type. Source: M/Chip Requirements, third party data, as publicly described. */
const DEVICES: Readonly<Record<string, string>> = {
  '00': 'card',
  '01': "mobile phone, removable secure element of the operator's",
  '02': 'key fob',
  '03': 'watch',
  '04': 'mobile tag',
  '05': 'wristband',
  '06': 'mobile phone case or sleeve',
  '07': "mobile phone, fixed secure element of the operator's",
  '08': "mobile phone, removable secure element, not the operator's",
  '09': "mobile phone, fixed secure element, not the operator's",
  '10': "tablet, removable secure element of the operator's",
  '11': "tablet, fixed secure element of the operator's",
  '12': "tablet, removable secure element, not the operator's",
  '13': "tablet, fixed secure element, not the operator's",
  '14': 'mobile phone, application in a host processor',
  '15': 'tablet, application in a host processor',
  '16': 'mobile phone, trusted execution environment',
  '17': 'tablet, trusted execution environment',
  '18': 'watch, trusted execution environment',
  '19': 'watch, application in a host processor',
  '20': 'card',
  '21': 'mobile phone',
  '22': 'tablet or e-reader',
  '23': 'watch or wristband',
  '24': 'sticker',
  '25': 'personal computer',
  '26': 'peripheral of a device',
  '27': 'tag',
  '28': 'jewellery',
  '29': 'fashion accessory',
  '30': 'garment',
  '31': 'domestic appliance',
  '32': 'vehicle',
  '33': 'media or gaming device',
};
