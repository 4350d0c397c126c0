import { createPublicKey, type KeyObject } from 'node:crypto';
import { damagedInputsSection, failuresSection } from './html-failures.ts';
import { REPORT_STYLE } from './html-style.ts';
import { keyFingerprint } from './key-fingerprint.ts';
import { type Markup, markup } from './markup.ts';
import { grouped, inNumbers, type Report } from './report.ts';
import { findTampering, type ReportParts, signParts } from './signature.ts';

/**
 * The report as one HTML page that needs nothing else: no script, no other file. Where a key is
 * given, its last section is the signature, which covers every other byte of the page.
 */
export function writeHtmlReport(report: Report, privateKey?: KeyObject): string {
  const key = privateKey && createPublicKey(privateKey);
  const page = `${body(report, key).html}\n`;
  const signature = privateKey ? signParts(pageParts(page), privateKey) : 'not signed';
  return `${page}${SIGNATURE_START}${signature}${SIGNATURE_END}`;
}

/** What is wrong with a signed page, in sentences; nothing when it is as signed. */
export function checkHtmlReport(text: string, publicKey: KeyObject): readonly string[] {
  const at = text.lastIndexOf(SIGNATURE_START);
  if (at < 0) return ['The page holds no signature.'];
  if (!text.endsWith(SIGNATURE_END)) return ['Something was added after the signature.'];
  const signature = text.slice(at + SIGNATURE_START.length, -SIGNATURE_END.length);
  if (signature === 'not signed') return ['The report is not signed.'];
  return findTampering(pageParts(text.slice(0, at)), signature, publicKey);
}

const SIGNATURE_START = '<pre id="signature-value">';
const SIGNATURE_END = '</pre>\n</section>\n</main>\n</body>\n</html>\n';

