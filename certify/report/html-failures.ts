import type { FailureReason } from '../judge.ts';
import type { PackFault } from '../pack-text.ts';
import type { Json } from '../vector-kind.ts';
import { type Markup, markup } from './markup.ts';
import {
  type FileResult,
  grouped,
  type ListedFailure,
  type MutationResult,
  type Report,
} from './report.ts';

/** What is wrong with files, then every vector that did not pass, expected beside actual. */
export function failuresSection({ failures, files }: Report): Markup {
  const faulty = files.filter(({ faults }) => faults.length > 0);
  const found = [...faulty.map(faultyFile), ...failures.map(failureMarkup)];
  return markup`<section id="failures">
<h2>Failures</h2>
${found.length === 0 ? markup`<p>None.</p>` : found}
</section>`;
}

const FAULTS: Readonly<Record<PackFault['kind'], string>> = {
  unreadable: 'The file cannot be read.',
  'too-large': 'The file is too large to be a pack.',
  'not-json': 'The file is not JSON.',
  'too-deep': 'The file is nested too deep.',
  'wrong-envelope': 'The file is JSON, but not a pack of vectors (tessera-vectors-1).',
  'bad-vector': 'A vector of the file is not in the form of one; the others were run.',
  'duplicate-id': 'Two vectors of a kind have the same id.',
};

function faultyFile({ name, faults }: FileResult): Markup {
  const lines = faults.map(
    ({ kind, detail }) => markup`<li>${FAULTS[kind]} <span class="quiet">${kind}</span>
<code>${detail}</code></li>`,
  );
  return markup`<article>
<h3><span class="bad">✕</span> ${name}</h3>
<ul>${lines}</ul>
</article>`;
}

/** What became of the damaged inputs, by kind and damage. */
export function damagedInputsSection({ mutations }: Report): Markup {
  return markup`<section id="damaged-inputs">
<h2>Damaged inputs</h2>
${mutations && isAny(mutations) ? damagedInputs(mutations) : markup`<p>None were made.</p>`}
</section>`;
}

function isAny({ table, failures }: MutationResult): boolean {
  return table.length + failures.length > 0;
}

function damagedInputs({ table, failures }: MutationResult): Markup {
  const number = (count: number): Markup => markup`<td class="number">${grouped(count)}</td>`;
  const wrong = (count: number): Markup =>
    count === 0
      ? number(0)
      : markup`<td class="number bad"><strong>${grouped(count)}</strong></td>`;
  const sum = (part: 'made' | 'refused' | 'accepted' | 'crashed'): number =>
    table.reduce((all, row) => all + row[part], 0);
  const rows = table.map(({ kind, damage, made, refused, accepted, crashed }, i) => {
    // A kind is named once, over all its rows.
    const isFirst = table[i - 1]?.kind !== kind;
    const span = table.filter((row) => row.kind === kind).length;
    const name = markup`<th scope="rowgroup" rowspan="${span}">${kind}</th>`;
    return markup`<tr>
${isFirst ? name : markup``}<td>${damage}</td>
${[number(made), number(refused), wrong(accepted), wrong(crashed)]}
</tr>`;
  });
  return markup`<p>Each valid vector that passed was damaged in every way its kind knows. Each
damaged input must be refused with a typed error: its kind, the path and the offset.</p>
<div class="scroll"><table class="dense">
<thead><tr><th scope="col">Kind</th><th scope="col">Damage</th>
<th scope="col" class="number">Damaged inputs</th>
<th scope="col" class="number">Refused with a typed error</th>
<th scope="col" class="number">Accepted</th><th scope="col" class="number">Crashed</th></tr></thead>
<tbody>
${rows}
</tbody>
<tfoot><tr><th scope="row" colspan="2">All</th>
${[number(sum('made')), number(sum('refused')), wrong(sum('accepted')), wrong(sum('crashed'))]}
</tr></tfoot></table></div>
${failures.map(damageFailure)}`;
}

