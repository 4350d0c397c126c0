import type { FailureReason } from '../judge.ts';
import type { Json } from '../vector-kind.ts';
import { type Markup, markup } from './markup.ts';
import type { ListedFailure, MutationResult, Report } from './report.ts';

/** Every vector that did not pass, expected beside actual. */
export function failuresSection({ failures }: Report): Markup {
  return markup`<section id="failures">
<h2>Failures</h2>
${failures.length === 0 ? markup`<p>None.</p>` : failures.map(failureMarkup)}
</section>`;
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
  const number = (count: number): Markup => markup`<td class="number">${count}</td>`;
  const wrong = (count: number): Markup =>
    count === 0 ? number(0) : markup`<td class="number bad"><strong>${count}</strong></td>`;
  const rows = table.map(
    ({ kind, damage, made, refused, accepted, crashed }) => markup`<tr>
<th scope="row">${kind}</th><td>${damage}</td>
${[number(made), number(refused), wrong(accepted), wrong(crashed)]}
</tr>`,
  );
  return markup`<p>Each valid vector that passed was damaged in every way its kind knows. Each
damaged input must be refused with a typed error: its kind, the path and the offset.</p>
<div class="scroll"><table>
<thead><tr><th scope="col">Kind</th><th scope="col">Damage</th>
<th scope="col" class="number">Damaged inputs</th>
<th scope="col" class="number">Refused with a typed error</th>
<th scope="col" class="number">Accepted</th><th scope="col" class="number">Crashed</th></tr></thead>
<tbody>
${rows}
</tbody></table></div>
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
  const { kind, id, file, reason, expected, actual, differences } = failure;
  const places = differences.filter(({ path }) => path !== '');
  return markup`<article>
<h3><span class="bad">✕</span> ${kind} ${id}</h3>
<p>${REASONS[reason]} <span class="quiet">${reason}, in ${file}</span></p>
${places.map((place) => {
  const found = place.actual === undefined ? 'nothing' : shortJson(place.actual);
  const [left, right] = marked(shortJson(place.expected), found);
  return markup`<p>At <code>${place.path}</code></p>${pair(left, right)}`;
})}
${pair(markup`${prettyJson(expected)}`, markup`${prettyJson(actual)}`)}
</article>`;
}

function damageFailure(failure: MutationResult['failures'][number]): Markup {
  const { kind, id, file, reason, name, input, actual } = failure;
  return markup`<article>
<h3><span class="bad">✕</span> ${kind} ${id}: ${name}</h3>
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
