/**
 * Triple DES with two or three keys, pure TypeScript. It is slow next to a hardware cipher and its
 * table look-ups are not constant-time; both are accepted for a terminal's few blocks a payment.
 * Source: NIST SP 800-67 rev. 2; ISO/IEC 18033-3, 5.2.
 */

/** A key made ready: the round keys of the three stages. */
export interface TdesKey {
  readonly encrypt: readonly Int32Array[];
  readonly decrypt: readonly Int32Array[];
}

/**
 * Makes a key ready; `key` is 8 bytes (single DES, for MAC chains), 16 (K1 K2 K1) or 24. Parity
 * bits are not looked at. Throws RangeError for another length.
 */
export function tdesKey(key: Uint8Array): TdesKey {
  if (![8, 16, 24].includes(key.length)) throw new RangeError('a DES key is 8, 16 or 24 bytes');
  const part = (index: number): Uint8Array => key.subarray(index * 8, index * 8 + 8);
  const parts = key.length === 8 ? [part(0)] : [part(0), part(1), part(key.length === 24 ? 2 : 0)];
  const forward = parts.map((bytes, stage) => {
    const keys = roundKeys(bytes);
    return stage === 1 ? backwards(keys) : keys;
  });
  return { encrypt: forward, decrypt: forward.map(backwards).reverse() };
}

/** Enciphers whole 8-byte blocks, each by itself (ECB). */
export function tdesEncrypt(key: TdesKey, blocks: Uint8Array): Uint8Array {
  return eachBlock(key.encrypt, blocks);
}

/** Deciphers whole 8-byte blocks, each by itself (ECB). */
export function tdesDecrypt(key: TdesKey, blocks: Uint8Array): Uint8Array {
  return eachBlock(key.decrypt, blocks);
}

function eachBlock(stages: readonly Int32Array[], blocks: Uint8Array): Uint8Array {
  if (blocks.length % 8 !== 0) throw new RangeError('DES works on whole blocks of 8 bytes');
  const result = new Uint8Array(blocks.length);
  const input = new DataView(blocks.buffer, blocks.byteOffset, blocks.byteLength);
  const output = new DataView(result.buffer);
  const halves = new Int32Array(2);
  for (let at = 0; at < blocks.length; at += 8) {
    halves[0] = input.getInt32(at);
    halves[1] = input.getInt32(at + 4);
    initialPermutation(halves);
    for (const keys of stages) rounds(keys, halves);
    finalPermutation(halves);
    output.setInt32(at, halves[0]);
    output.setInt32(at + 4, halves[1]);
  }
  return result;
}

/**
 * The 16 rounds of DES, and the exchange of the halves after them. Between the stages of triple DES
 * the final permutation of one and the initial one of the next undo each other: neither is done.
 */
function rounds(keys: Int32Array, halves: Int32Array): void {
  let [left = 0, right = 0] = halves;
  for (let round = 0; round < 32; round += 2) {
    const next = left ^ feistel(right, keys[round] ?? 0, keys[round + 1] ?? 0);
    left = right;
    right = next;
  }
  halves[0] = right;
  halves[1] = left;
}

/** Two bits a step are swapped between the halves; five steps make the whole permutation. */
function initialPermutation(halves: Int32Array): void {
  swapBits(halves, 0, 4, 0x0f0f0f0f);
  swapBits(halves, 0, 16, 0x0000ffff);
  swapBits(halves, 1, 2, 0x33333333);
  swapBits(halves, 1, 8, 0x00ff00ff);
  swapBits(halves, 0, 1, 0x55555555);
}

function finalPermutation(halves: Int32Array): void {
  swapBits(halves, 0, 1, 0x55555555);
  swapBits(halves, 1, 8, 0x00ff00ff);
  swapBits(halves, 1, 2, 0x33333333);
  swapBits(halves, 0, 16, 0x0000ffff);
  swapBits(halves, 0, 4, 0x0f0f0f0f);
}

/** Exchanges the bits under the mask of one half with those `shift` higher of the half `from`. */
function swapBits(halves: Int32Array, from: 0 | 1, shift: number, mask: number): void {
  const to = 1 - from;
  const [a, b] = [halves[from] ?? 0, halves[to] ?? 0];
  const difference = ((a >>> shift) ^ b) & mask;
  halves[from] = a ^ (difference << shift);
  halves[to] = b ^ difference;
}

/** Each S-box takes six bits: four of its own and one of either neighbour (expansion E). */
function feistel(half: number, keyEven: number, keyOdd: number): number {
  const even = ((half >>> 1) | (half << 31)) ^ keyEven;
  const odd = ((half << 3) | (half >>> 29)) ^ keyOdd;
  return (
    box(0, even >>> 26) ^
    box(1, odd >>> 26) ^
    box(2, even >>> 18) ^
    box(3, odd >>> 18) ^
    box(4, even >>> 10) ^
    box(5, odd >>> 10) ^
    box(6, even >>> 2) ^
    box(7, odd >>> 2)
  );
}

function box(index: number, bits: number): number {
  return BOXES[index * 64 + (bits & 63)] ?? 0;
}

