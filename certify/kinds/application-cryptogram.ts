import { parseHex } from '#kernel/bytes/hex.ts';
import { fail, malformed, ok } from '#kernel/bytes/result.ts';
import { verifyApplicationCryptogram } from '#kernel/keys/application-cryptogram.ts';
import { findCryptogramVersion } from '#kernel/keys/cryptogram-versions.ts';
import { changed, everyDigit, without, wrongLengths } from '../damage.ts';
import { isObject, VectorInput } from '../vector-input.ts';
import type { JsonObject, Mutation, VectorKind } from '../vector-kind.ts';

/**
 * An issuer's check of a card's cryptogram (9F26): the version that the issuer application data
 * (9F10) of a `scheme` names, the session key, the data, the comparison. Answers `version`, `key`.
 */
export const applicationCryptogram: VectorKind = {
  kind: 'emv.application-cryptogram',
  run(members) {
    const input = new VectorInput(members);
    const scheme = input.oneOf('scheme', ['visa', 'mastercard', 'interac', 'common-core']);
    const [mk, card] = [input.key('mk'), input.object('card')];
    const values = new Map(card.names().map((tag) => [tag, card.bytes(tag)]));
    if (input.fault) return fail(input.fault);
    const issuerApplicationData = values.get('9F10');
    if (!issuerApplicationData) return malformed('missing-data', '9F10', 0);
    const version = findCryptogramVersion(scheme, issuerApplicationData);
    if (!version) return malformed('unknown-version', '9F10', 0);
    const key = verifyApplicationCryptogram(version, mk, (tag) => values.get(tag));
    return key.ok ? ok({ version: version.name, key: key.value.revealHex() }) : key;
  },
  *mutations(input) {
    yield* wrongLengths(input, 'mk', [16]);
    const { card } = input;
    if (!isObject(card)) return;
    for (const damaged of damagedCards(card)) {
      yield { ...damaged, input: { ...input, card: damaged.input } };
    }
  },
};

/** Every digit of what the card signed is covered by the cryptogram, and so is the cryptogram. */
function* damagedCards(card: JsonObject): Iterable<Mutation> {
  for (const tag of Object.keys(card)) {
    yield* without(card, tag);
    if (tag === '9F10') continue;
    yield* wrongLengths(card, tag, [lengthOf(card[tag])]);
    yield* changed(card, tag, 'mac', everyDigit(String(card[tag])));
  }
}

function lengthOf(value: unknown): number {
  const bytes = parseHex(String(value));
  return bytes.ok ? bytes.value.length : -1;
}
