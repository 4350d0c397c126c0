import { concatBytes } from '#kernel/bytes/bytes.ts';
import { encodeTlv, type TlvInput } from '#kernel/tlv/ber.ts';
import { type Command, STATUS } from './apdu.ts';
import type { AppletResponse } from './applet.ts';

/** One record of an application's files. */
export interface FileRecord {
  readonly sfi: number;
  /** From 1. Records of one file follow one another, those signed along first. */
  readonly record: number;
  /** Whether it is signed along in the card's certificate or in the static signature. */
  readonly signed: boolean;
  readonly objects: readonly TlvInput[];
}

/** The answer (template 70) of a record. */
export function encodeRecord({ objects }: FileRecord): Uint8Array {
  return encodeTlv([{ tag: '70', children: objects }]);
}

/** The file locator (94) of records, in the order of their files. EMV 4.4 Book 3, 10.2. */
export function locateRecords(records: readonly FileRecord[]): Uint8Array {
  const files = [...new Set(records.map(({ sfi }) => sfi))];
  return concatBytes(
    ...files.map((sfi) => {
      const own = records.filter((one) => one.sfi === sfi);
      const numbers = own.map(({ record }) => record);
      const signed = own.filter((one) => one.signed).length;
      return Uint8Array.of(sfi << 3, Math.min(...numbers), Math.max(...numbers), signed);
    }),
  );
}

/** What is signed along: the values of the signed records. EMV 4.4 Book 3, 10.3, files 1 to 10. */
export function staticDataOf(records: readonly FileRecord[]): Uint8Array {
  const signed = records.filter((one) => one.signed);
  return concatBytes(...signed.map(({ objects }) => encodeTlv(objects)));
}

/** Why READ RECORD cannot be served, or the record it asks for. EMV 4.4 Book 3, 6.5.11. */
export function findRecord<R extends FileRecord>(
  { p1, p2, data, expectedBytes }: Command,
  records: readonly R[],
): AppletResponse | R {
  if (data.length > 0 || expectedBytes !== 256) return { status: STATUS.wrongLength };
  if ((p2 & 0x07) !== 0x04) return { status: STATUS.functionNotSupported };
  if (p1 === 0) return { status: STATUS.wrongParameters };
  const file = records.filter(({ sfi }) => sfi === p2 >> 3);
  if (file.length === 0) return { status: STATUS.notFound };
  return file.find(({ record }) => record === p1) ?? { status: STATUS.recordNotFound };
}

/** Serves READ RECORD from records in the clear. */
export function readRecord(command: Command, records: readonly FileRecord[]): AppletResponse {
  const found = findRecord(command, records);
  return 'status' in found ? found : { status: STATUS.done, data: encodeRecord(found) };
}
