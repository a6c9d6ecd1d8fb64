import { createHash } from 'node:crypto';

/**
 * The style sheet of month and incident reports: light, dark when the reader's screen is, always light on paper, one column on a
 * phone. Text has a contrast of 4.5:1 or more (WCAG 2.2, 1.4.3); states differ by pattern or words too.
 */
export const reportStyle = `
:root{color-scheme:light;--paper:#fff;--panel:#f4f6f8;--ink:#1c2733;--quiet:#54616f;--rule:#c5ced8;--grid:#e4e9ee;
--good:#22703f;--ok:#bfe0cb;--bad:#b3261e;--warn:#8a5a0a;--calm:#dbe7f1;--calm-edge:#5f86a6;--moved:#f8e3c2;--moved-edge:#a8690f}
@media screen and (prefers-color-scheme:dark){:root{color-scheme:dark;--paper:#12161b;--panel:#1a2027;--ink:#eef2f6;--quiet:#a9b5c1;
--rule:#3b4753;--grid:#252d36;--good:#7fd19b;--ok:#24503a;--bad:#ff9b92;--warn:#e8b56b;--calm:#24384a;--calm-edge:#7ea6c8;
--moved:#4a3514;--moved-edge:#e0a64f}}
*{box-sizing:border-box}
body{margin:0 auto;max-width:1080px;padding:24px 20px 60px;background:var(--paper);color:var(--ink);
font:15px/1.5 Inter,"Segoe UI","Helvetica Neue",Arial,"Liberation Sans","DejaVu Sans",sans-serif}
h1{font-size:25px;line-height:1.25;margin:0 0 4px;overflow-wrap:anywhere}
h2{font-size:18px;margin:34px 0 4px}
p,ul{margin:6px 0}ul{padding-left:20px}
.quiet{color:var(--quiet)}
.scroll{overflow-x:auto}
table{border-collapse:collapse;width:100%;font-size:13.5px;font-variant-numeric:tabular-nums}
th,td{padding:4px 12px 4px 0;text-align:left;vertical-align:top;border-bottom:1px solid var(--grid);font-weight:400;overflow-wrap:anywhere;min-width:4.5em}
thead th{color:var(--quiet);font-weight:600;border-bottom:1.5px solid var(--rule)}
tbody th{font-weight:600}
td.bad{color:var(--bad);font-weight:700}td.good{color:var(--good)}td.warn{color:var(--warn)}
figure{margin:16px 0 0;overflow-x:auto}
figcaption{font-size:13.5px;color:var(--quiet);margin-top:4px}
svg{display:block;width:100%;min-width:640px;height:auto;background:var(--panel);border-radius:6px}
svg text{fill:var(--ink);font-size:11px}
svg .head{font-weight:700;font-size:12px}
svg .note{fill:var(--quiet)}
svg .grid{stroke:var(--grid)}
svg .up{fill:var(--ok)}svg .down{fill:var(--bad)}
svg .unknown{fill:url(#unknown)}.unknown-line{stroke:var(--quiet);stroke-width:1;opacity:.55}
svg .home{fill:var(--calm);stroke:var(--calm-edge)}svg .away{fill:var(--moved);stroke:var(--moved-edge);stroke-width:1.5}
svg .wrong{fill:url(#wrong);stroke:var(--bad);stroke-width:1.5}.wrong-line{stroke:var(--bad);stroke-width:2;opacity:.7}
svg .error{fill:var(--bad)}svg .warning{fill:none;stroke:var(--warn);stroke-width:1.5}
svg .mark{stroke:var(--ink);stroke-width:1.4}
@media (max-width:600px){body{padding:14px 12px 40px}h1{font-size:21px}
table.rows thead{position:absolute;left:-9999px}
table.rows tr{display:block;border-bottom:1.5px solid var(--rule);padding:6px 0}
table.rows th,table.rows td{display:block;border:0;padding:1px 0}
table.rows td::before{content:attr(data-head) ": ";color:var(--quiet);font-weight:400}
table.rows td:empty{display:none}}
@media print{@page{size:A4;margin:12mm}
body{max-width:none;padding:0;font-size:10pt}h1{font-size:16pt}h2{font-size:12pt;break-after:avoid}
table{font-size:8.5pt}tr,figure{break-inside:avoid}.scroll,figure{overflow:visible}
svg{min-width:0;background:none;border:.5pt solid var(--rule);border-radius:0}
*{-webkit-print-color-adjust:exact;print-color-adjust:exact}}
`;

/** What a report may do: nothing but use this one style sheet, known by its hash (CSP level 3, 8.3). */
export const reportPolicy = [
  "default-src 'none'",
  `style-src 'sha256-${createHash('sha256').update(reportStyle).digest('base64')}'`,
  "base-uri 'none'",
  "form-action 'none'",
].join('; ');
