import { z } from 'zod';

/** What people call something. */
export const NAME = z.string().regex(/^[\p{L}\p{N}][\p{L}\p{N} .,&'()-]{0,79}$/u);

/** DE 42. */
export const MERCHANT_ID = z.string().regex(/^[A-Za-z0-9]{15}$/);

/** A moment, UTC, with milliseconds. */
export const AT = z.iso.datetime();
