/** Why a kernel sets a bit of the TVR, and the rule that says so. */
interface TvrReason {
  readonly byte: number;
  readonly bit: number;
  readonly why: string;
  readonly rule: string;
}

type Row = readonly [byte: number, bit: number, why: string, rule: string];

/** Of contact and, where it has the same bits, of kernel 2; the sections are those of contact. */
const SHARED: readonly Row[] = [
  [1, 8, 'no method that card and terminal share was performed', 'EMV 4.4 Book 3, 10.3'],
  [1, 7, 'the card’s static signature did not verify', 'EMV 4.4 Book 2, 5.4'],
  [1, 6, 'the card lacks an object that this step needs', 'EMV 4.4 Book 3, 7.5'],
  [1, 5, 'the PAN is on the terminal’s exception file', 'EMV 4.4 Book 4, 6.3.5'],
  [1, 4, 'a certificate or the dynamic signature did not verify', 'EMV 4.4 Book 2, 6.5'],
  [1, 3, 'a certificate or the combined signature did not verify', 'EMV 4.4 Book 2, 6.6'],
  [1, 2, 'SDA is the best method that card and terminal share', 'EMV 4.4 Book 3, 10.3'],
  [1, 1, 'XDA is the best method that card and terminal share', 'EMV 4.4 Book 3, 10.3'],
  [2, 8, 'the version of the card (9F08) is not the terminal’s (9F09)', 'EMV 4.4 Book 3, 10.4.1'],
  [2, 7, 'the date (9A) is after the expiry (5F24)', 'EMV 4.4 Book 3, 10.4.3'],
  [2, 6, 'the date (9A) is before the effective date (5F25)', 'EMV 4.4 Book 3, 10.4.3'],
  [2, 5, 'the usage control (9F07) does not allow this here', 'EMV 4.4 Book 3, 10.4.2'],
  [2, 4, 'the last online counter (9F13) is zero', 'EMV 4.4 Book 3, 10.6.3'],
  [3, 8, 'no rule of the CVM list was successful', 'EMV 4.4 Book 3, 10.5'],
  [3, 7, 'a rule that applies names a method that is not known', 'EMV 4.4 Book 3, 10.5'],
  [3, 6, 'the card takes no more tries of its PIN', 'EMV 4.4 Book 3, 10.5.1'],
  [3, 5, 'a rule that applies wants a PIN, and there is no PIN pad', 'EMV 4.4 Book 3, 10.5'],
  [3, 4, 'a rule that applies wants a PIN, and none was entered', 'EMV 4.4 Book 3, 10.5'],
  [3, 3, 'a PIN for the issuer is to be or was entered', 'EMV 4.4 Book 3, 10.5.2'],
  [4, 8, 'the amount is at or over the floor limit', 'EMV 4.4 Book 3, 10.6.1'],
  [4, 7, 'more offline transactions than the lower limit (9F14)', 'EMV 4.4 Book 3, 10.6.3'],
  [4, 6, 'more offline transactions than the upper limit (9F23)', 'EMV 4.4 Book 3, 10.6.3'],
  [4, 5, 'the random number is within the target percentage', 'EMV 4.4 Book 3, 10.6.2'],
  [4, 4, 'the attendant wants it so', 'EMV 4.4 Book 4, 6.5.3'],
  [4, 1, 'the extended signature did not verify', 'EMV 4.4 Book 2, 12.5'],
  [5, 8, 'the card has no TDOL (97), and CDOL asks for its hash (98)', 'EMV 4.4 Book 3, 9.2.2'],
  [5, 7, 'the card did not verify the issuer’s data (91)', 'EMV 4.4 Book 3, 10.9'],
  [5, 6, 'a command of a script 71 was not carried out', 'EMV 4.4 Book 3, 10.10'],
  [5, 5, 'a command of a script 72 was not carried out', 'EMV 4.4 Book 3, 10.10'],
];

const CONTACT: readonly Row[] = [
  ...SHARED,
  [5, 3, 'no CA public key of this RID and index (8F)', 'EMV 4.4 Book 4, 6.3.2.2'],
  [5, 2, 'a certificate of the card’s key did not verify', 'EMV 4.4 Book 4, 6.3.2.2'],
];

const RELAY: readonly Row[] = [
  [5, 4, 'the measured time differs too much from the card’s', 'Book C-2, SR1'],
  [5, 3, 'the measured time is outside the limits', 'Book C-2, SR1'],
  [5, 2, 'the card answered the exchange', 'Book C-2, SR1'],
  [5, 1, 'card or reader does not have it', 'Book C-2, SR1'],
];

const KERNEL2: readonly Row[] = [
  ...SHARED.filter(([byte, bit]) => byte !== 4 || bit !== 8),
  [4, 8, 'the amount is over the reader’s floor limit (DF8123)', 'Book C-2, S456'],
  ...RELAY,
];

const KERNEL8: readonly Row[] = [
  [1, 8, 'card or reader does not have local authentication', 'Book C-8, 202122232425'],
  [1, 3, 'a certificate or the blinded key did not verify', 'Book C-8, RPC; Book E, 7.3'],
  [3, 8, 'the card’s decision cannot be followed here', 'Book C-8, 29.25 to 29.42'],
  [3, 3, 'the card wants its PIN checked by the issuer', 'Book C-8, 29.25 to 29.42'],
  [4, 8, 'the amount is over the reader’s floor limit (9F820D)', 'Book C-8, 202122232425'],
  [5, 8, 'the layout is that of kernel 8', 'Book C-8, A.1.131'],
  [5, 7, 'the card’s name (84) does not begin as the reader’s (9F06)', 'Book C-8, 202122232425'],
  ...RELAY.map(([byte, bit, why]): Row => [byte, bit, why, 'Book C-8, 21']),
];

/** Why this bit is set, by its kernel (none: contact); nothing where no kernel of ours sets it. */
export function tvrReason(byte: number, bit: number, kernel?: number): TvrReason | undefined {
  const rows = kernel === 8 ? KERNEL8 : kernel === 2 ? KERNEL2 : CONTACT;
  const row = rows.find(([ofByte, ofBit]) => ofByte === byte && ofBit === bit);
  return row && { byte, bit, why: row[2], rule: row[3] };
}
