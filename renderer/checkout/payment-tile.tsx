import type { LucideIcon } from 'lucide-react';
import { Check, Hourglass, KeyRound, Nfc, Undo2, Watch, X } from 'lucide-react';
import type { PaymentView } from '#bridge/terminal-api.ts';
import './payment-tile.css';

const icons: Readonly<Record<PaymentView['state'], LucideIcon>> = {
  ready: Nfc,
  reading: Nfc,
  'may-remove': Watch,
  'entering-pin': KeyRound,
  authorising: Watch,
  approved: Check,
  declined: X,
  unknown: Hourglass,
  reversed: Undo2,
  cancelled: X,
};

const indicatorCount = 4;

/**
 * The tessera itself: it breathes while it waits, fills with each exchange while the wearable is
 * read, and carries the outcome's sign. Four indicators beside it, as EMV Book A has them.
 * Decorative: the words next to it say the same.
 */
export function PaymentTile({ payment }: { readonly payment: PaymentView }) {
  const Icon = icons[payment.state];
  const fill = fillOf(payment);
  const lit = litIndicators(payment, fill);
  return (
    <div className="payment-tile-place" aria-hidden="true">
      <div className="payment-tile" data-state={payment.state} data-fill={Math.round(fill * 100)}>
        <span className="payment-tile-fill" style={{ transform: `scaleY(${fill})` }} />
        <Icon className="payment-tile-icon" />
      </div>
      <div className="payment-indicators" data-off={lit === 0 || undefined}>
        {Array.from({ length: indicatorCount }, (_, index) => (
          <span
            // biome-ignore lint/suspicious/noArrayIndexKey: the indicators never change places
            key={index}
            className="payment-indicator"
            data-lit={index < lit || undefined}
          />
        ))}
      </div>
    </div>
  );
}

/** How full the tile is, from 0 to 1. */
function fillOf(payment: PaymentView): number {
  switch (payment.state) {
    case 'ready':
      return 0;
    case 'reading': {
      const { done, expected } = payment.progress ?? { done: 0, expected: 1 };
      return Math.min(1, Math.max(0, done / Math.max(1, expected)));
    }
    case 'may-remove':
    case 'entering-pin':
    case 'authorising':
    case 'approved':
    case 'declined':
    case 'unknown':
    case 'reversed':
    case 'cancelled':
      return 1;
    default:
      return payment.state satisfies never;
  }
}

/** One while ready, then with the reading, all when it is done. */
function litIndicators(payment: PaymentView, fill: number): number {
  if (payment.state === 'ready') return 1;
  if (payment.state === 'reading') return 1 + Math.floor(fill * (indicatorCount - 1));
  const isRead = ['may-remove', 'entering-pin', 'authorising'].includes(payment.state);
  return isRead ? indicatorCount : 0;
}
