import { encodeAscii } from '#kernel/bytes/ascii.ts';
import { encodeTlv, type TlvInput } from '#kernel/tlv/ber.ts';
import { STATUS } from './apdu.ts';
import type { Applet, DirectoryEntry } from './applet.ts';

const PPSE_NAME = encodeAscii('2PAY.SYS.DDF01');

/**
 * The directory in which a contactless reader looks for payment applications.
 * Source: EMV Contactless Book B, 3.3.1 and table 3-2.
 */
export function createPpseApplet(entries: readonly DirectoryEntry[]): Applet {
  const directory: TlvInput = { tag: 'BF0C', children: entries.map(encodeEntry) };
  const information = encodeTlv([
    {
      tag: '6F',
      children: [
        { tag: '84', value: PPSE_NAME },
        { tag: 'A5', children: [directory] },
      ],
    },
  ]);
  return {
    aid: PPSE_NAME,
    select: () => ({ status: STATUS.done, data: information }),
    process: () => ({ status: STATUS.unknownInstruction }),
  };
}

function encodeEntry({ aid, label, priority, kernelId }: DirectoryEntry): TlvInput {
  return {
    tag: '61',
    children: [
      { tag: '4F', value: aid },
      { tag: '50', value: encodeAscii(label) },
      { tag: '87', value: Uint8Array.of(priority) },
      { tag: '9F2A', value: Uint8Array.of(kernelId) },
    ],
  };
}
