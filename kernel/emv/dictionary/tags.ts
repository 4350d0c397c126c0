import type { DolFormat } from '../../tlv/dol.ts';
import { SCORING_TAGS } from '../../transaction/scoring-dataset.ts';
import type { Sensitivity } from './sensitivity.ts';
import type { TagEntry, TagFormat } from './tag-entry.ts';

const BOOK3 = 'EMV 4.4 Book 3, annex A';
const BOOKB = 'EMV Contactless Book B';
const BOOKC3 = 'EMV Contactless Book C-3, annex A';
const OURS = 'Tessera scoring dataset';

type Row = readonly [
  tag: string,
  name: string,
  format: TagFormat,
  minBytes: number,
  maxBytes: number,
  source: TagEntry['source'],
  citation: string,
  sensitivity?: Sensitivity,
];

const ROWS: readonly Row[] = [
  ['4F', 'Application identifier (ADF name)', 'b', 5, 16, 'card', BOOK3],
  ['50', 'Application label', 'ans', 1, 16, 'card', BOOK3],
  ['56', 'Track 1 data', 'ans', 1, 76, 'card', BOOK3, 'track'],
  ['57', 'Track 2 equivalent data', 'b', 1, 19, 'card', BOOK3, 'track'],
  ['5A', 'Application primary account number', 'cn', 1, 10, 'card', BOOK3, 'pan'],
  ['5F20', 'Cardholder name', 'ans', 2, 26, 'card', BOOK3, 'track'],
  ['5F24', 'Application expiration date', 'n', 3, 3, 'card', BOOK3],
  ['5F25', 'Application effective date', 'n', 3, 3, 'card', BOOK3],
  ['5F28', 'Issuer country code', 'n', 2, 2, 'card', BOOK3],
  ['5F2A', 'Transaction currency code', 'n', 2, 2, 'terminal', BOOK3],
  ['5F2D', 'Language preference', 'an', 2, 8, 'card', BOOK3],
  ['5F34', 'Application PAN sequence number', 'n', 1, 1, 'card', BOOK3],
  ['61', 'Application template', 'template', 0, 252, 'card', BOOK3],
  ['6F', 'File control information template', 'template', 0, 252, 'card', BOOK3],
  ['70', 'Record template', 'template', 0, 252, 'card', BOOK3],
  ['71', 'Issuer script template 1', 'b', 0, 127, 'issuer', BOOK3],
  ['72', 'Issuer script template 2', 'b', 0, 127, 'issuer', BOOK3],
  ['77', 'Response message template format 2', 'template', 0, 252, 'card', BOOK3],
  ['80', 'Response message template format 1', 'b', 0, 252, 'card', BOOK3],
  ['82', 'Application interchange profile', 'b', 2, 2, 'card', BOOK3],
  ['84', 'Dedicated file name', 'b', 5, 16, 'card', BOOK3],
  ['87', 'Application priority indicator', 'b', 1, 1, 'card', BOOK3],
  ['8A', 'Authorisation response code', 'an', 2, 2, 'issuer', BOOK3],
  ['8C', 'Card risk management DOL 1', 'b', 0, 252, 'card', BOOK3],
  ['8E', 'Cardholder verification method list', 'b', 10, 252, 'card', BOOK3],
  ['91', 'Issuer authentication data', 'b', 8, 16, 'issuer', BOOK3],
  ['94', 'Application file locator', 'b', 0, 252, 'card', BOOK3],
  ['95', 'Terminal verification results', 'b', 5, 5, 'terminal', BOOK3],
  ['99', 'Transaction PIN data', 'b', 0, 252, 'terminal', BOOK3, 'pin'],
  ['9A', 'Transaction date', 'n', 3, 3, 'terminal', BOOK3],
  ['9B', 'Transaction status information', 'b', 2, 2, 'terminal', BOOK3],
  ['9C', 'Transaction type', 'n', 1, 1, 'terminal', BOOK3],
  ['9F02', 'Amount, authorised', 'n', 6, 6, 'terminal', BOOK3],
  ['9F03', 'Amount, other', 'n', 6, 6, 'terminal', BOOK3],
  ['9F06', 'Application identifier (terminal)', 'b', 5, 16, 'terminal', BOOK3],
  ['9F07', 'Application usage control', 'b', 2, 2, 'card', BOOK3],
  ['9F0B', 'Cardholder name, extended', 'ans', 27, 45, 'card', BOOK3, 'track'],
  ['9F10', 'Issuer application data', 'b', 0, 32, 'card', BOOK3],
  ['9F11', 'Issuer code table index', 'n', 1, 1, 'card', BOOK3],
  ['9F12', 'Application preferred name', 'ans', 1, 16, 'card', BOOK3],
  ['9F1A', 'Terminal country code', 'n', 2, 2, 'terminal', BOOK3],
  ['9F1E', 'Interface device serial number', 'an', 8, 8, 'terminal', BOOK3],
  ['9F1F', 'Track 1 discretionary data', 'ans', 0, 252, 'card', BOOK3, 'track'],
  ['9F20', 'Track 2 discretionary data', 'cn', 0, 252, 'card', BOOK3, 'track'],
  ['9F21', 'Transaction time', 'n', 3, 3, 'terminal', BOOK3],
  ['9F26', 'Application cryptogram', 'b', 8, 8, 'card', BOOK3],
  ['9F27', 'Cryptogram information data', 'b', 1, 1, 'card', BOOK3],
  ['9F29', 'Extended selection', 'b', 0, 16, 'card', BOOKB],
  ['9F2A', 'Kernel identifier', 'b', 1, 8, 'card', BOOKB],
  ['9F33', 'Terminal capabilities', 'b', 3, 3, 'terminal', BOOK3],
  ['9F34', 'Cardholder verification method results', 'b', 3, 3, 'terminal', BOOK3],
  ['9F35', 'Terminal type', 'n', 1, 1, 'terminal', BOOK3],
  ['9F36', 'Application transaction counter', 'b', 2, 2, 'card', BOOK3],
  ['9F37', 'Unpredictable number', 'b', 4, 4, 'terminal', BOOK3],
  ['9F38', 'Processing options DOL', 'b', 0, 252, 'card', BOOK3],
  ['9F40', 'Additional terminal capabilities', 'b', 5, 5, 'terminal', BOOK3],
  ['9F41', 'Transaction sequence counter', 'n', 2, 4, 'terminal', BOOK3],
  ['9F4B', 'Signed dynamic application data', 'b', 0, 252, 'card', BOOK3],
  ['9F4D', 'Log entry', 'b', 2, 2, 'card', BOOK3],
  ['9F4E', 'Merchant name and location', 'ans', 0, 252, 'terminal', BOOK3],
  ['9F5D', 'Available offline spending amount', 'n', 6, 6, 'card', BOOKC3],
  ['9F66', 'Terminal transaction qualifiers', 'b', 4, 4, 'terminal', BOOKC3],
  ['9F69', 'Card authentication related data', 'b', 5, 16, 'card', BOOKC3],
  ['9F6B', 'Track 2 data, magstripe mode', 'b', 0, 19, 'card', 'EMV Contactless Book C-2', 'track'],
  ['9F6C', 'Card transaction qualifiers', 'b', 2, 2, 'card', BOOKC3],
  ['9F6E', 'Form factor indicator', 'b', 4, 32, 'card', BOOKC3],
  ['9F7C', 'Customer exclusive data', 'b', 0, 32, 'card', BOOKC3, 'track'],
  ['A5', 'File control information proprietary template', 'template', 0, 252, 'card', BOOK3],
  ['BF0C', 'File control information issuer discretionary data', 'template', 0, 222, 'card', BOOK3],
  [SCORING_TAGS.channel, 'Channel', 'an', 1, 16, 'terminal', OURS],
  [SCORING_TAGS.deviceInterface, 'Device interface', 'ans', 0, 64, 'terminal', OURS],
  [SCORING_TAGS.cardholderVerification, 'Cardholder verification', 'ans', 1, 16, 'terminal', OURS],
  [SCORING_TAGS.basketLines, 'Basket lines', 'b', 2, 2, 'terminal', OURS],
  [SCORING_TAGS.cardTimeMs, 'Card time in ms', 'b', 4, 4, 'terminal', OURS],
  [SCORING_TAGS.score, 'Score', 'b', 2, 2, 'host', OURS],
  [SCORING_TAGS.tier, 'Risk tier', 'an', 3, 6, 'host', OURS],
  [SCORING_TAGS.reasons, 'Reason codes', 'ans', 0, 120, 'host', OURS],
  [SCORING_TAGS.requiredMethod, 'Required method', 'an', 3, 8, 'host', OURS],
  [SCORING_TAGS.verificationUs, 'Time of verification in µs', 'b', 4, 4, 'host', OURS],
  [SCORING_TAGS.scoringUs, 'Time of scoring in µs', 'b', 4, 4, 'host', OURS],
  [SCORING_TAGS.bookingUs, 'Time of booking in µs', 'b', 4, 4, 'host', OURS],
];

const ENTRIES: ReadonlyMap<string, TagEntry> = new Map(
  ROWS.map(([tag, name, format, minBytes, maxBytes, source, citation, sensitivity = 'none']) => [
    tag,
    {
      tag,
      name,
      format,
      lengthBytes: [minBytes, maxBytes],
      source,
      templates: [],
      sensitivity,
      citation,
    },
  ]),
);

/** The dictionary's row for a tag (upper-case hex), if it has one. */
export function tagEntry(tag: string): TagEntry | undefined {
  return ENTRIES.get(tag);
}

/** How a DOL lays out the value of a tag; bytes where the dictionary does not say otherwise. */
export function dolFormat(tag: string): DolFormat {
  const format = ENTRIES.get(tag)?.format;
  if (format === undefined || format === 'template') return 'b';
  return format === 'a' ? 'an' : format;
}
