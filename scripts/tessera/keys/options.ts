import type { InputOption } from '../kind-command.ts';

/** An option that takes hex. */
export const hexOption = (option: string, help: string): InputOption => ({
  option,
  type: 'hex',
  help,
});

/** An option that takes text. */
export const textOption = (option: string, help: string): InputOption => ({
  option,
  type: 'text',
  help,
});

/** An option that takes a whole number. */
export const numberOption = (option: string, help: string): InputOption => ({
  option,
  type: 'number',
  help,
});

/** The same, but it may be left out. */
export const optional = (option: InputOption): InputOption => ({ ...option, optional: true });

/** How many bytes of a result are wanted. */
export const lengthOption = (of: string, byDefault: string): InputOption => ({
  option: 'length',
  member: 'lengthBytes',
  type: 'number',
  help: `bytes of ${of}`,
  default: byDefault,
});

/** A key. */
export const KEY: InputOption = hexOption('key', 'the key');
/** A card number. */
export const PAN: InputOption = textOption('pan', 'the card number');
/** A PIN. */
export const PIN: InputOption = textOption(
  'pin',
  'the PIN; better from a file than on the command line',
);
/** TDES or AES. */
export const CIPHER: InputOption = { ...textOption('algorithm', 'tdes or aes'), default: 'tdes' };
