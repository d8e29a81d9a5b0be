import { createHash } from 'node:crypto';
import { time } from '../i18n/index.ts';
import type { Lang, LedgerEntry } from '../kernel/index.ts';
import { html, Markup } from './html.ts';
import { modelOf } from './model.ts';
import { evidence } from './sections/evidence.ts';
import { hunt } from './sections/hunt.ts';
import { isPicture, machine } from './sections/machine.ts';
import { reachability } from './sections/reachability.ts';
import { score } from './sections/score.ts';
import { summary } from './sections/summary.ts';
import { timeline } from './sections/timeline.ts';
import { tree } from './sections/tree.ts';
import { verdicts } from './sections/verdicts.ts';
import { watch } from './sections/watch.ts';
import type { Shown } from './shown.ts';
import { STYLE } from './style.ts';
import { TREE_STYLE } from './tree-style.ts';

const SHEET = STYLE + TREE_STYLE;

/**
 * The whole report as one HTML page: no script, no request, nothing but what the ledger says.
 * @param shown content of the few items that are shown themselves; without it the report only names them
 */
export function renderReport(entries: readonly LedgerEntry[], lang: Lang, shown: Shown = {}): string {
  const model = modelOf(entries);
  const es = lang === 'es';
  const hash = createHash('sha256').update(SHEET).digest('base64');
  const policy = `default-src 'none'; style-src 'sha256-${hash}';${isPicture(shown['console-screenshot.jpg']) ? ' img-src data:;' : ''} base-uri 'none'; form-action 'none'`;
  const page = html`<html lang="${lang}"><head><meta charset="utf-8"><meta http-equiv="Content-Security-Policy" content="${policy}"><meta name="viewport" content="width=device-width, initial-scale=1"><meta name="referrer" content="no-referrer"><title>${model.facts.title} – Aplomb</title><style>${new Markup(SHEET)}</style></head>
<body><main>${summary(model, lang)}${score(model, lang)}${verdicts(model, lang)}${reachability(model, lang)}${watch(model, lang)}${tree(model, lang)}${hunt(model, lang)}${machine(model, shown, lang)}${timeline(model, lang)}${evidence(model, lang)}
<footer>${es ? 'Hecho con' : 'Made by'} ${model.tool} ${es ? 'a partir de' : 'from'} ${model.entries} ${es ? 'entradas del registro, hasta' : 'ledger entries, up to'} ${time(model.last.time, lang)}. ${es ? 'Este informe se puede rehacer a partir del registro; la evidencia es el caso, no esta página.' : 'This report can be made again from the ledger; the evidence is the case, not this page.'}</footer>
</main></body></html>`;
  return `<!doctype html>\n${page.text}\n`;
}