const REASONS: Readonly<Record<FailureReason, string>> = {
  mismatch: 'The result is not as expected.',
  refused: 'The kernel refused a valid input.',
  accepted: 'The kernel accepted an invalid input.',
  'wrong-error': 'The kernel refused it for another reason than expected.',
  crashed: 'The kernel threw, or gave no proper result.',
  hang: 'It did not end in time.',
  'unknown-kind': 'This version of Tessera knows no vectors of this kind.',
};

function failureMarkup(failure: ListedFailure): Markup {
  const { kind, id, file, reason, input, expected, actual, differences } = failure;
  const places = differences.filter(({ path }) => path !== '');
  const whole = pair(markup`${prettyJson(expected)}`, markup`${prettyJson(actual)}`);
  return markup`<article>
<h3><span class="bad">✕</span> <span class="quiet">${kind}</span> ${id}</h3>
<p>${REASONS[reason]} <span class="quiet">${reason}, in ${file}</span></p>
${places.length === 0 ? whole : placesTable(places)}
<details><summary>${places.length === 0 ? 'Input' : 'Input and whole result'}</summary>
<h4>Input</h4><pre>${prettyJson(input)}</pre>
${places.length === 0 ? markup`` : whole}
</details>
</article>`;
}

/** Where the result is not as expected, side by side. */
function placesTable(places: ListedFailure['differences']): Markup {
  const rows = places.map((place) => {
    const found = place.actual === undefined ? 'nothing' : shortJson(place.actual);
    const [left, right] = marked(shortJson(place.expected), found);
    return markup`<tr><th scope="row"><code>${place.path}</code></th>
<td><code>${left}</code></td><td><code>${right}</code></td></tr>`;
  });
  return markup`<table class="places">
<thead><tr><th scope="col">At</th><th scope="col">Expected</th>
<th scope="col">Actual</th></tr></thead>
<tbody>
${rows}
</tbody></table>`;
}

function damageFailure(failure: MutationResult['failures'][number]): Markup {
  const { kind, id, file, reason, name, input, actual } = failure;
  return markup`<article>
<h3><span class="bad">✕</span> <span class="quiet">${kind}</span> ${id}: ${name}</h3>
<p>Not refused: ${reason}. <span class="quiet">in ${file}</span></p>
<div class="pair"><div><h4>Damaged input</h4><pre>${prettyJson(input)}</pre></div>
<div><h4>Actual</h4><pre>${prettyJson(actual)}</pre></div></div>
</article>`;
}

function pair(expected: Markup, actual: Markup): Markup {
  return markup`<div class="pair"><div><h4>Expected</h4><pre>${expected}</pre></div>
<div><h4>Actual</h4><pre>${actual}</pre></div></div>`;
}

/** Both texts with what lies between their common beginning and end marked. */
function marked(left: string, right: string): readonly [Markup, Markup] {
  const shorter = Math.min(left.length, right.length);
  let start = 0;
  while (start < shorter && left[start] === right[start]) start += 1;
  let end = 0;
  while (end < shorter - start && left.at(-1 - end) === right.at(-1 - end)) end += 1;
  const inMarks = (text: string): Markup => {
    const middle = text.slice(start, text.length - end);
    const parts = [text.slice(0, start), text.slice(text.length - end)] as const;
    const shown = middle === '' ? markup`` : markup`<mark>${middle}</mark>`;
    return markup`${parts[0]}${shown}${parts[1]}`;
  };
  return [inMarks(left), inMarks(right)];
}

/** A page that cannot be opened helps nobody; the JSON report holds everything. */
const MAX_CHARACTERS = 20_000;

function prettyJson(json: Json): string {
  return short(JSON.stringify(json, null, 2));
}

function shortJson(json: Json): string {
  return short(JSON.stringify(json));
}

function short(text: string): string {
  if (text.length <= MAX_CHARACTERS) return text;
  const rest = text.length - MAX_CHARACTERS;
  return `${text.slice(0, MAX_CHARACTERS)} … ${rest} more characters, all in the JSON report`;
}
