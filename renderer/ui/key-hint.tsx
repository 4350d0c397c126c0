import './key-hint.css';

/** The key of an action, shown on it. Screen readers get it from `aria-keyshortcuts`. */
export function KeyHint({ keys }: { readonly keys: string }) {
  return (
    <span className="key-hint" aria-hidden="true">
      {keys}
    </span>
  );
}
