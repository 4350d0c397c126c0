import { createRequire } from 'node:module';
import { encodeHex, hex } from '#kernel/bytes/hex.ts';
import { expectOk } from '#kernel/bytes/result.ts';
import { decodeTlv, encodeTlv, type Tlv } from '#kernel/tlv/ber.ts';
import { compare } from './compare.ts';

/** An object of npm's ber-tlv; its own types are of a module of its own. */
interface BerTlvItem {
  readonly tag: string;
  readonly value?: Uint8Array;
  readonly items?: readonly BerTlvItem[];
}
interface BerTlv {
  readonly TlvFactory: {
    parse(bytes: Uint8Array): readonly BerTlvItem[];
    serialize(items: readonly BerTlvItem[]): Uint8Array;
  };
}

/** An object of npm's node-emv, all in hex. */
interface NodeEmvItem {
  readonly tag: string;
  readonly value: string | readonly NodeEmvItem[];
}
interface NodeEmv {
  parse(text: string, callback: (items: readonly NodeEmvItem[]) => void): void;
}

const require = createRequire(import.meta.url);
const { TlvFactory }: BerTlv = require('ber-tlv');
const nodeEmv: NodeEmv = require('node-emv');

/**
 * 193 bytes: the answer to a SELECT, four templates deep, and the data of a contactless payment.
 * No length is above 127, for which node-emv writes to the console.
 */
const TEXT =
  '6F2F8407A0000000031010A5245004564953418701019F38069F66049F3704BF0C0F9F4D020B0A61' +
  '084F06A00000000310' +
  '9F2608D1A2B3C4D5E6F7089F2701809F101E1F220100A00000000000000000000000000000000000' +
  '00000000000000009F3704ABABABAB9F36020077950500000000009A032611249C01009F02060000' +
  '000014305F2A020978820220009F1A0203729F03060000000000009F3303E0B8C89F34031F00009F' +
  '3501228407A00000000310105F3401019F3901075F360102';
const BYTES = hex(TEXT);
const BUFFER = Buffer.from(BYTES);

/** The same on all sides, so that the same work is measured. */
type Tree = readonly (readonly [tag: string, value: string | Tree])[];

function ourTree(objects: readonly Tlv[]): Tree {
  return objects.map(({ tag, value, children }) => [
    tag,
    children ? ourTree(children) : encodeHex(value),
  ]);
}

function berTlvTree(items: readonly BerTlvItem[]): Tree {
  return items.map(({ tag, value, items: inner }) => [
    tag.toUpperCase(),
    value ? encodeHex(value) : berTlvTree(inner ?? []),
  ]);
}

function nodeEmvTree(items: readonly NodeEmvItem[]): Tree {
  return items.map(({ tag, value }) => [
    tag,
    typeof value === 'string' ? value.toUpperCase() : nodeEmvTree(value),
  ]);
}

function nodeEmvParse(text: string): readonly NodeEmvItem[] {
  let items: readonly NodeEmvItem[] = [];
  nodeEmv.parse(text, (parsed) => {
    items = parsed;
  });
  return items;
}

const ours = expectOk(decodeTlv(BYTES));
const theirs = TlvFactory.parse(BUFFER);
for (const tree of [berTlvTree(theirs), nodeEmvTree(nodeEmvParse(TEXT))]) {
  if (JSON.stringify(tree) !== JSON.stringify(ourTree(ours))) throw new Error('not the same tree');
}

compare(`BER-TLV of ${BYTES.length} bytes: decode to tags, values and children`, {
  'npm ber-tlv': () => TlvFactory.parse(BUFFER),
  'npm node-emv': () => nodeEmvParse(TEXT),
  kernel: () => expectOk(decodeTlv(BYTES)),
});
compare(`BER-TLV of ${BYTES.length} bytes: encode`, {
  'npm ber-tlv': () => TlvFactory.serialize(theirs),
  kernel: () => encodeTlv(ours),
});
