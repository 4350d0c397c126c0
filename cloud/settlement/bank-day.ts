/** A day as it stands in a file, YYYY-MM-DD; `undefined` where it is none of the calendar. */
export function parseDay(text: string): string | undefined {
  if (!/^\d{4}-\d\d-\d\d$/.test(text)) return undefined;
  const time = Date.parse(`${text}T00:00:00Z`);
  return dayOf(new Date(time)) === text ? text : undefined;
}

/** The day of a moment, UTC. */
export function dayOf(at: Date): string {
  return Number.isNaN(at.getTime()) ? '' : at.toISOString().slice(0, 10);
}

/** The day that is so many days after a moment, UTC. */
export function dayAfter(at: Date, days: number): string {
  return dayOf(new Date(at.getTime() + days * DAY_MS));
}

const DAY_MS = 86_400_000;
