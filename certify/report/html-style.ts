/** The look of a report: light, for paper too; every text has a contrast of 4.5:1 or more. */
export const REPORT_STYLE = `
:root {
  --page: #fdfcfa; --sunken: #f4f1ec; --text: #2a2622; --quiet: #5f584f; --line: #dcd6cd;
  --accent: #0b5a5a; --good: #1b5a33; --good-page: #e7f4ea; --bad: #8c2416; --bad-page: #fbeae6;
}
* { box-sizing: border-box; }
body { margin: 0; background: var(--page); color: var(--text);
  font: 16px/1.45 "Inter Variable", Inter, system-ui, sans-serif;
  font-variant-numeric: tabular-nums; }
main { max-width: 1080px; margin: 0 auto; padding: 32px 24px 64px; }
header { display: flex; align-items: center; gap: 12px; }
header svg { width: 32px; height: 32px; flex: none; }
h1 { font-size: 28px; line-height: 1.15; margin: 0; }
h2 { font-size: 22px; line-height: 1.2; margin: 48px 0 12px; }
h3 { font-size: 18px; line-height: 1.3; margin: 24px 0 8px; overflow-wrap: anywhere; }
p { margin: 8px 0; max-width: 72ch; }
.quiet { color: var(--quiet); }
.verdict { max-width: none; display: flex; align-items: baseline; gap: 16px; flex-wrap: wrap;
  margin: 24px 0 0; padding: 16px 24px; border-radius: 16px; border: 2px solid; }
.verdict strong { font-size: 40px; line-height: 1.15; }
.good { color: var(--good); } .bad { color: var(--bad); }
.verdict.good { background: var(--good-page); } .verdict.bad { background: var(--bad-page); }
.scroll { overflow-x: auto; }
nav { display: flex; flex-wrap: wrap; gap: 8px 24px; margin: 16px 0 0; }
a { color: var(--accent); text-underline-offset: 3px; }
a:focus-visible, summary:focus-visible { outline: 3px solid var(--accent); outline-offset: 2px;
  border-radius: 4px; }
article { padding: 4px 0 20px; border-bottom: 1px solid var(--line); }
article:last-child { border-bottom: 0; }
h4 { font-size: 14px; margin: 12px 0 4px; color: var(--quiet); }
h3 .quiet { font-weight: 500; }
details { margin: 8px 0 0; }
summary { color: var(--accent); cursor: pointer; width: fit-content; padding: 4px 0; }
tfoot th, tfoot td { border-bottom: 0; font-weight: 700; color: var(--text); font-size: 16px; }
ul { margin: 8px 0; padding-left: 20px; }
.dense th, .dense td { padding-top: 4px; padding-bottom: 4px; }
.places { table-layout: fixed; }
.places th:first-child { width: 20%; }
.places tbody th { font-weight: 400; }
table { border-collapse: collapse; width: 100%; }
th, td { text-align: left; vertical-align: top; padding: 8px 12px 8px 0;
  border-bottom: 1px solid var(--line); overflow-wrap: anywhere; }
th { color: var(--quiet); font-weight: 600; font-size: 14px; }
tbody th { color: var(--text); font-size: 16px; }
#files th:first-child { width: 44%; }
th.number, td.number { text-align: right; white-space: nowrap; padding: 8px 0 8px 12px; }
code, pre { font: 14px/1.45 ui-monospace, "SF Mono", Menlo, Consolas, monospace; }
code { overflow-wrap: anywhere; }
pre { margin: 0; padding: 12px; background: var(--sunken); border-radius: 10px;
  white-space: pre-wrap; overflow-wrap: anywhere; }
mark { background: var(--bad-page); color: var(--bad); font-weight: 600; border-radius: 2px;
  box-shadow: inset 0 -2px var(--bad); }
.pair { display: grid; grid-template-columns: 1fr 1fr; gap: 12px; }
.pair > div { min-width: 0; }
@media (max-width: 640px) { .pair { grid-template-columns: 1fr; } }
@media print {
  @page { margin: 16mm; }
  body { font-size: 11pt; } main { max-width: none; padding: 0; }
  h2, h3 { break-after: avoid; } tr, .verdict { break-inside: avoid; }
  .scroll { overflow: visible; } nav { display: none; }
  details::details-content { content-visibility: visible; block-size: auto; }
}
`;
