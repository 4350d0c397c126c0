import { encodeAscii } from '#kernel/bytes/ascii.ts';
import { encodeTlv } from '#kernel/tlv/ber.ts';
import { STATUS } from '../apdu.ts';
import type { Applet, DirectoryEntry } from '../applet.ts';
import { readRecord } from '../records.ts';

const PSE_NAME = encodeAscii('1PAY.SYS.DDF01');
const DIRECTORY_SFI = 1;
const READ_RECORD = 0xb2;

/**
 * The directory in which a contact terminal looks for payment applications: one record for each.
 * Source: EMV 4.4 Book 1, 12.2.
 */
export function createPseApplet(entries: readonly Omit<DirectoryEntry, 'kernelId'>[]): Applet {
  const information = encodeTlv([
    {
      tag: '6F',
      children: [
        { tag: '84', value: PSE_NAME },
        {
          tag: 'A5',
          children: [
            { tag: '88', value: Uint8Array.of(DIRECTORY_SFI) },
            { tag: '5F2D', value: encodeAscii('en') },
          ],
        },
      ],
    },
  ]);
  const records = entries.map(({ aid, label, priority }, i) => {
    const children = [
      { tag: '4F', value: aid },
      { tag: '50', value: encodeAscii(label) },
      { tag: '87', value: Uint8Array.of(priority) },
    ];
    const objects = [{ tag: '61', children }];
    return { sfi: DIRECTORY_SFI, record: i + 1, signed: false, objects };
  });
  return {
    aid: PSE_NAME,
    select: () => ({ status: STATUS.done, data: information }),
    process: (command) =>
      command.cla === 0x00 && command.ins === READ_RECORD
        ? readRecord(command, records)
        : { status: STATUS.unknownInstruction },
  };
}
