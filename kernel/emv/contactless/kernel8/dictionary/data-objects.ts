import type { DolFormat } from '../../../../tlv/dol.ts';

/** A data object as kernel 8 knows it. */
export interface Kernel8DataObject {
  readonly format: DolFormat;
  /** Smallest and largest length in bytes. */
  readonly lengthBytes: readonly [number, number];
  /** Whether a card may give it; what comes from a card otherwise is an error. */
  readonly fromCard: boolean;
}

type Row = readonly [
  tag: string,
  format: DolFormat,
  minBytes: number,
  maxBytes: number,
  source: 'card' | 'reader',
];

/**
 * The data objects of Book C-8 v1.1, annex A.1, by the dictionary of an open kernel 8
 * (Digrol/Denom); single-source. That dictionary states two lengths for 9F8218; both are taken.
 */
const ROWS: readonly Row[] = [
  ['5F57', 'n', 1, 1, 'reader'], // Account Type
  ['9F01', 'n', 6, 6, 'reader'], // Acquirer Identifier
  ['9F40', 'b', 5, 5, 'reader'], // Additional Terminal Capabilities
  ['9F02', 'n', 6, 6, 'reader'], // Amount, Authorised (Numeric)
  ['9F03', 'n', 6, 6, 'reader'], // Amount, Other (Numeric)
  ['9F26', 'b', 8, 8, 'card'], // Application Cryptogram
  ['9F42', 'n', 2, 2, 'card'], // Application Currency Code
  ['9F44', 'n', 1, 1, 'card'], // Application Currency Exponent
  ['5F24', 'n', 3, 3, 'card'], // Application Expiration Date
  ['94', 'b', 4, 248, 'card'], // AFL
  ['9F06', 'b', 5, 16, 'reader'], // Application Identifier
  ['82', 'b', 2, 2, 'card'], // AIP
  ['50', 'ans', 0, 16, 'card'], // Application Label
  ['5A', 'cn', 1, 10, 'card'], // PAN
  ['5F34', 'n', 1, 1, 'card'], // PAN SN
  ['9F12', 'ans', 0, 16, 'card'], // Application Preferred Name
  ['87', 'b', 1, 1, 'card'], // Application Priority Indicator
  ['9F0A', 'b', 0, 255, 'card'], // ASRPD
  ['9F36', 'b', 2, 2, 'card'], // ATC
  ['9F07', 'b', 2, 2, 'card'], // Application Usage Control
  ['9F09', 'b', 2, 2, 'reader'], // Application Version Number (Reader)
  ['9F8106', 'b', 0, 128, 'card'], // Authenticated Application Data
  ['9F8102', 'b', 1, 1, 'card'], // Cardholder Verification Decision
  ['9F810D', 'b', 2, 2, 'card'], // Card Capabilities Information
  ['9F8206', 'b', 1, 1, 'reader'], // Card Data Input Capability
  ['9F8103', 'b', 64, 132, 'card'], // Card Key Data
  ['9F2C', 'b', 7, 7, 'card'], // Card Qualifier
  ['9F8104', 'b', 5, 5, 'card'], // Card TVR
  ['8C', 'b', 0, 250, 'card'], // CDOL1
  ['8F', 'b', 1, 1, 'card'], // CA Public Key Index (Card)
  ['9F27', 'b', 1, 1, 'card'], // Cryptogram Information Data
  ['9F8207', 'b', 1, 1, 'reader'], // CVM Capability - CVM Required
  ['9F8208', 'b', 1, 1, 'reader'], // CVM Capability - No CVM Required
  ['9F34', 'b', 3, 3, 'reader'], // CVM Results
  ['9F8111', 'b', 0, 243, 'card'], // Data Envelope 1
  ['9F8112', 'b', 0, 243, 'card'], // Data Envelope 2
  ['9F8113', 'b', 0, 243, 'card'], // Data Envelope 3
  ['9F8114', 'b', 0, 243, 'card'], // Data Envelope 4
  ['9F8115', 'b', 0, 243, 'card'], // Data Envelope 5
  ['9F8116', 'b', 0, 243, 'card'], // Data Envelope 6
  ['9F8117', 'b', 0, 243, 'card'], // Data Envelope 7
  ['9F8118', 'b', 0, 243, 'card'], // Data Envelope 8
  ['9F8119', 'b', 0, 243, 'card'], // Data Envelope 9
  ['9F811A', 'b', 0, 243, 'card'], // Data Envelope 10
  ['BF8104', 'b', 0, 65535, 'reader'], // Data Envelopes To Write
  ['9F8201', 'b', 0, 65535, 'reader'], // Data Needed
  ['BF8102', 'b', 0, 65535, 'reader'], // Data Record
  ['BF8101', 'b', 0, 65535, 'reader'], // Data To Send
  ['9F8220', 'b', 0, 250, 'reader'], // Default CDOL1
  ['9F821E', 'b', 1, 1, 'reader'], // Default IAD MAC Offset
  ['84', 'b', 5, 16, 'card'], // DF Name
  ['9F821F', 'b', 0, 65535, 'reader'], // Discretionary Data Tag List
  ['BF8103', 'b', 0, 65535, 'reader'], // Discretionary Data
  ['9F8105', 'b', 8, 8, 'card'], // Enhanced Data Authentication MAC
  ['9F8204', 'b', 6, 6, 'reader'], // Error Indication
  ['9F810A', 'b', 0, 255, 'card'], // Extended SDA Tag List
  ['BF0C', 'b', 0, 220, 'card'], // FCI Issuer Discretionary Data
  ['A5', 'b', 0, 240, 'card'], // FCI Proprietary Template
  ['6F', 'b', 0, 250, 'card'], // FCI Template
  ['9F8212', 'b', 1, 1, 'reader'], // Hold Time Value
  ['9F8107', 'b', 1, 1, 'card'], // IAD MAC Offset
  ['9F810B', 'b', 32, 66, 'card'], // ICC ECC Public Key (for RSA Certs)
  ['9F46', 'b', 0, 248, 'card'], // ICC Public Key Certificate
  ['9F47', 'b', 1, 3, 'card'], // ICC RSA Public Key Exponent
  ['9F48', 'b', 0, 255, 'card'], // ICC RSA Public Key Remainder
  ['9F1E', 'an', 8, 8, 'reader'], // Interface Device Serial Number
  ['9F10', 'b', 0, 32, 'card'], // Issuer Application Data
  ['9F8109', 'b', 8, 8, 'reader'], // Issuer Application Data MAC
  ['9F11', 'n', 1, 1, 'card'], // Issuer Code Table Index
  ['42', 'n', 3, 3, 'card'], // Issuer Identification Number
  ['9F0C', 'n', 3, 4, 'card'], // Issuer Identification Number Extended
  ['90', 'b', 0, 248, 'card'], // Issuer Public Key Certificate
  ['9F32', 'b', 1, 3, 'card'], // Issuer RSA Public Key Exponent
  ['92', 'b', 0, 255, 'card'], // Issuer RSA Public Key Remainder
  ['9F8209', 'b', 2, 2, 'reader'], // Kernel Configuration
  ['9E', 'b', 0, 132, 'reader'], // Kernel Key Data
  ['9F2B', 'b', 8, 8, 'reader'], // Kernel Qualifier
  ['9F821A', 'b', 5, 5, 'reader'], // Kernel Reserved TVR Mask
  ['5F2D', 'an', 2, 8, 'card'], // Language Preference
  ['9F4D', 'b', 2, 2, 'card'], // Log Entry
  ['9F8214', 'b', 2, 2, 'reader'], // Maximum Relay Resistance Grace Period
  ['9F15', 'n', 2, 2, 'reader'], // Merchant Category Code
  ['9F16', 'ans', 15, 15, 'reader'], // Merchant Identifier
  ['9F4E', 'ans', 0, 65535, 'reader'], // Merchant Name and Location
  ['9F8211', 'n', 3, 3, 'reader'], // Message Hold Time
  ['9F821D', 'b', 0, 32, 'reader'], // Message Identifiers On Restart
  ['9F8213', 'b', 2, 2, 'reader'], // Minimum Relay Resistance Grace Period
  ['9F8210', 'b', 8, 8, 'reader'], // Outcome Parameter Set
  ['9F24', 'an', 29, 29, 'card'], // Payment Account Reference
  ['9F38', 'b', 0, 240, 'card'], // PDOL
  ['9F8202', 'b', 1, 1, 'reader'], // Proceed To First Write Flag
  ['9F820D', 'n', 6, 6, 'reader'], // Reader Contactless Floor Limit
  ['9F820E', 'n', 6, 6, 'reader'], // Reader CVM Required Limit
  ['9F821C', 'b', 1, 1, 'reader'], // Read Data Status
  ['9F8217', 'b', 2, 2, 'reader'], // Relay Resistance Accuracy Threshold
  ['9F810C', 'b', 2, 2, 'reader'], // RR Time Excess
  ['9F8218', 'b', 1, 2, 'reader'], // RR Transmission Time Mismatch Threshold
  ['77', 'b', 0, 253, 'card'], // Response Message Template Format 2
  ['9F8108', 'b', 2, 5, 'card'], // Restart Indicator
  ['9F820A', 'b', 1, 1, 'reader'], // Security Capability
  ['5F30', 'n', 2, 2, 'card'], // Service Code
  ['9F8221', 'b', 0, 65535, 'reader'], // Tag Mapping List
  ['9F8203', 'b', 0, 65535, 'reader'], // Tags To Read
  ['9F820B', 'b', 5, 5, 'reader'], // Terminal Action Code - Denial
  ['9F820C', 'b', 5, 5, 'reader'], // Terminal Action Code - Online
  ['9F33', 'b', 3, 3, 'reader'], // Terminal Capabilities
  ['9F1A', 'n', 2, 2, 'reader'], // Terminal Country Code
  ['9F8215', 'b', 2, 2, 'reader'], // Terminal Expected Time For RR C-APDU
  ['9F8216', 'b', 2, 2, 'reader'], // Terminal Expected Time For RR R-APDU
  ['9F1C', 'an', 8, 8, 'reader'], // Terminal Identification
  ['9F1D', 'b', 8, 8, 'reader'], // Terminal Risk Management Data
  ['9F35', 'n', 1, 1, 'reader'], // Terminal Type
  ['95', 'b', 5, 5, 'reader'], // Terminal Verification Results
  ['9F820F', 'b', 2, 2, 'reader'], // Timeout Value
  ['9F19', 'n', 6, 6, 'card'], // Token Requester ID
  ['9F1F', 'ans', 0, 54, 'card'], // Track 1 Discretionary Data
  ['9F20', 'cn', 0, 16, 'card'], // Track 2 Discretionary Data
  ['57', 'b', 0, 19, 'card'], // Track 2 Equivalent Data
  ['5F2A', 'n', 2, 2, 'reader'], // Transaction Currency Code
  ['5F36', 'n', 1, 1, 'reader'], // Transaction Currency Exponent
  ['9A', 'n', 3, 3, 'reader'], // Transaction Date
  ['9F21', 'n', 3, 3, 'reader'], // Transaction Time
  ['9C', 'n', 1, 1, 'reader'], // Transaction Type
  ['9F37', 'b', 4, 4, 'reader'], // Unpredictable Number
  ['9F8205', 'b', 13, 13, 'reader'], // User Interface Request Data 1
  ['9F8219', 'b', 13, 13, 'reader'], // User Interface Request Data 2
  ['9F821B', 'b', 1, 1, 'reader'], // Write Data Status
  ['5F20', 'ans', 2, 26, 'card'], // Cardholder Name
];

const OBJECTS: ReadonlyMap<string, Kernel8DataObject> = new Map(
  ROWS.map(([tag, format, minBytes, maxBytes, source]) => [
    tag,
    { format, lengthBytes: [minBytes, maxBytes], fromCard: source === 'card' },
  ]),
);

/** What kernel 8 knows of a tag (upper-case hex). */
export function kernel8DataObject(tag: string): Kernel8DataObject | undefined {
  return OBJECTS.get(tag);
}
