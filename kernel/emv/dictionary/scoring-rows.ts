import { SCORING_TAGS } from '../../transaction/scoring-dataset.ts';
import type { TagRow } from './tag-entry.ts';

/** The scoring dataset and answer of the Tessera host messages. */
export const SCORING_ROWS = [
  [SCORING_TAGS.channel, 'Channel', 'an', [1, 16], 'terminal'],
  [SCORING_TAGS.deviceInterface, 'Device interface', 'ans', [0, 64], 'terminal'],
  [SCORING_TAGS.cardholderVerification, 'Cardholder verification', 'ans', [1, 16], 'terminal'],
  [SCORING_TAGS.basketLines, 'Basket lines', 'b', 2, 'terminal'],
  [SCORING_TAGS.cardTimeMs, 'Card time in ms', 'b', 4, 'terminal'],
  [SCORING_TAGS.assertionCredential, 'Assertion credential', 'b', [1, 128], 'terminal'],
  [SCORING_TAGS.assertionClientData, 'Assertion client data', 'ans', [1, 512], 'terminal'],
  [SCORING_TAGS.assertionAuthenticatorData, 'Assertion authenticator data', 'b', 37, 'terminal'],
  [SCORING_TAGS.assertionSignature, 'Assertion signature', 'b', [64, 72], 'terminal'],
  [SCORING_TAGS.assertionIntent, 'Assertion intent', 'n', 8, 'terminal'],
  [SCORING_TAGS.score, 'Score', 'b', 2, 'host'],
  [SCORING_TAGS.tier, 'Risk tier', 'an', [3, 6], 'host'],
  [SCORING_TAGS.reasons, 'Reason codes', 'ans', [0, 120], 'host'],
  [SCORING_TAGS.requiredMethod, 'Required method', 'an', [3, 8], 'host'],
  [SCORING_TAGS.challenge, 'Challenge', 'b', 32, 'host'],
  [SCORING_TAGS.verificationUs, 'Time of verification in µs', 'b', 4, 'host'],
  [SCORING_TAGS.scoringUs, 'Time of scoring in µs', 'b', 4, 'host'],
  [SCORING_TAGS.accountUs, 'Time of account in µs', 'b', 4, 'host'],
] as const satisfies readonly TagRow[];
