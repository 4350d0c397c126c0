import { z } from 'zod';
import { Problem } from './problem.ts';
import { AT } from './shapes.ts';

/** The last row of a page: when it came, and what tells it from others of that moment. */
const PLACE = z.tuple([AT, z.string().max(40), z.string().max(40), z.string().max(40)]);

/** A place in a list that is in the order of time and name. */
export type Place = z.infer<typeof PLACE>;

/** A place as a client is given it. */
export function encodeCursor(place: Place): string {
  return Buffer.from(JSON.stringify(place)).toString('base64url');
}

/** Reads what a client was given. Throws a problem, `invalid-request`, where it never was. */
export function decodeCursor(text: string): Place {
  try {
    return PLACE.parse(JSON.parse(Buffer.from(text, 'base64url').toString('utf8')));
  } catch {
    throw new Problem('invalid-request', 'querystring.cursor');
  }
}
