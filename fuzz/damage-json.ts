import { damageBytes } from './damage.ts';
import type { Random } from './random.ts';

/** Damages JSON text: members and values mostly, the text itself now and then. */
export function damageJson(random: Random, corpus: readonly Uint8Array[]): Uint8Array {
  if (random.below(8) === 0) return damageBytes(random, corpus);
  let json: unknown = JSON.parse(new TextDecoder().decode(random.pick(corpus)));
  const times = 1 + random.below(3);
  for (let i = 0; i < times; i++) json = damageValue(json, random, 0);
  return new TextEncoder().encode(JSON.stringify(json));
}

/** Goes down into the value and damages one place of it. */
function damageValue(value: unknown, random: Random, depth: number): unknown {
  if (typeof value !== 'object' || value === null) return damageScalar(value, random);
  // Deep members have to be as likely as the few at the top.
  if (random.below(6) === 0) return damageShape(value, random, depth);
  const names = Object.keys(value);
  if (names.length === 0) return damageShape(value, random, depth);
  const chosen = random.pick(names);
  if (Array.isArray(value)) {
    return value.map((item, i) =>
      String(i) === chosen ? damageValue(item, random, depth + 1) : item,
    );
  }
  // Not by assignment: a member may be called __proto__.
  return Object.fromEntries(
    Object.entries(value).map(([name, item]) => [
      name,
      name === chosen ? damageValue(item, random, depth + 1) : item,
    ]),
  );
}

function damageShape(value: object, random: Random, depth: number): unknown {
  const entries = Object.entries(value);
  const some = entries.filter(() => random.below(3) > 0);
  if (Array.isArray(value)) {
    const items = some.map(([, item]) => item);
    return random.below(2) === 0 ? items : [...value, ...items].slice(0, 64);
  }
  if (random.below(2) === 0) return Object.fromEntries(some);
  const name = random.pick(NAMES);
  return Object.fromEntries([...entries, [name, random.pick(SCALARS)]].slice(0, 64 + depth));
}

const NAMES = ['__proto__', 'constructor', 'toString', '', '0', '1', '65', '128', 'length'];

const SCALARS: readonly unknown[] = [
  null,
  true,
  0,
  -1,
  1,
  7,
  8,
  0.5,
  2 ** 31,
  2 ** 53,
  1e308,
  '',
  '0',
  'F',
  'G0',
  '__proto__',
  'tdes',
  'aes',
  '00'.repeat(16),
  'é\u0000\ud800',
  [],
  {},
  [[]],
];

function damageScalar(value: unknown, random: Random): unknown {
  if (random.below(4) === 0) return random.pick(SCALARS);
  if (typeof value === 'number') return value + random.pick([-1, 1, 8, 0.5, 2 ** 32]);
  if (typeof value !== 'string') return random.pick(SCALARS);
  return damageText(value, random);
}

function damageText(text: string, random: Random): string {
  const at = random.below(text.length + 1);
  const character = random.pick([...'0123456789ABCDEFfgG =^*\u0000']);
  switch (random.below(5)) {
    case 0:
      return text.slice(0, at);
    case 1:
      return text.slice(0, at) + character + text.slice(at);
    case 2:
      return text.slice(0, at) + text.slice(at + 1 + random.below(2));
    case 3:
      return (text + text.slice(at)).slice(0, 4096);
    default:
      return text.slice(0, at) + character + text.slice(at + 1);
  }
}
