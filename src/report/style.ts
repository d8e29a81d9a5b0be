/** One style sheet, inline, allowed by its hash: the file opens offline and runs nothing. */
export const STYLE = `
:root{--ink:#1b2430;--soft:#5b6876;--line:#d9dfe6;--paper:#fff;--ground:#f3f5f8;--holds:#12704a;--holds-bg:#e5f4ec;--fails:#a8201a;--fails-bg:#fbe9e7;--unknown:#8a5a00;--unknown-bg:#fdf3dd;--accent:#24528f}
@media (prefers-color-scheme:dark){:root{--ink:#e6eaf0;--soft:#9aa7b5;--line:#313b47;--paper:#1a212a;--ground:#12171d;--holds:#6fd3a4;--holds-bg:#15332a;--fails:#ff938b;--fails-bg:#3d1b1a;--unknown:#f1c66b;--unknown-bg:#39301a;--accent:#8db7f0}}
*{box-sizing:border-box}
body{margin:0;background:var(--ground);color:var(--ink);font:15px/1.55 system-ui,-apple-system,"Segoe UI",Roboto,"Helvetica Neue",Arial,sans-serif}
main{max-width:1080px;margin:0 auto;padding:2.2rem 1.4rem 4rem}
header h1{font-size:1.75rem;line-height:1.2;margin:0 0 .3rem;overflow-wrap:anywhere}
header p{margin:.15rem 0;color:var(--soft)}
h2{font-size:1.15rem;margin:2.4rem 0 .7rem;padding-bottom:.3rem;border-bottom:1px solid var(--line)}
h3{font-size:1rem;margin:1.2rem 0 .4rem}
section>p{max-width:75ch}
.banner{margin:1.2rem 0 0;padding:.8rem 1rem;border-radius:8px;border:1px solid;font-weight:600;overflow-wrap:anywhere}
.banner.fails{color:var(--fails);background:var(--fails-bg)}
.banner.unknown{color:var(--unknown);background:var(--unknown-bg)}
.banner.holds{color:var(--holds);background:var(--holds-bg)}
.banner span{display:block;font-weight:400}
dl{display:grid;grid-template-columns:max-content 1fr;gap:.3rem 1.2rem;margin:.6rem 0}
dt{color:var(--soft)}
dd{margin:0;overflow-wrap:anywhere}
code,.mono{font:.86em/1.5 ui-monospace,SFMono-Regular,Menlo,Consolas,monospace;overflow-wrap:anywhere}
.card{background:var(--paper);border:1px solid var(--line);border-radius:10px;padding:.2rem 1.1rem .9rem;margin:.7rem 0}
.card>h3{display:flex;gap:.7rem;align-items:baseline;flex-wrap:wrap}
.card>h3 .soft{font-weight:400;font-size:.82rem}
.n{color:var(--soft);font-variant-numeric:tabular-nums;font-weight:400;min-width:1.6rem}
.pill{display:inline-block;padding:.02rem .55rem;border-radius:99px;font-size:.8rem;font-weight:600;white-space:nowrap}
.holds.pill,.done.pill,.already.pill,.inspected.pill{color:var(--holds);background:var(--holds-bg)}
.fails.pill,.failed.pill,.refused.pill,.denied.pill{color:var(--fails);background:var(--fails-bg)}
.unknown.pill,.waiting.pill,.drifted.pill,.blocked.pill,.pending.pill,.not-enabled.pill,.unneeded.pill{color:var(--unknown);background:var(--unknown-bg)}
ul.checks{list-style:none;margin:.3rem 0 0;padding:0}
ul.checks li{display:grid;grid-template-columns:6.6rem 12.5rem 1fr;gap:.2rem .8rem;padding:.35rem 0;border-top:1px solid var(--line)}
ul.checks li span:first-child{justify-self:start;align-self:start}
.scroll{overflow-x:auto;background:var(--paper);border:1px solid var(--line);border-radius:10px}
table{border-collapse:collapse;width:100%;font-size:.88rem}
th,td{text-align:left;padding:.42rem .8rem;border-top:1px solid var(--line);vertical-align:top;overflow-wrap:anywhere}
thead th{border-top:0;color:var(--soft);font-weight:600;white-space:nowrap;position:sticky;top:0;background:var(--paper)}
td.t{white-space:nowrap;font-variant-numeric:tabular-nums;color:var(--soft)}
tr.key td:first-child{box-shadow:inset 3px 0 var(--fails)}
.soft{color:var(--soft)}
pre{overflow:auto;max-height:34rem;font:.8rem/1.45 ui-monospace,SFMono-Regular,Menlo,Consolas,monospace;background:var(--paper);border:1px solid var(--line);border-radius:10px;padding:.7rem .9rem}
img{max-width:100%;border:1px solid var(--line);border-radius:10px}
details summary{cursor:pointer;color:var(--accent)}
footer{margin-top:3rem;color:var(--soft);font-size:.88rem;border-top:1px solid var(--line);padding-top:1rem}
@media (max-width:720px){ul.checks li{grid-template-columns:1fr}dl{grid-template-columns:1fr}dt{margin-top:.4rem}}
@media print{body{background:#fff}.card,.scroll{break-inside:avoid-page}}
`;
