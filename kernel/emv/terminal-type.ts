/** How a terminal of this type may go online. Source: EMV 4.4 Book 4, A1, table 24. */
export type OnlineCapability = 'online-only' | 'online-capable' | 'offline-only';

const ONLINE_ONLY: readonly number[] = [0x11, 0x14, 0x21, 0x24, 0x34];
const OFFLINE_ONLY: readonly number[] = [0x13, 0x16, 0x23, 0x26, 0x36];
const UNATTENDED: readonly number[] = [0x14, 0x15, 0x16, 0x24, 0x25, 0x26, 0x34, 0x35, 0x36];
const INSTITUTION = 0x10;
const GIVES_CASH = 0x80;

/** Whether and when a terminal of this type (9F35) goes online; one that is not known can. */
export function onlineCapability(type: Uint8Array | undefined): OnlineCapability {
  const code = type?.[0] ?? 0;
  if (ONLINE_ONLY.includes(code)) return 'online-only';
  return OFFLINE_ONLY.includes(code) ? 'offline-only' : 'online-capable';
}

/** Whether nobody attends a terminal of this type (9F35). */
export function isUnattended(type: Uint8Array | undefined): boolean {
  return UNATTENDED.includes(type?.[0] ?? 0);
}

/**
 * Whether the terminal is an ATM: unattended, run by a financial institution (type 14, 15 or 16),
 * and with additional capabilities (9F40) to give cash. Source: EMV 4.4 Book 4, A1.
 */
export function isAtm(type: Uint8Array | undefined, capabilities: Uint8Array | undefined): boolean {
  const isOfInstitution = ((type?.[0] ?? 0) & 0xf0) === INSTITUTION;
  return isOfInstitution && isUnattended(type) && ((capabilities?.[0] ?? 0) & GIVES_CASH) !== 0;
}
