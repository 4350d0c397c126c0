import { readFileSync } from 'node:fs';
import { checkHtmlReport } from '#certify/report/html-report.ts';
import { checkJsonReport } from '#certify/report/json-report.ts';
import { keyFingerprint } from '#certify/report/key-fingerprint.ts';
import { type Command, UsageError } from './command.ts';
import { readOptions } from './read-options.ts';
import { readPublicKey } from './report-keys.ts';

const HELP = `Checks the signature of a report, of the HTML page or of the JSON.

  tessera verify-report report.html --key public.pem

  --key PUBLIC.pem  the Ed25519 public key of whom you expect to have signed
  --json            {"valid": …, "faults": […], "keySha256": …}
  --help            this text

Exit code: 0 the report is as it was signed, 1 it is not (and what was changed), 2 wrong options.
That a report is as it was signed does not say that it passed: that is for you to read.
`;

/** `tessera verify-report` */
export const verifyReport: Command = {
  name: 'verify-report',
  summary: 'check the signature of a report',
  help: HELP,
  run(args, console) {
    const { values, positionals } = readOptions(args, {
      key: { type: 'string' },
      json: { type: 'boolean', default: false },
    });
    const [file, ...more] = positionals;
    if (file === undefined || more.length > 0) throw new UsageError('Give one report.');
    if (values.key === undefined) throw new UsageError('Give the public key: --key PUBLIC.pem.');
    const key = readPublicKey(values.key);
    const text = readReport(file);
    const check = text?.trimStart().startsWith('{') ? checkJsonReport : checkHtmlReport;
    const faults = text === undefined ? ['The file is not text in UTF-8.'] : check(text, key);
    const valid = faults.length === 0;
    if (values.json) {
      console.out(`${JSON.stringify({ valid, faults, keySha256: keyFingerprint(key) })}\n`);
    } else if (valid) {
      console.out(`The report is as it was signed, by the key ${keyFingerprint(key)}.\n`);
    } else {
      console.out(`Not valid. ${faults.join(' ')}\n`);
    }
    return valid ? 0 : 1;
  },
};

/** The bytes as text and nothing repaired: what is repaired would not be what was signed. */
function readReport(file: string): string | undefined {
  let bytes: Uint8Array;
  try {
    bytes = readFileSync(file);
  } catch (error) {
    throw new UsageError(`The report cannot be read: ${String(error)}`);
  }
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    return undefined;
  }
}
