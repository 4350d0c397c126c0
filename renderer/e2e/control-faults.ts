import type { Page } from 'playwright-core';

const leastTargetPx = 48;
/** What can be pressed, typed into or chosen. */
const interactive =
  'button, input, select, summary, a[href], ' +
  '[role="button"], [role="tab"], [role="option"], [role="row"]';
/** What must have a name. */
const NAMED =
  'button|link|textbox|searchbox|combobox|radio|region|table|tab|option|row|grid|listbox|dialog';

/** The controls that are smaller than a fingertip, and those without a name. */
export async function controlFaults(page: Page): Promise<readonly string[]> {
  const small = await page.locator(interactive).evaluateAll((controls, leastPx) => {
    // What only a screen reader finds is clipped away, and needs no size.
    const isSeen = (control: Element) =>
      control.checkVisibility() && control.closest('[style*="clip"], .skip-link') === null;
    return controls.filter(isSeen).flatMap((control) => {
      const { width, height } = control.getBoundingClientRect();
      const isSmall = width < leastPx || height < leastPx;
      return isSmall ? [`${control.className} is ${width} × ${height}`] : [];
    });
  }, leastTargetPx);
  const nameless = (await page.locator('body').ariaSnapshot())
    .split('\n')
    .filter((line) => new RegExp(`^\\s*- (${NAMED})\\b(?! ")`).test(line));
  return [...small, ...nameless];
}
