"""The look of the report's page: system fonts, light and dark, phone, desktop and paper."""

STYLE_SHEET = """
:root {
  color-scheme: light dark;
  --paper: #ffffff; --ink: #1f2328; --quiet: #57606a; --line: #d0d7de; --tint: #f3f5f7;
  --good: #d9efe0; --notice: #fff6d6; --notice-line: #d9a800; --link: #0b5cad;
}
@media (prefers-color-scheme: dark) {
  :root {
    --paper: #16191d; --ink: #e3e6ea; --quiet: #a0a8b1; --line: #3a4149; --tint: #20252b;
    --good: #1d4230; --notice: #3a3113; --notice-line: #b98f00; --link: #79b8ff;
  }
}
* { box-sizing: border-box; }
html { -webkit-text-size-adjust: 100%; }
body {
  margin: 0; background: var(--paper); color: var(--ink);
  font: 16px/1.55 system-ui, -apple-system, "Segoe UI", Roboto, "Helvetica Neue", Arial, sans-serif;
}
main, header, footer { max-width: 1140px; margin: 0 auto; padding: 0 20px; }
header { padding-top: 32px; }
footer { padding-top: 16px; padding-bottom: 48px; color: var(--quiet); font-size: 14px; }
h1 { font-size: 30px; line-height: 1.2; margin: 0 0 12px; }
h2 {
  font-size: 23px; line-height: 1.25; margin: 52px 0 12px; padding-top: 14px;
  border-top: 1px solid var(--line);
}
h3 { font-size: 18px; margin: 30px 0 8px; }
p, ul { max-width: 46em; margin: 0 0 12px; }
ul { padding-left: 22px; }
li { margin-bottom: 4px; }
a { color: var(--link); }
h1, h2, h3, p, li, figcaption { overflow-wrap: anywhere; }
.notice {
  background: var(--notice); border-left: 4px solid var(--notice-line);
  padding: 10px 14px; margin: 0 0 14px;
}
nav ul { list-style: none; padding: 0; display: flex; flex-wrap: wrap; gap: 4px 18px; max-width: none; }
.answer { background: var(--tint); border-radius: 8px; padding: 14px 18px; margin: 14px 0; }
.answer h3 { margin: 0 0 6px; }
.answer ul { margin: 0; }
.scroll { overflow-x: auto; margin: 14px 0 20px; }
table { border-collapse: collapse; min-width: min(100%, 24rem); font-size: 14px; line-height: 1.35; }
.caption { font-weight: 600; margin: 16px 0 6px; }
.caption + .scroll { margin-top: 0; }
td span { white-space: nowrap; }
th, td { padding: 5px 9px; text-align: left; vertical-align: top; border-bottom: 1px solid var(--line); }
thead th { vertical-align: bottom; border-bottom: 2px solid var(--quiet); }
tbody th { font-weight: 600; }
.number { text-align: right; font-variant-numeric: tabular-nums; }
.scores { width: 100%; font-size: 13px; }
.scores th, .scores td { padding: 5px 5px; }
.scores thead tr + tr th { font-size: 11px; font-weight: 400; padding: 3px; }
.scores .first { border-left: 1px solid var(--line); }
.scores thead th { text-align: center; }
.scores tbody th { position: sticky; left: 0; background: var(--paper); }
.sd { color: var(--quiet); font-size: 11px; font-weight: 400; }
.chance, .basis { color: var(--quiet); font-size: 11px; font-weight: 400; }
.best { font-weight: 700; }
.above { background: var(--good); }
.few { background: var(--notice); }
.baseline th, .baseline td { font-style: italic; }
.scores .baseline th, .baseline td { background: var(--tint); }
.mean th, .mean td, .baseline.first-line th, .baseline.first-line td { border-top: 2px solid var(--quiet); }
figure { margin: 18px 0 28px; }
figure .scroll {
  background: #ffffff; border: 1px solid var(--line); border-radius: 8px;
  padding: 10px; margin: 0;
}
figure img { display: block; max-width: 100%; height: auto; margin: 0 auto; }
figcaption { max-width: 50em; margin-top: 8px; font-size: 14px; color: var(--quiet); }
figcaption b { color: var(--ink); }
.files { columns: 16em; max-width: none; }
details > summary { cursor: pointer; margin: 8px 0; }
@media (max-width: 700px) {
  body { font-size: 15px; }
  h1 { font-size: 24px; }
  h2 { font-size: 20px; margin-top: 40px; }
  main, header, footer { padding-left: 14px; padding-right: 14px; }
  figure img.wide { max-width: none; width: 640px; }
}
@media print {
  :root { --paper: #ffffff; --ink: #000000; --quiet: #444444; --line: #bbbbbb; --tint: #f3f5f7;
    --good: #d9efe0; --notice: #fff6d6; --link: #000000; }
  body { font-size: 11pt; }
  nav { display: none; }
  main, header, footer { max-width: none; padding: 0; }
  .scroll { overflow: visible; }
  .scores { font-size: 7.5pt; }
  .scores th, .scores td { padding: 2px 3px; }
  .sd, .chance, .basis { font-size: 6.5pt; }
  .above, .few, .baseline td, .baseline th, .notice {
    print-color-adjust: exact; -webkit-print-color-adjust: exact;
  }
  figure, tr, .answer { break-inside: avoid; }
  h2, h3, .caption { break-after: avoid; }
  figure img { max-height: 22cm; object-fit: contain; }
}
"""
