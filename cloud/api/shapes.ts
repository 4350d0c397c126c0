import { z } from 'zod';
import { mayHoldCardNumber } from './card-data.ts';

/** What people call something; no card's number. */
export const NAME = z
  .string()
  .regex(/^[\p{L}\p{N}][\p{L}\p{N} .,&'()-]{0,79}$/u)
  .refine((text) => !mayHoldCardNumber(text));

/** DE 42. */
export const MERCHANT_ID = z.string().regex(/^[A-Za-z0-9]{15}$/);

/** DE 41. */
export const TERMINAL_ID = z.string().regex(/^[A-Za-z0-9]{8}$/);

/** DE 11. */
export const STAN = z.string().regex(/^\d{6}$/);

/** DE 7, MMDDhhmmss. */
export const TRANSMITTED_AT = z.string().regex(/^\d{10}$/);

/** ISO 4217, three digits. */
export const CURRENCY = z.string().regex(/^\d{3}$/);

/** Minor units, as digits: a number of JSON is not exact for all of them. */
export const AMOUNT = z.string().regex(/^-?\d{1,19}$/);

/** A moment, UTC, with milliseconds. */
export const AT = z.iso.datetime();

/** SHA-256, hex. */
export const DIGEST = z.string().regex(/^[0-9a-f]{64}$/);

/** Where a page of a list ends, and the next begins; nobody else's business what it says. */
export const CURSOR = z.string().regex(/^[\w-]{1,400}$/);

/** How many rows a page has. */
export const LIMIT = z.coerce.number().int().min(1).max(200).default(50);