/** Two words a round: the six-bit groups for boxes 0, 2, 4, 6 and for 1, 3, 5, 7. */
function roundKeys(key: Uint8Array): Int32Array {
  const keys = new Int32Array(32);
  for (let i = 0; i < KEY_BITS.length; i++) {
    const bit = KEY_BITS[i] ?? 0;
    const chosen = ((key[bit >> 3] ?? 0) >> (7 - (bit & 7))) & 1;
    const word = PLACES[i] ?? 0;
    keys[word >> 5] = (keys[word >> 5] ?? 0) | (chosen << (word & 31));
  }
  return keys;
}

/** The round keys from the last to the first: what deciphers what they encipher. */
function backwards(keys: Int32Array): Int32Array {
  const reversed = new Int32Array(32);
  for (let i = 0; i < 32; i++) reversed[i] = keys[30 - i + 2 * (i & 1)] ?? 0;
  return reversed;
}

const ROTATIONS = [1, 1, 2, 2, 2, 2, 2, 2, 1, 2, 2, 2, 2, 2, 2, 1];

const PERMUTED_CHOICE_1 = [
  57, 49, 41, 33, 25, 17, 9, 1, 58, 50, 42, 34, 26, 18, 10, 2, 59, 51, 43, 35, 27, 19, 11, 3, 60,
  52, 44, 36, 63, 55, 47, 39, 31, 23, 15, 7, 62, 54, 46, 38, 30, 22, 14, 6, 61, 53, 45, 37, 29, 21,
  13, 5, 28, 20, 12, 4,
];

const PERMUTED_CHOICE_2 = [
  14, 17, 11, 24, 1, 5, 3, 28, 15, 6, 21, 10, 23, 19, 12, 4, 26, 8, 16, 7, 27, 20, 13, 2, 41, 52,
  31, 37, 47, 55, 30, 40, 51, 45, 33, 48, 44, 49, 39, 56, 34, 53, 46, 42, 50, 36, 29, 32,
];

const PERMUTATION = [
  16, 7, 20, 21, 29, 12, 28, 17, 1, 15, 23, 26, 5, 18, 31, 10, 2, 8, 24, 14, 32, 27, 3, 9, 19, 13,
  30, 6, 22, 11, 4, 25,
];

/** Which bit of the key, from 0, each of the 48 bits of the 16 round keys is. */
const KEY_BITS = Uint8Array.from({ length: 16 * 48 }, (_, i) => {
  const bit = PERMUTED_CHOICE_2[i % 48] ?? 0;
  const shift = ROTATIONS.slice(0, Math.floor(i / 48) + 1).reduce((sum, by) => sum + by, 0);
  const half = bit <= 28 ? 0 : 28;
  return (PERMUTED_CHOICE_1[half + ((bit - 1 - half + shift) % 28)] ?? 0) - 1;
});

/** Where each of those bits goes: the number of the word and of the bit in it, as one. */
const PLACES = Uint16Array.from({ length: 16 * 48 }, (_, i) => {
  const group = Math.floor((i % 48) / 6);
  const word = 2 * Math.floor(i / 48) + (group & 1);
  return word * 32 + (31 - 8 * (group >> 1) - (i % 6));
});

/** S1 to S8, four rows of sixteen hex digits each. */
const SUBSTITUTIONS = [
  'E4D12FB83A6C5907' + '0F74E2D1A6CB9538' + '41E8D62BFC973A50' + 'FC8249175B3EA06D',
  'F18E6B34972DC05A' + '3D47F28EC01A69B5' + '0E7BA4D158C6932F' + 'D8A13F42B67C05E9',
  'A09E63F51DC7B428' + 'D709346A285ECBF1' + 'D6498F30B12C5AE7' + '1AD069874FE3B52C',
  '7DE3069A1285BC4F' + 'D8B56F03472C1AE9' + 'A690CB7DF13E5284' + '3F06A1D8945BC72E',
  '2C417AB6853FD0E9' + 'EB2C47D150FA3986' + '421BAD78F9C5630E' + 'B8C71E2D6F09A453',
  'C1AF92680D34E75B' + 'AF427C9561DE0B38' + '9EF528C3704A1DB6' + '432C95FABE17608D',
  '4B2EF08D3C975A61' + 'D0B7491AE35C2F86' + '14BDC37EAF680592' + '6BD814A7950FE23C',
  'D2846FB1A93E50C7' + '1FD8A374C56B0E92' + '7B419CE206ADF358' + '21E74A8DFC90356B',
];

/** What each S-box gives for each six bits, already permuted (P) into its place. */
const BOXES = Int32Array.from({ length: 8 * 64 }, (_, index) => {
  const box = index >> 6;
  const row = ((index >> 4) & 2) | (index & 1);
  const column = (index >> 1) & 15;
  const nibble = Number.parseInt(SUBSTITUTIONS[box]?.[row * 16 + column] ?? '', 16);
  const placed = nibble << (28 - 4 * box);
  let permuted = 0;
  for (const [i, bit] of PERMUTATION.entries()) {
    permuted |= ((placed >>> (32 - bit)) & 1) << (31 - i);
  }
  return permuted;
});