/** A part begins where a section does; what is before the first is the `head`. */
function pageParts(page: string): ReportParts {
  const texts = page.split(/^(?=<section id=")/m);
  const parts = new Map<string, string>();
  for (const text of texts) {
    const id = /^<section id="([a-z-]+)"/.exec(text)?.[1] ?? 'head';
    // Two sections of one name would hide one behind the other.
    parts.set(id, (parts.get(id) ?? '') + text);
  }
  return parts;
}

function body(report: Report, publicKey: KeyObject | undefined): Markup {
  return markup`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<title>Tessera certification report, ${report.passed ? 'passed' : 'failed'}</title>
<style>${{ html: REPORT_STYLE }}</style>
</head>
<body>
<main>
<header>${LOGO}<h1>Tessera certification report</h1></header>
${summarySection(report)}
${kindsSection(report)}
${failuresSection(report)}
${damagedInputsSection(report)}
${filesSection(report)}
${buildSection(report)}
${signatureSection(publicKey)}`;
}

const LOGO = markup`<svg viewBox="0 0 32 32" aria-hidden="true">
<rect x="2" y="2" width="28" height="28" rx="7" fill="#0b5a5a"/></svg>`;

function summarySection(report: Report): Markup {
  const { passed, filter, madeAt } = report;
  return markup`<section id="summary">
<p class="verdict ${passed ? 'good' : 'bad'}"><strong>${passed ? '✓ Passed' : '✕ Failed'}</strong>
<span>${inNumbers(report)}.</span></p>
<p class="quiet">Made ${madeAt}. ${
    filter
      ? markup`Only vectors whose file, kind or id holds “${filter}”.`
      : 'Every vector was run.'
  }</p>
${contents(report)}
</section>`;
}

/** Where to find what, with how much of it is wrong. */
function contents({ summary, mutations }: Report): Markup {
  const { failed, fileFaults, damagedInputsNotRefused } = summary;
  const links = [
    ['kinds', 'Kinds', 0],
    ['failures', 'Failures', failed + fileFaults],
    ['damaged-inputs', 'Damaged inputs', mutations ? damagedInputsNotRefused : 0],
    ['files', 'Files', 0],
    ['build', 'What was tested', 0],
    ['signature', 'Signature', 0],
  ] as const;
  const items = links.map(
    ([id, name, wrong]) =>
      markup`<a href="#${id}">${name}${
        wrong === 0 ? markup`` : markup` <strong class="bad">${wrong}</strong>`
      }</a>`,
  );
  return markup`<nav aria-label="Parts of the report">${items}</nav>`;
}

function kindsSection({ kinds, summary }: Report): Markup {
  const rows = kinds.map(
    ({ kind, vectors, passed, failed, ms }) => markup`<tr><th scope="row">${kind}</th>
<td class="number">${grouped(vectors)}</td><td class="number">${grouped(passed)}</td>
${failedCell(failed)}
<td class="number">${ms.toFixed(1)}</td></tr>`,
  );
  return markup`<section id="kinds">
<h2>Kinds</h2>
<div class="scroll"><table>
<thead><tr><th scope="col">Kind</th><th scope="col" class="number">Vectors</th>
<th scope="col" class="number">Passed</th><th scope="col" class="number">Failed</th>
<th scope="col" class="number">Time, ms</th></tr></thead>
<tbody>
${rows}
</tbody>
<tfoot><tr><th scope="row">All</th><td class="number">${grouped(summary.vectors)}</td>
<td class="number">${grouped(summary.passed)}</td>${failedCell(summary.failed)}
<td class="number">${summary.ms.toFixed(1)}</td></tr></tfoot></table></div>
</section>`;
}

function failedCell(failed: number): Markup {
  const shown = failed === 0 ? markup`0` : markup`<strong class="bad">${grouped(failed)}</strong>`;
  return markup`<td class="number">${shown}</td>`;
}

function filesSection({ files }: Report): Markup {
  const rows = files.map(
    ({ name, sha256, source, kind, vectors, ran, passed, faults }) => markup`<tr>
<th scope="row">${name}<br><code>${sha256 || 'not read'}</code></th>
<td>${kind}<br><span class="quiet">${source}</span>
${faults.map(
  ({ kind, detail }) => markup`<br><strong class="bad">✕ ${kind}</strong> ${detail}`,
)}</td>
<td class="number">${vectors}</td><td class="number">${ran}</td><td class="number">${passed}</td>
</tr>`,
  );
  return markup`<section id="files">
<h2>Files of vectors, with their SHA-256</h2>
<div class="scroll"><table>
<thead><tr><th scope="col">File</th><th scope="col">Kind and source</th>
<th scope="col" class="number">Vectors</th><th scope="col" class="number">Run</th>
<th scope="col" class="number">Passed</th></tr></thead>
<tbody>
${rows}
</tbody></table></div>
</section>`;
}

function buildSection({ build }: Report): Markup {
  const { version, node, platform, kernelFiles, kernelSha256, commit, modified } = build;
  const rows = [
    ['Tessera', version],
    ['Kernel, SHA-256 over its source files', `${kernelSha256} (${kernelFiles} files)`],
    ['Commit', commit ? `${commit}${modified ? ', with changes to the kernel' : ''}` : 'unknown'],
    ['Node', node],
    ['Platform', platform],
  ] as const;
  return markup`<section id="build">
<h2>What was tested</h2>
<table><tbody>
${rows.map(
  ([name, value]) => markup`<tr><th scope="row">${name}</th>
<td><code>${value}</code></td></tr>`,
)}
</tbody></table>
</section>`;
}

function signatureSection(publicKey: KeyObject | undefined): Markup {
  const words = publicKey
    ? markup`Signed with Ed25519. SHA-256 of the public key:
<code>${keyFingerprint(publicKey)}</code>. The lines name every part of this page with its SHA-256;
the last is the signature of the lines before it. Check with
<code>tessera verify-report FILE --key PUBLIC.pem</code>.`
    : 'This report is not signed.';
  return markup`<section id="signature">
<h2>Signature</h2>
<p>${words}</p>`;
}
