/** Of the hunt's picture and tables; beside the page's own sheet. */
export const TREE_STYLE = `
:root{--root:#b3261e;--key:#a15c00;--session:#24528f;--console:#6b3fa0;--outsider:#0f6b6b}
@media (prefers-color-scheme:dark){:root{--root:#ff8f86;--key:#f0b757;--session:#8db7f0;--console:#c3a1f2;--outsider:#6fd0cf}}
figure{margin:.8rem 0;padding:.9rem .6rem .4rem}
svg.tree{display:block;width:100%;min-width:860px;height:auto;font:11.5px system-ui,-apple-system,"Segoe UI",Roboto,Arial,sans-serif}
svg.tree text{fill:var(--ink)}
.axis line{stroke:var(--line);stroke-width:1}
svg.tree .axis text{fill:var(--soft);font-size:10.5px;text-anchor:middle;font-variant-numeric:tabular-nums}
svg.tree .axis .day{fill:var(--ink);font-weight:600}
.axis .break line{stroke:var(--soft);stroke-dasharray:1 5;opacity:.7}
svg.tree .axis .break text{font-size:9.5px}
.lane .stripe{fill:var(--ink);opacity:.025}
svg.tree .lane .id{font:600 11.5px ui-monospace,SFMono-Regular,Menlo,Consolas,monospace}
svg.tree .lane .via,svg.tree .lane .note{fill:var(--soft);font-size:10.5px}
.lane{--c:var(--session)}
.lane.root{--c:var(--root)}.lane.key{--c:var(--key)}.lane.console{--c:var(--console)}.lane.outsider{--c:var(--outsider)}
.lane .bar{fill:var(--c);opacity:.42}
.lane.root .bar{opacity:.6}
.lane .edge{fill:none;stroke:var(--c);stroke-width:1.4;opacity:.65}
.lane .joint{fill:var(--c)}
.lane .twig{fill:none;stroke:var(--line);stroke-width:1.2}
svg.tree .lane .note{paint-order:stroke;stroke:var(--paper);stroke-width:3px;stroke-linejoin:round}
svg.tree .lane.root .id{fill:var(--root)}
.made circle{fill:var(--c);stroke:var(--paper);stroke-width:1.6}
.made.changed circle{fill:var(--paper);stroke:var(--c);stroke-width:2}
.made.gone circle{fill:var(--paper);stroke:var(--soft);stroke-width:1.6;stroke-dasharray:2 2}
svg.tree .made text{fill:var(--paper);font-size:9px;font-weight:700;text-anchor:middle}
svg.tree .made.changed text,svg.tree .made.gone text{fill:var(--ink)}
.legend{display:flex;flex-wrap:wrap;gap:.35rem 1.2rem;margin:.5rem .4rem .3rem;font-size:.82rem;color:var(--soft);max-width:none}
.key-of{display:inline-flex;align-items:center;gap:.4rem}
.key-of svg{height:.75rem;width:auto}
.figures{display:flex;flex-wrap:wrap;gap:.7rem;margin:.8rem 0 1rem}
.figure{background:var(--paper);border:1px solid var(--line);border-radius:10px;padding:.55rem 1rem .6rem;min-width:7.5rem}
.figure b{display:block;font-size:1.55rem;line-height:1.2;font-variant-numeric:tabular-nums}
.figure span{color:var(--soft);font-size:.84rem}
.figure.bad b{color:var(--fails)}.figure.good b{color:var(--holds)}
.bad{color:var(--fails)}
.pill.s-high{color:var(--fails);background:var(--fails-bg)}.pill.s-medium{color:var(--unknown);background:var(--unknown-bg)}.pill.s-low{color:var(--soft);background:var(--ground)}
.found td:nth-child(2){min-width:13rem}.found td:nth-child(3){white-space:nowrap}.found td.t{white-space:normal;min-width:6.4rem}.found td:nth-child(5){min-width:19rem}
.reason{margin:.05rem 0}.reason+.reason{margin-top:.25rem}
.reason.r-by-key,.reason.r-changed-by-key{color:var(--soft)}
.money{text-align:right;font-variant-numeric:tabular-nums;white-space:nowrap}
.found .gone{color:var(--holds)}
ul.regions{list-style:none;margin:.6rem 0;padding:0;display:grid;grid-template-columns:repeat(auto-fill,minmax(10.5rem,1fr));gap:.35rem}
ul.regions li{display:flex;justify-content:space-between;gap:.5rem;padding:.28rem .7rem;border-radius:8px;font-size:.84rem;background:var(--paper);border:1px solid var(--line)}
ul.regions li.denied,ul.regions li.failed{border-color:var(--fails);background:var(--fails-bg)}
ul.regions li.not-enabled{background:transparent;border-style:dashed;color:var(--soft)}
ul.regions .many{color:var(--soft)}ul.regions b{color:var(--fails)}
@media print{svg.tree{min-width:0}figure,ul.regions li,.figure{break-inside:avoid}figure.scroll{overflow:visible}}
`;
