/** How a report looks, on a screen in light and dark, and on paper. Fonts are those that the reader has. */
import type { Markup } from './markup.ts';

export const styleOfReport: Markup = {
  markup: `
:root{--ink:#1c2128;--faint:#6a737d;--line:#d8dee4;--paper:#fff;--raised:#f6f8fa;--good:#1a7f37;--bad:#cf222e;--shade:#f3c76055;
--s0:#0969da;--s1:#bc4c00;--s2:#1a7f37;--s3:#8250df;--s4:#bf3989;--s5:#57606a}
@media (prefers-color-scheme:dark){:root{--ink:#e6edf3;--faint:#8d96a0;--line:#30363d;--paper:#0d1117;--raised:#161b22;--good:#3fb950;
--bad:#f85149;--shade:#9e6a0355;--s0:#58a6ff;--s1:#f0883e;--s2:#3fb950;--s3:#bc8cff;--s4:#f778ba;--s5:#8d96a0}}
@media print{:root{--ink:#000;--faint:#444;--line:#bbb;--paper:#fff;--raised:#f4f4f4;--good:#1a7f37;--bad:#cf222e;--shade:#f3c76055;
--s0:#0969da;--s1:#bc4c00;--s2:#1a7f37;--s3:#8250df;--s4:#bf3989;--s5:#57606a}
figure,tr,h2,h3{break-inside:avoid}h2,h3{break-after:avoid}body{max-width:none;padding:0}.wide{overflow:visible!important}table{font-size:8pt!important}td,th{padding:.1rem .3rem!important}}
*{box-sizing:border-box}
body{margin:0 auto;max-width:60rem;padding:1.5rem;background:var(--paper);color:var(--ink);font:15px/1.5 system-ui,sans-serif}
h1{margin:0;font-size:1.7rem}h2{margin:2.2rem 0 .6rem;font-size:1.2rem;border-bottom:1px solid var(--line)}h3{margin:1.4rem 0 .4rem;font-size:1rem}
.summary{margin:.2rem 0;font-size:1.05rem}.verdict{font-weight:600}.good{color:var(--good)}.bad{color:var(--bad)}
.note{color:var(--faint);font-size:.87rem;margin:.3rem 0}
dl{display:flex;flex-wrap:wrap;gap:.5rem 1.6rem;margin:.6rem 0}dt{color:var(--faint);font-size:.8rem}dd{margin:0;overflow-wrap:anywhere}
pre{background:var(--raised);border:1px solid var(--line);border-radius:6px;padding:.6rem .8rem;overflow-x:auto;white-space:pre-wrap}
figure{margin:1.4rem 0}figcaption{font-weight:600;margin-bottom:.3rem}svg{display:block;width:100%;height:auto}
svg text{font:11px system-ui,sans-serif;fill:var(--ink);text-anchor:middle}svg text.end{text-anchor:end}svg text.lane,svg text.name{text-anchor:start}
.axis{fill:var(--faint)!important}.grid line{stroke:var(--line);stroke-width:1}.grid text{fill:var(--faint)}.shade{fill:var(--shade)}
path{fill:none;stroke-width:1.8}circle{stroke:none}
${[0, 1, 2, 3, 4, 5].map(i => `path.s${i}{stroke:var(--s${i})}circle.s${i}{fill:var(--s${i})}`).join('')}
rect.violation,rect.interruption{fill:var(--bad)}rect.fault{fill:var(--s1)}rect.node{fill:var(--s3)}rect.page{fill:var(--s0)}rect.scene{fill:var(--s5)}
rect.box{fill:var(--raised);stroke:var(--line)}path.edge{stroke:var(--faint);stroke-width:1.2}
.legend{list-style:none;display:flex;flex-wrap:wrap;gap:.2rem 1.2rem;margin:.3rem 0 0;padding:0;font-size:.87rem}
.legend svg{display:inline-block;width:26px;height:8px;margin-right:.4rem}
.wide{overflow-x:auto}table{border-collapse:collapse;font-size:.87rem}th,td{padding:.2rem .6rem;border-bottom:1px solid var(--line);text-align:left;vertical-align:top}
td.number{text-align:right;font-variant-numeric:tabular-nums}th{color:var(--faint);font-weight:600}
details summary{cursor:pointer;color:var(--faint)}
`,
};
