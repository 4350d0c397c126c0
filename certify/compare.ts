import type { Json, JsonObject } from './vector-kind.ts';

/** One place where the actual is not as expected. */
export interface Difference {
  /** Dotted, for example `tree.0.value`; empty for the whole. */
  readonly path: string;
  readonly expected: Json;
  /** Absent when there is nothing at this place. */
  readonly actual?: Json;
}

/**
 * Where `actual` is not as `expected`. Expected is a subset: what it does not name is not compared.
 * Objects are compared by member, arrays by position and length, all else by type and value. Two
 * strings that are both whole bytes of hex are compared without regard to case; only below a member
 * named `fields`, where text and bytes of an ISO 8583 message look alike, case counts.
 */
export function findDifferences(expected: Json, actual: Json | undefined): readonly Difference[] {
  return differencesAt('', expected, actual, true);
}

function differencesAt(
  path: string,
  expected: Json,
  actual: Json | undefined,
  anyCase: boolean,
): readonly Difference[] {
  if (actual === undefined) return [{ path, expected }];
  const below = (name: string): string => (path === '' ? name : `${path}.${name}`);
  if (isArray(expected) && isArray(actual)) {
    if (expected.length !== actual.length) return [{ path, expected, actual }];
    return expected.flatMap((item, i) => differencesAt(below(`${i}`), item, actual[i], anyCase));
  }
  if (isObject(expected) && isObject(actual)) {
    return Object.entries(expected).flatMap(([name, item]) => {
      // Not `actual[name]`: a pack may ask for `constructor` or `__proto__`.
      const own = Object.hasOwn(actual, name) ? actual[name] : undefined;
      return differencesAt(below(name), item, own, anyCase && name !== 'fields');
    });
  }
  return isSame(expected, actual, anyCase) ? [] : [{ path, expected, actual }];
}

function isSame(expected: Json, actual: Json, anyCase: boolean): boolean {
  if (expected === actual) return true;
  if (!anyCase || typeof expected !== 'string' || typeof actual !== 'string') return false;
  if (!isHex(expected) || !isHex(actual)) return false;
  return expected.toUpperCase() === actual.toUpperCase();
}

function isHex(text: string): boolean {
  return text.length % 2 === 0 && /^[0-9A-Fa-f]+$/.test(text);
}

function isArray(json: Json): json is readonly Json[] {
  return Array.isArray(json);
}

function isObject(json: Json): json is JsonObject {
  return typeof json === 'object' && json !== null && !Array.isArray(json);
}
