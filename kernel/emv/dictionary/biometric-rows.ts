import type { TagRow } from './tag-entry.ts';

/**
 * The data elements of biometric verification, whose tags mean other things outside their
 * templates. Source: EMV 4.4 Book 3, annex A.
 */
export const BIOMETRIC_ROWS = [
  ['7F60', 'Biometric information template', 'template', [0, 255], 'card', ['BF4A', 'BF4B']],
  ['81', 'Biometric type', 'b', [1, 3], 'card', ['A1', 'BF4E']],
  ['82', 'Biometric subtype', 'b', 1, 'card', ['A1']],
  ['90', 'Biometric solution identifier', 'b', [1, 32], 'card', ['A1', 'BF4E']],
  ['A1', 'Biometric header template', 'template', [0, 255], 'card', ['7F60']],
  ['BF4A', 'Offline biometric information group template', 'template', [0, 255], 'card', ['9F31']],
  ['BF4B', 'Online biometric information group template', 'template', [0, 255], 'card', ['9F31']],
  ['DF50', 'Facial try counter', 'b', 1, 'card', ['BF4C']],
  ['DF50', 'Preferred facial attempts', 'b', 1, 'card', ['BF4D']],
  ['DF50', 'Enciphered biometric key seed', 'b', [0, 255], 'terminal', ['BF4E'], 'key'],
  ['DF51', 'Finger try counter', 'b', 1, 'card', ['BF4C']],
  ['DF51', 'Preferred finger attempts', 'b', 1, 'card', ['BF4D']],
  ['DF51', 'Enciphered biometric data', 'b', [0, 65535], 'terminal', ['BF4E'], 'pin'],
  ['DF52', 'Iris try counter', 'b', 1, 'card', ['BF4C']],
  ['DF52', 'Preferred iris attempts', 'b', 1, 'card', ['BF4D']],
  ['DF52', 'MAC of enciphered biometric data', 'b', 8, 'terminal', ['BF4E']],
  ['DF53', 'Palm try counter', 'b', 1, 'card', ['BF4C']],
  ['DF53', 'Preferred palm attempts', 'b', 1, 'card', ['BF4D']],
  ['DF54', 'Voice try counter', 'b', 1, 'card', ['BF4C']],
  ['DF54', 'Preferred voice attempts', 'b', 1, 'card', ['BF4D']],
] as const satisfies readonly TagRow[];
