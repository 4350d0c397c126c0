import { SaxesParser } from 'saxes';
import { type Malformed, malformed, ok, type Result } from '#kernel/bytes/result.ts';

/** An element, with what is in it of its own namespace. */
export interface XmlElement {
  readonly name: string;
  readonly namespace: string;
  /** Character data directly in it, trimmed. */
  readonly text: string;
  readonly attributes: ReadonlyMap<string, string>;
  readonly children: readonly XmlElement[];
  /** Where it stands: from 1. */
  readonly line: number;
  /** Where its start tag ends, in characters from 0. */
  readonly offset: number;
}

/** Why a document was refused. */
export type XmlFault = Malformed<
  | 'too-large'
  | 'bad-encoding'
  | 'not-well-formed'
  | 'doctype'
  | 'too-deep'
  | 'too-many-elements'
  | 'too-much-text'
>;

const MOST_BYTES = 32 * 1024 * 1024;
const MOST_DEPTH = 32;
/** A payment in a statement takes some thirty. */
const MOST_ELEMENTS = 1_000_000;
/** More than any text element of ISO 20022 cash management may have. */
const MOST_TEXT = 4_096;

interface Growing extends XmlElement {
  text: string;
  readonly attributes: Map<string, string>;
  readonly children: XmlElement[];
}

/**
 * Reads an XML document in UTF-8 that nobody vouches for: no document type, so that there are no
 * entities but the five of XML itself; size, depth, elements and text are limited. The path of a
 * fault is that of the element it was found in, with `?` for a name that ISO 20022 has not; its
 * offset counts characters.
 */
export function parseXml(bytes: Uint8Array): Result<XmlElement, XmlFault> {
  if (bytes.length > MOST_BYTES) return malformed('too-large', '', MOST_BYTES);
  let text: string;
  try {
    text = new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    return malformed('bad-encoding', '', 0);
  }
  const builder = new TreeBuilder();
  try {
    builder.parser.write(text).close();
  } catch (cause) {
    if (!(cause instanceof Stop)) throw cause;
    // The parser counts a line's end before it knows whether there is one.
    const offset = Math.min(builder.parser.position, text.length);
    return malformed(cause.kind, builder.path(), offset);
  }
  if (!builder.root) throw new Error('a well-formed document has a root');
  return ok(builder.root);
}

/** Ends a parse from within the parser's events. */
class Stop extends Error {
  readonly kind: XmlFault['kind'];

  constructor(kind: XmlFault['kind']) {
    super(kind);
    this.kind = kind;
  }
}

class TreeBuilder {
  readonly parser = new SaxesParser({ xmlns: true });
  root: XmlElement | undefined;
  readonly #open: Growing[] = [];
  #elements = 0;

  constructor() {
    const { parser } = this;
    parser.on('error', () => {
      throw new Stop('not-well-formed');
    });
    parser.on('doctype', () => {
      throw new Stop('doctype');
    });
    parser.on('xmldecl', ({ encoding }) => {
      if (encoding && encoding.toLowerCase() !== 'utf-8') throw new Stop('bad-encoding');
    });
    parser.on('opentag', (tag) => this.#start(tag));
    parser.on('text', (text) => this.#add(text));
    parser.on('cdata', (text) => this.#add(text));
    parser.on('closetag', () => {
      const closed = this.#open.pop();
      if (closed) closed.text = closed.text.trim();
    });
  }

  path(): string {
    const names = this.#open.map(({ name }) => (/^[A-Za-z]{1,35}$/.test(name) ? name : '?'));
    return names.join('/');
  }

  #start({ local, uri, attributes }: SaxesTag): void {
    if (this.#open.length >= MOST_DEPTH) throw new Stop('too-deep');
    this.#elements += 1;
    if (this.#elements > MOST_ELEMENTS) throw new Stop('too-many-elements');
    const element: Growing = {
      name: local,
      namespace: uri,
      text: '',
      attributes: new Map(Object.values(attributes).map((each) => [each.name, each.value])),
      children: [],
      line: this.parser.line,
      offset: this.parser.position,
    };
    const parent = this.#open.at(-1);
    if (!parent) this.root = element;
    else if (parent.namespace === uri) parent.children.push(element);
    this.#open.push(element);
  }

  #add(text: string): void {
    const element = this.#open.at(-1);
    if (!element) return;
    if (element.text.length + text.length > MOST_TEXT) throw new Stop('too-much-text');
    element.text += text;
  }
}

interface SaxesTag {
  readonly local: string;
  readonly uri: string;
  readonly attributes: Readonly<Record<string, { readonly name: string; readonly value: string }>>;
}
