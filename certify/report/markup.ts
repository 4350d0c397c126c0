/** HTML that is safe to put into a page. */
export interface Markup {
  readonly html: string;
}

type Part = string | number | Markup | readonly Markup[];

/**
 * A tag for templates: text is escaped, markup is put in as it is. What a page shows comes from
 * files of others.
 */
export function markup(strings: TemplateStringsArray, ...parts: readonly Part[]): Markup {
  return {
    html: strings.map((text, i) => text + (i < parts.length ? render(parts[i]) : '')).join(''),
  };
}

function render(part: Part | undefined): string {
  if (part === undefined) return '';
  if (typeof part === 'string' || typeof part === 'number') return escapeHtml(String(part));
  return 'html' in part ? part.html : part.map(({ html }) => html).join('\n');
}

const ESCAPES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

/** Characters that are not seen, or turn the direction of text, are shown by their number. */
function escapeHtml(text: string): string {
  return text
    .replaceAll(/[&<>"']/g, (character) => ESCAPES[character] ?? '')
    .replaceAll(HIDDEN, (character) => `‹U+${character.charCodeAt(0).toString(16).toUpperCase()}›`);
}

const HIDDEN = /[^\P{C}\n\t]/gu;
