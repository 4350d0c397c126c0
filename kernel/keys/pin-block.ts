import { xorBytes } from '../bytes/bytes.ts';
import { encodeHex, hex } from '../bytes/hex.ts';
import { type Malformed, malformed, ok, type Result } from '../bytes/result.ts';
import type { Pan } from './pan.ts';

/** The formats of 8 bytes. Format 4 is 16 and always enciphered: `pin-block-format4.ts`. */
export type PinBlockFormat = 0 | 1 | 2 | 3;

/** Why a PIN block cannot be made or read. */
export type PinBlockError = Malformed<
  | 'bad-pin-length'
  | 'bad-pin-digit'
  | 'bad-pan-length'
  | 'missing-pan'
  | 'bad-fill'
  | 'bad-block-length'
  | 'bad-control'
>;

/** What a PIN block is made from. */
export interface PinBlockInput {
  readonly format: PinBlockFormat;
  /** 4 to 12 digits. */
  readonly pin: string;
  /** For formats 0 and 3. */
  readonly pan?: Pan;
  /** Hex, the random part, at least as long as what is free: any for format 1, A to F for 3. */
  readonly fill?: string;
}

/** The digits of a PAN that go into a block: the last twelve before the check digit. */
const PAN_DIGITS = 12;
const BLOCK_DIGITS = 16;

/** Makes a clear PIN block of 8 bytes. Source: ISO 9564-1:2017, 9.3.2 to 9.3.5. */
export function encodePinBlock(input: PinBlockInput): Result<Uint8Array, PinBlockError> {
  const { format } = input;
  const field = pinField(input);
  if (!field.ok) return field;
  const pinBytes = hex(field.value);
  if (format !== 0 && format !== 3) return ok(pinBytes);
  const account = accountField(input.pan);
  return account.ok ? ok(xorBytes(pinBytes, account.value)) : account;
}

/**
 * Reads a clear PIN block. Errors: `bad-control` for another format, `bad-pin-length`,
 * `bad-pin-digit`, `bad-fill`; a wrong PAN shows as one of the last two.
 */
export function decodePinBlock(
  format: PinBlockFormat,
  block: Uint8Array,
  pan?: Pan,
): Result<string, PinBlockError> {
  if (block.length !== 8) return malformed('bad-block-length', 'block', block.length);
  let field = block;
  if (format === 0 || format === 3) {
    const account = accountField(pan);
    if (!account.ok) return account;
    field = xorBytes(block, account.value);
  }
  const digits = encodeHex(field);
  if (digits[0] !== String(format)) return malformed('bad-control', 'block', 0);
  const filled = FILLS[format].decode;
  return readPin(digits, filled);
}

/** Changes the format, or the PAN that a block is bound to. */
export function translatePinBlock(
  from: { readonly format: PinBlockFormat; readonly block: Uint8Array; readonly pan?: Pan },
  to: Omit<PinBlockInput, 'pin'>,
): Result<Uint8Array, PinBlockError> {
  const pin = decodePinBlock(from.format, from.block, from.pan);
  return pin.ok ? encodePinBlock({ ...to, pin: pin.value }) : pin;
}

/** A PIN of 4 to 12 digits. ISO 9564-1:2017, 8.1. */
export function checkPin(pin: string): Result<string, PinBlockError> {
  const bad = pin.search(/[^0-9]/);
  if (bad >= 0) return malformed('bad-pin-digit', 'pin', bad);
  if (pin.length < 4 || pin.length > 12) return malformed('bad-pin-length', 'pin', pin.length);
  return ok(pin);
}

/** The PIN in digits whose second is its length, and whose rest must be `fill`. */
export function readPin(digits: string, fill: RegExp): Result<string, PinBlockError> {
  const length = Number.parseInt(digits[1] ?? '', 16);
  if (!(length >= 4 && length <= 12)) return malformed('bad-pin-length', 'block', 0);
  const pin = digits.slice(2, 2 + length);
  const bad = pin.search(/[^0-9]/);
  if (bad >= 0) return malformed('bad-pin-digit', 'block', (2 + bad) >> 1);
  const rest = digits.slice(2 + length, BLOCK_DIGITS);
  if (!fill.test(rest)) return malformed('bad-fill', 'block', (2 + length) >> 1);
  return ok(pin);
}

/** What fills each format: a digit, or what a given fill must be; and what is read back. */
const FILLS: Readonly<
  Record<PinBlockFormat, { readonly always?: string; readonly encode: RegExp; decode: RegExp }>
> = {
  0: { always: 'F', encode: /^F*$/, decode: /^F*$/ },
  1: { encode: /^[0-9A-F]*$/, decode: /^[0-9A-F]*$/ },
  2: { always: 'F', encode: /^F*$/, decode: /^F*$/ },
  3: { encode: /^[A-F]*$/, decode: /^[A-F]*$/ },
};

function pinField(input: PinBlockInput): Result<string, PinBlockError> {
  const pin = checkPin(input.pin);
  if (!pin.ok) return pin;
  const head = `${input.format}${pin.value.length.toString(16).toUpperCase()}${pin.value}`;
  const free = BLOCK_DIGITS - head.length;
  const { always, encode } = FILLS[input.format];
  const fill = always?.repeat(free) ?? input.fill?.toUpperCase().slice(0, free) ?? '';
  if (fill.length !== free || !encode.test(fill)) return malformed('bad-fill', 'fill', 0);
  return ok(head + fill);
}

/** 9.3.2.3: four zeros and the twelve rightmost digits of the PAN without its check digit. */
function accountField(pan: Pan | undefined): Result<Uint8Array, PinBlockError> {
  if (pan === undefined) return malformed('missing-pan', 'pan', 0);
  if (pan.length <= PAN_DIGITS) return malformed('bad-pan-length', 'pan', pan.length);
  return ok(hex(`0000${pan.slice(-PAN_DIGITS - 1, -1)}`));
}
