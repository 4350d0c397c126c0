/** What the two characters of a key usage mean. ANSI X9.143:2021, 5.2.1 (table 4). */
export const KEY_USAGES: Readonly<Record<string, string>> = {
  B0: 'Base derivation key (BDK)',
  B1: 'Initial DUKPT key',
  B2: 'Base key variant',
  B3: 'Key derivation key (not X9.24)',
  C0: 'Card verification key',
  D0: 'Symmetric key for data encryption',
  D1: 'Asymmetric key for data encryption',
  D2: 'Data encryption key for decimalisation table',
  D3: 'Data encryption key for sensitive data',
  E0: 'EMV issuer master key: application cryptograms',
  E1: 'EMV issuer master key: secure messaging for confidentiality',
  E2: 'EMV issuer master key: secure messaging for integrity',
  E3: 'EMV issuer master key: data authentication code',
  E4: 'EMV issuer master key: dynamic numbers',
  E5: 'EMV issuer master key: card personalisation',
  E6: 'EMV issuer master key: other',
  E7: 'EMV or multi-purpose master personalisation key',
  I0: 'Initialisation vector',
  K0: 'Key encryption or wrapping',
  K1: 'Key block protection key',
  K2: 'Asymmetric key for key transport',
  K3: 'Asymmetric key for key agreement or wrapping',
  K4: 'Key block protection key, ISO 20038',
  M0: 'MAC, ISO 16609 algorithm 1 with TDES',
  M1: 'MAC, ISO 9797-1 algorithm 1',
  M2: 'MAC, ISO 9797-1 algorithm 2',
  M3: 'MAC, ISO 9797-1 algorithm 3',
  M4: 'MAC, ISO 9797-1 algorithm 4',
  M5: 'MAC, ISO 9797-1:1999 algorithm 5',
  M6: 'MAC, ISO 9797-1:2011 algorithm 5 (CMAC)',
  M7: 'HMAC',
  M8: 'MAC, ISO 9797-1:2011 algorithm 6',
  P0: 'PIN encryption',
  P1: 'PIN generation key',
  S0: 'Asymmetric key for digital signature',
  S1: 'Asymmetric key of a certification authority',
  S2: 'Asymmetric key, not X9.24',
  V0: 'PIN verification, other',
  V1: 'PIN verification, IBM 3624',
  V2: 'PIN verification, Visa PVV',
  V3: 'PIN verification, X9.132 algorithm 1',
  V4: 'PIN verification, X9.132 algorithm 2',
  V5: 'PIN verification, X9.132 algorithm 3',
};

/** What the algorithm character means. ANSI X9.143:2021, 5.2.2 (table 5). */
export const KEY_ALGORITHMS: Readonly<Record<string, string>> = {
  A: 'AES',
  D: 'DES',
  E: 'Elliptic curve',
  H: 'HMAC',
  R: 'RSA',
  S: 'DSA',
  T: 'Triple DES',
};

/** What the mode of use means. ANSI X9.143:2021, 5.2.3 (table 6). */
export const MODES_OF_USE: Readonly<Record<string, string>> = {
  B: 'Encrypt and decrypt, wrap and unwrap',
  C: 'Generate and verify',
  D: 'Decrypt or unwrap only',
  E: 'Encrypt or wrap only',
  G: 'Generate only',
  N: 'No special restrictions',
  S: 'Signature only',
  T: 'Sign and decrypt',
  V: 'Verify only',
  X: 'Derive keys',
  Y: 'Derive variants of this key',
};

/** What the exportability means. ANSI X9.143:2021, 5.2.5 (table 8). */
export const EXPORTABILITIES: Readonly<Record<string, string>> = {
  E: 'Exportable under a trusted key',
  N: 'Not exportable',
  S: 'Sensitive: exportable under an untrusted key',
};
