import './logo.css';

/** The tessera: one small rounded tile. Decorative; the shop's name stands beside it. */
export function Logo() {
  return (
    <svg className="logo" viewBox="0 0 32 32" aria-hidden="true">
      <rect className="logo-ground" x="2" y="2" width="28" height="28" rx="8" />
      <rect className="logo-tile" x="9" y="9" width="14" height="14" rx="4" />
    </svg>
  );
}
