import { describe, expect, test } from 'vitest';
import { encodeHex, hex } from '../../bytes/hex.ts';
import { staticDataToAuthenticate } from './static-data.ts';

const AIP = hex('5980');
const record = (sfi: number, bytes: string) => ({ sfi, bytes: hex(bytes) });

function authenticated(
  records: Parameters<typeof staticDataToAuthenticate>[0],
  tagList?: string,
): string {
  const list = tagList === undefined ? undefined : hex(tagList);
  const data = staticDataToAuthenticate(records, list, AIP);
  return data.ok ? encodeHex(data.value) : `${data.error.kind} ${data.error.path}`;
}

describe('static data to authenticate', () => {
  test('of files 1 to 10 the value of template 70, of others the whole record', () => {
    const records = [record(1, '70035A0112'), record(10, '70045F340101'), record(11, '70035A0134')];
    expect(authenticated(records)).toBe('5A01125F34010170035A0134');
  });

  test('filling in the template is authenticated, a long length is not', () => {
    expect(authenticated([record(3, '708106005A81011200')])).toBe('005A81011200');
  });

  test('the AIP comes last, where the tag list is there', () => {
    expect(authenticated([record(1, '70035A0112')], '82')).toBe('5A01125980');
    expect(authenticated([], '82')).toBe('5980');
    expect(authenticated([])).toBe('');
  });

  test.each([
    ['another template', '77035A0112'],
    ['no template', '5A0112'],
    ['nothing', ''],
    ['a byte short', '70045A0112'],
    ['a second object', '70035A01125A0112'],
    ['a zero before it', '0070035A0112'],
  ])('a record with %s fails', (_, bytes) => {
    const good = record(1, '70035A0112');
    expect(authenticated([good, record(2, bytes)], '82')).toBe('record-template 1');
    expect(authenticated([record(20, bytes)])).toBe('record-template 0');
  });

  test.each(['', '5A', '8282', '825F24', '5F24'])('a tag list of «%s» fails', (list) => {
    expect(authenticated([record(1, '70035A0112')], list)).toBe('tag-list 9F4A');
  });
});
