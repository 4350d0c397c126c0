import { generateKeyPairSync } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { describeBuild } from './build.ts';
import { checkHtmlReport, writeHtmlReport } from './html-report.ts';
import { checkJsonReport, writeJsonReport } from './json-report.ts';
import { writeJunitReport } from './junit-report.ts';
import { EMPTY, FAILED, HOSTILE, HUNG, PASSED } from './report.fixture.ts';
import { writeTextReport } from './text-report.ts';

const { privateKey, publicKey } = generateKeyPairSync('ed25519');
const other = generateKeyPairSync('ed25519').publicKey;

describe('the verdict', () => {
  test('is passed only when all is well and something ran', () => {
    const verdicts = [PASSED, FAILED, HUNG, EMPTY].map(({ passed }) => passed);
    expect(verdicts).toEqual([true, false, false, false]);
  });

  test('adds up', () => {
    expect(FAILED.summary).toMatchObject({
      vectors: 3,
      passed: 2,
      failed: 1,
      fileFaults: 1,
      damagedInputs: 8,
      damagedInputsNotRefused: 1,
    });
    expect(FAILED.mutations?.table).toEqual([
      { kind: 'tlv.decode', damage: 'truncation', made: 8, refused: 7, accepted: 1, crashed: 0 },
    ]);
    expect(FAILED.files).toMatchObject([{ vectors: 2, ran: 3, passed: 2 }]);
  });
});

describe('the text', () => {
  test('lists what failed with expected and actual, and sums up', () => {
    const text = writeTextReport(FAILED);
    expect(text).toContain('"AABBCC"');
    expect(text).toContain('"AA00CC"');
    expect(text).toContain('damaged input accepted');
    const sum = '2 of 3 vectors passed, 7 of 8 damaged inputs refused, 1 fault of files';
    expect(text).toContain(`Failed: ${sum}.`);
    expect(writeTextReport(PASSED)).toContain('Passed: 2 of 2 vectors passed');
    expect(writeTextReport(EMPTY)).toContain('nothing ran, no vector holds “nothing”');
  });

  test('holds nothing that moves a cursor', () => {
    expect(writeTextReport(FAILED).replaceAll('\n', '')).not.toMatch(/\p{C}/u);
  });
});

