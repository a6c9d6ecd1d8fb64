/**
 * The style sheet of the drill report: light, dark when the reader's screen is, and always light on paper, where every
 * fault begins a page. Text has a contrast of 4.5:1 or more (WCAG 2.2, 1.4.3); states differ by pattern or place too.
 */
export const drillStyle = `
:root{color-scheme:light;--paper:#fff;--panel:#f4f6f8;--ink:#1c2733;--quiet:#54616f;--rule:#c5ced8;--grid:#e4e9ee;
--ok:#2b7350;--fail:#b3261e;--calm:#dbe7f1;--calm-edge:#7fa3c0;--moved:#f8e3c2;--moved-edge:#8f570a;--heal:#1f6296;--good:#22703f}
@media screen and (prefers-color-scheme:dark){:root{color-scheme:dark;--paper:#12161b;--panel:#1a2027;--ink:#eef2f6;--quiet:#a9b5c1;
--rule:#3b4753;--grid:#252d36;--ok:#7fd19b;--fail:#ff9b92;--calm:#24384a;--calm-edge:#5d86a8;--moved:#4a3514;--moved-edge:#e0a64f;
--heal:#86bdea;--good:#7fd19b}}
*{box-sizing:border-box}
body{margin:0 auto;max-width:1080px;padding:28px 24px 60px;background:var(--paper);color:var(--ink);
font:15px/1.5 Inter,"Segoe UI","Helvetica Neue",Arial,"Liberation Sans","DejaVu Sans",sans-serif}
h1{font-size:27px;line-height:1.2;margin:0 0 6px}
h2{font-size:20px;line-height:1.3;margin:52px 0 2px;padding-top:14px;border-top:2px solid var(--rule)}
h2.load{font-size:14px;margin:24px 0 4px;padding:0;border:0}
p,ul{margin:6px 0}ul{padding-left:20px}
.quiet{color:var(--quiet)}
a{color:inherit}
.verdict{display:inline-block;border:1.5px solid currentColor;border-radius:4px;padding:0 7px;font-size:.82em;font-weight:700;white-space:nowrap}
.verdict.kept{color:var(--good)}.verdict.broken{color:var(--paper);background:var(--fail);border-color:var(--fail)}
.verdict.not-judged,.verdict.not-run{color:var(--moved-edge);border-style:dashed}
.scroll{overflow-x:auto}
table{border-collapse:collapse;width:100%;font-size:13.5px;font-variant-numeric:tabular-nums}
caption{text-align:left;font-weight:600;padding:14px 0 4px}
th,td{padding:4px 10px 4px 0;text-align:left;vertical-align:top;border-bottom:1px solid var(--grid)}
thead th{color:var(--quiet);font-weight:600;border-bottom:1.5px solid var(--rule);vertical-align:bottom}
tbody th{font-weight:600}
.number{text-align:right;white-space:nowrap}
td.number+td:not(.number),th.number+th:not(.number){padding-left:14px}
figure{margin:16px 0 0;overflow-x:auto}
figcaption{font-weight:600;font-size:14px;margin-bottom:4px}
svg{display:block;width:100%;min-width:720px;height:auto;background:var(--panel);border-radius:6px}
dl{display:grid;grid-template-columns:max-content 1fr;gap:1px 16px;margin:10px 0}dt{color:var(--quiet)}dd{margin:0}
summary{font-weight:600;font-size:14px;margin-top:22px;cursor:pointer}
.legend{list-style:none;padding:0;columns:2;column-gap:28px;font-size:13.5px}.legend li{display:flex;gap:10px;align-items:center;break-inside:avoid;padding:2px 0}
svg.sample{flex:none;width:44px;height:26px;min-width:0;border:0}
svg.patterns{position:absolute;width:0;height:0;min-width:0}
svg text{fill:var(--ink);font-size:11px}
svg .name{font-size:12.5px;font-weight:600}
svg .note{fill:var(--quiet);font-size:11px;font-weight:400}
svg .head{font-size:12px;font-weight:700}
svg .halo{paint-order:stroke;stroke:var(--panel);stroke-width:4px;stroke-linejoin:round}
svg .rule{stroke:var(--rule)}svg .grid{stroke:var(--grid)}svg .base{stroke:var(--rule)}
svg .ok{stroke:var(--ok);stroke-width:1;fill:none}
svg .fail{stroke:var(--fail);stroke-width:1.4;fill:none}
svg .gap{fill:var(--fail)}
svg .promise{fill:none;stroke:var(--ink);stroke-width:1}
svg .connection{stroke:var(--calm-edge);fill:var(--calm);stroke-width:.8}
svg .connection.broken{stroke:var(--fail)}
svg .connection.corrupt{stroke:var(--fail);fill:url(#hatch)}
svg .cross{stroke:var(--fail);stroke-width:1.8;fill:none}
svg .state{stroke-width:1}
svg .calm{fill:var(--calm);stroke:var(--calm-edge)}
svg .moved{fill:var(--moved);stroke:var(--moved-edge);stroke-width:1.6}
svg .lost{fill:url(#hatch);stroke:var(--fail)}
svg .clash{fill:url(#dots);stroke:var(--fail);stroke-width:1.6}
svg .inside{paint-order:stroke;stroke:var(--panel);stroke-width:2.5px;stroke-opacity:.75;stroke-linejoin:round}
svg .moment line{stroke-width:1.4}
svg .moment text{font-weight:600}
svg .fault line{stroke:var(--fail)}svg .fault text{fill:var(--fail)}svg .fault .band{fill:var(--fail);opacity:.09}
svg .heal line{stroke:var(--heal);stroke-dasharray:6 3}svg .heal text{fill:var(--heal)}svg .heal .band{fill:var(--heal);opacity:.12}
svg .whole line{stroke:var(--quiet);stroke-dasharray:2 3}svg .whole text{fill:var(--quiet);font-weight:400}
.hatch-line{stroke:var(--fail);stroke-width:1.5;opacity:.55}.dot{fill:var(--fail);opacity:.6}
@media (max-width:700px){.legend{columns:1}body{padding:16px 12px 40px}}
@media print{@page{size:A4;margin:12mm}
body{max-width:none;padding:0;font-size:10pt}
h1{font-size:17pt}h2{font-size:13pt;margin-top:0;border:0;padding:0}
section.fault{break-before:page}
figure,tr,.together{break-inside:avoid}figure,.scroll{overflow:visible}
table,.legend{font-size:8.5pt}
svg{min-width:0;background:none;border:.5pt solid var(--rule);border-radius:0}
svg text{font-size:12px}svg .note{font-size:11.5px}
svg .halo,svg .inside{stroke:var(--paper)}
*{-webkit-print-color-adjust:exact;print-color-adjust:exact}}
`;
