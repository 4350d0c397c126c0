/** What a field of this machine's time says, as the API takes it; nothing for nothing. */
export function momentOf(local: string): string {
  const atMs = Date.parse(local);
  return Number.isNaN(atMs) ? '' : new Date(atMs).toISOString();
}

/** The other way round, to the minute. */
export function localOf(moment: string | null): string {
  const at = new Date(moment ?? '');
  if (Number.isNaN(at.getTime())) return '';
  const two = (value: number) => `${value}`.padStart(2, '0');
  const day = `${at.getFullYear()}-${two(at.getMonth() + 1)}-${two(at.getDate())}`;
  return `${day}T${two(at.getHours())}:${two(at.getMinutes())}`;
}
