import { CircleAlert, Info, ScanBarcode, X } from 'lucide-react';
import type { RefObject } from 'react';
import { Button } from 'react-aria-components';
import { KeyHint } from '../ui/key-hint.tsx';
import { words } from '../ui/words.ts';
import type { Notice } from './till-snapshot.ts';
import './scan-field.css';

/** The one field for the scanner and for the search, and the sentence about the last scan. */
export function ScanField(props: {
  readonly input: RefObject<HTMLInputElement | null>;
  readonly text: string;
  readonly onText: (text: string) => void;
  readonly quantity: number;
}) {
  const { input, text, onText, quantity } = props;
  return (
    <div className="scan-field">
      <ScanBarcode className="scan-field-icon" aria-hidden="true" />
      {quantity > 1 && (
        <span className="scan-field-times">
          <span aria-hidden="true">{words.search.times(quantity)}</span>
          <span className="spoken">{words.search.timesLabel(quantity)}</span>
        </span>
      )}
      <input
        ref={input}
        className="scan-field-input"
        type="text"
        inputMode="search"
        enterKeyHint="search"
        autoComplete="off"
        autoCorrect="off"
        spellCheck={false}
        // biome-ignore lint/a11y/noAutofocus: a till begins with a scan, so the field is ready
        autoFocus
        maxLength={120}
        aria-label={words.search.label}
        aria-keyshortcuts={words.keys.search}
        placeholder={words.search.placeholder}
        value={text}
        onChange={(event) => onText(event.target.value)}
      />
      {text === '' ? (
        <KeyHint keys={words.keys.search} />
      ) : (
        <Button
          className="scan-field-clear"
          aria-label={words.search.clear}
          onPress={() => {
            onText('');
            input.current?.focus();
          }}
        >
          <X aria-hidden="true" />
          <KeyHint keys={words.keys.cancel} />
        </Button>
      )}
    </div>
  );
}

/** The sentence about the last scan; in its place, so that nothing moves, what the keys do. */
export function NoticeLine({ notice }: { readonly notice: Notice | undefined }) {
  if (notice === undefined) {
    return (
      <div className="notice-line">
        <ul className="notice-hints">
          {words.search.hints.map((hint) => (
            <li key={hint}>{hint}</li>
          ))}
        </ul>
      </div>
    );
  }
  const Icon = notice.tone === 'caution' ? CircleAlert : Info;
  return (
    <div className="notice-line">
      <p className={`notice notice-${notice.tone}`}>
        <Icon aria-hidden="true" />
        {notice.text}
      </p>
    </div>
  );
}