describe('the page', () => {
  const page = writeHtmlReport(FAILED, privateKey);

  test('shows all parts, expected beside actual with the difference marked', () => {
    const parts = ['AA<mark>BB</mark>CC', 'AA<mark>00</mark>CC', 'truncation', 'bad-vector'];
    for (const part of [...parts, 'the others were run', 'Input and whole result']) {
      expect(page.replaceAll('&quot;', '')).toContain(part);
    }
    for (const { sha256 } of FAILED.files) expect(page).toContain(sha256);
    expect(page).toContain(FAILED.build.kernelSha256);
    expect(page).toContain('1.2.3');
  });

  test('lets no file speak HTML', () => {
    expect(page).not.toContain('<script');
    expect(page.replaceAll(/[\n\t]/g, '')).not.toMatch(/\p{C}/u);
    expect(page).toContain('&lt;script&gt;alert(1)&lt;/script&gt;&quot;&#39;&amp;‹U+1B›');
  });

  test('needs nothing from elsewhere', () => {
    expect(page).not.toMatch(/src=|href="(?!#)|url\(|@import/);
    const links = [...page.matchAll(/href="#([\w-]+)"/g)].map(([, id]) => id);
    expect(links).toHaveLength(6);
    for (const id of links) expect(page).toContain(`<section id="${id}">`);
  });

  test('every text has enough contrast', () => {
    const colour = (name: string): string => new RegExp(`--${name}: (#\\w+)`).exec(page)?.[1] ?? '';
    const pairs = [
      ['text', 'page'],
      ['text', 'sunken'],
      ['quiet', 'page'],
      ['bad', 'page'],
      ['bad', 'bad-page'],
      ['good', 'good-page'],
    ] as const;
    for (const [text, surface] of pairs) {
      expect(contrast(colour(text), colour(surface)), text).toBeGreaterThanOrEqual(4.5);
    }
  });
});

function contrast(a: string, b: string): number {
  const luminance = (colour: string): number => {
    const [r = 0, g = 0, blue = 0] = [1, 3, 5].map((at) => {
      const part = Number.parseInt(colour.slice(at, at + 2), 16) / 255;
      return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
    });
    return 0.2126 * r + 0.7152 * g + 0.0722 * blue;
  };
  const [low = 0, high = 0] = [luminance(a), luminance(b)].sort((x, y) => x - y);
  return (high + 0.05) / (low + 0.05);
}

describe('JUnit', () => {
  const xml = writeJunitReport(FAILED);

  test('counts every case and every failure', () => {
    expect(xml).toContain('<testsuite name="tlv.decode" tests="3" failures="1"');
    expect(xml).toContain('<testsuite name="files" tests="1" failures="1"');
    expect(xml).toContain('<testsuite name="damaged inputs" tests="1" failures="1"');
    expect(writeJunitReport(PASSED)).not.toContain('<failure');
    expect(writeJunitReport(HUNG)).toContain('hang');
  });

  test('escapes what it is given', () => {
    expect(xml).not.toContain('<script');
    expect(xml).not.toContain('\u001b');
  });
});

describe('a signature on a page', () => {
  const page = writeHtmlReport(FAILED, privateKey);
  const check = (text: string) => checkHtmlReport(text, publicKey);

  test('is valid on the page as it was made', () => {
    expect(check(page)).toEqual([]);
  });

  test.each([
    ['Made 2026', 'Made 2027', 'The part “summary” is not as it was signed.'],
    ['<mark>00', '<mark>BB', 'The part “failures” is not as it was signed.'],
    [
      '<td class="number">8</td>\n<td class="number">7',
      '<td class="number">7</td>\n<td class="number">7',
      'The part “damaged-inputs” is not',
    ],
    ['ABAB', 'ABAC', 'The part “files” is not as it was signed.'],
    ['1.2.3', '1.2.4', 'The part “build” is not as it was signed.'],
    ['--page: #fdfcfa', '--page: #000000', 'The part “head” is not as it was signed.'],
    ['Signed with', 'Not signed with', 'The part “signature” is not as it was signed.'],
    ['<section id="files">', '<section id="filed">', 'The part “filed” is not as it was signed.'],
    ['</body>', '<p>more</p></body>', 'Something was added after the signature.'],
    ['Ed25519 ', 'Ed25519 A', 'The signature is not by this key'],
    ['tessera-report-signature-1', 'x', 'The signature is not in its form.'],
  ])('%s changed to %s is found', (from, to, sentence) => {
    const at = page.lastIndexOf(from) >= 0 && from === 'Ed25519 ' ? page.lastIndexOf(from) : -1;
    const changed =
      at >= 0 ? page.slice(0, at) + to + page.slice(at + from.length) : page.replace(from, to);
    expect(check(changed)[0]).toContain(sentence);
  });

  test('a missing part, another key, no signature are told', () => {
    const [before = '', after = ''] = page.split(/<section id="failures">[\s\S]*?(?=<section)/);
    expect(check(before + after)).toEqual(['The part “failures” is missing.']);
    expect(checkHtmlReport(page, other)[0]).toContain('not by this key');
    expect(check(writeHtmlReport(FAILED))).toEqual(['The report is not signed.']);
    expect(check('x')).toEqual(['The page holds no signature.']);
  });

  test('no single byte of the page can change', () => {
    const bytes = Buffer.from(page);
    for (let at = 0; at < bytes.length; at += at > bytes.length - 200 ? 1 : 97) {
      const changed = Buffer.from(bytes);
      changed[at] = (changed[at] ?? 0) ^ 1;
      expect(check(changed.toString('utf8')), `byte ${at}`).not.toEqual([]);
    }
  });
});

describe('a signature in JSON', () => {
  const text = writeJsonReport(FAILED, privateKey);
  const json = JSON.parse(text);
  const check = (report: unknown) => checkJsonReport(JSON.stringify(report), publicKey);

  test('is valid however the text is laid out', () => {
    expect(checkJsonReport(text, publicKey)).toEqual([]);
    expect(check(Object.fromEntries(Object.entries(json).reverse()))).toEqual([]);
  });

  test('whatever is changed, added or taken away is named', () => {
    expect(check({ ...json, passed: true })).toEqual([
      'The part “passed” is not as it was signed.',
    ]);
    expect(check({ ...json, more: 1 })).toEqual(['The part “more” is not as it was signed.']);
    const { failures, ...fewer } = json;
    expect(failures).toHaveLength(1);
    expect(check(fewer)).toEqual(['The part “failures” is missing.']);
    expect(checkJsonReport(text, other)[0]).toContain('not by this key');
    expect(check({ ...json, signature: undefined })).toEqual(['The report is not signed.']);
    expect(check({ ...json, signature: [] })).toEqual(['The signature is not in its form.']);
    expect(check([])).toEqual(['The file is not a report.']);
    expect(checkJsonReport('{', publicKey)).toEqual(['The file is not JSON.']);
  });
});

test('the build names the kernel, this version and this Node', () => {
  const build = describeBuild();
  expect(build).toMatchObject({
    node: process.version,
    kernelSha256: expect.stringMatching(/^[0-9A-F]{64}$/),
  });
  expect(build.kernelFiles).toBeGreaterThan(50);
});

test('the hostile text is what it says', () => {
  expect(HOSTILE).toContain('\u001b');
});
