/**
 * What a datum would give away; masking is computed from it. `pan`: the card's number, of which the
 * ends may be shown. Masked whole are `track`: whatever else names the card or its holder, or is
 * nobody knows what of theirs; `pin`: a PIN or biometric datum, be it enciphered; `key`: key
 * material.
 */
export type Sensitivity = 'none' | 'pan' | 'track' | 'pin' | 'key';
