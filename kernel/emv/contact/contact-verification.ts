/** How the cardholder was verified, as 9F34 has it. */
export type ContactVerification =
  | 'none'
  | 'failed'
  | 'offline-pin'
  | 'online-pin'
  | 'signature'
  | 'offline-pin-and-signature';
