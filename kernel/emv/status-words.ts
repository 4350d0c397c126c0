/** What a status word says. ISO/IEC 7816-4, 5.6; EMV 4.4 Book 3, 6.3.5. */
export function statusMeaning(statusWord: string): string {
  return MEANINGS[statusWord] ?? CLASSES[statusWord.slice(0, 2)] ?? 'Unknown status';
}

const MEANINGS: Readonly<Record<string, string>> = {
  '9000': 'Done',
  '6283': 'Selected file invalidated',
  '6300': 'Authentication failed',
  '6700': 'Wrong length',
  '6982': 'Security status not satisfied',
  '6983': 'Authentication method blocked',
  '6984': 'Referenced data invalidated',
  '6985': 'Conditions of use not satisfied',
  '6986': 'Command not allowed',
  '6A80': 'Wrong data',
  '6A81': 'Function not supported',
  '6A82': 'File or application not found',
  '6A83': 'Record not found',
  '6A86': 'Wrong P1 or P2',
  '6A88': 'Referenced data not found',
  '6B00': 'Wrong parameters',
  '6D00': 'Instruction not supported',
  '6E00': 'Class not supported',
  '6F00': 'No precise diagnosis',
};

const CLASSES: Readonly<Record<string, string>> = {
  '61': 'More data is waiting',
  '63': 'Warning, memory changed',
  '6C': 'Wrong expected length',
};
