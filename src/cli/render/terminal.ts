import { duration, plainText, size } from '../../i18n/index.ts';
import type { AplombEvent, Text } from '../../kernel/index.ts';
import type { Io } from '../io.ts';
import { alarmLines } from './alarm-lines.ts';
import { huntTable } from './hunt-table.ts';
import { fold, paint } from './paint.ts';
import { OF, STATES, STEPS, VERDICTS } from './words.ts';

type Data = Record<string, any>;
const WIDTH = 100;
const UNDO = /^undo:/;
const AS_BEFORE = 'it is as it was before';
const WHOLE = /^items kept: \d+$/;

/**
 * The calm screen: where we are in the ten steps, what is being done and why, verdicts as they come. One view for
 * `respond`, the step verbs and the drill, which shows the responder's events through it.
 */
export function terminalView(io: Io): (event: AplombEvent) => void {
  // Time since the alarm: the case's opening, once it is known.
  let begun = Date.now();
  const ink = paint(io.colour);
  let step = 0;
  let action = '';
  const say = (text: unknown): string => (text && typeof text === 'object' ? plainText((text as Text)[io.lang] ?? '', 600) : '');
  const clock = (): string => {
    const seconds = Math.max(0, Math.round((Date.now() - begun) / 1000));
    const two = (n: number): string => String(n).padStart(2, '0');
    const hours = Math.floor(seconds / 3600);
    return ink.dim(`${hours > 0 ? `${hours}:` : ''}${two(Math.floor(seconds / 60) % 60)}:${two(seconds % 60)}`);
  };
  const line = (s: string): void => {
    if (!io.quiet) io.err(s);
  };
  const table = huntTable(io, line);
  const mark = (verdict: string): string => (verdict === 'holds' ? ink.green('✔') : verdict === 'fails' ? ink.red('✘') : ink.yellow('?'));

  const known = new Map<string, { step: number; title: unknown }>();
  let closing = false;
  const stepHeading = (data: Data): void => {
    if (data.title) known.set(data.action, { step: data.step, title: data.title });
    const now = data.step ?? known.get(data.action)?.step ?? step;
    if (now === step) return;
    step = now;
    line('');
    line(`${clock()}  ${ink.bold(`${io.lang === 'es' ? 'Paso' : 'Step'} ${step} ${OF[io.lang]} 10 · ${STEPS[step]?.[io.lang] ?? ''}`)}`);
  };
  // "undo:isolate" is the ledger's word; its title says "take back".
  const titled = (data: Data): string => `${ink.cyan(plainText(String(data.action).replace(UNDO, ''), 60))}  ${say(known.get(data.action)?.title)}`;
  const heading = (data: Data): void => {
    stepHeading(data);
    if (data.action === action) return;
    action = data.action;
    line(`       ${titled(data)}`);
  };
  /** A collector that got all it asked for is one line: there are dozens of them. */
  const collected = (data: Data): boolean => {
    const [check, ...others] = data.checks as Data[];
    if (others.length > 0 || check?.name !== 'collected' || check.verdict !== 'holds' || !WHOLE.test(check.why?.en ?? '')) return false;
    stepHeading(data);
    action = data.action;
    line(`       ${mark('holds')} ${titled(data)} — ${say(check.why)}`);
    return true;
  };
  const checkLine = (check: Data, name: string): void =>
    line(fold(`${mark(check.verdict)} ${name} — ${VERDICTS[check.verdict]?.[io.lang]}: ${say(check.why)}`, WIDTH, '         ').replace(/^ {9}/, '       '));
  /** At the end every check is taken once more: what holds is said in one line, the rest in full. */
  const finalVerdict = (data: Data): void => {
    if (!closing) {
      closing = true;
      step = 0;
      action = '';
      line('');
      line(`${clock()}  ${ink.bold(io.lang === 'es' ? 'Última lectura de cada comprobación' : 'The last reading of every check')}`);
    }
    if (data.verdict === 'holds') line(`       ${mark('holds')} ${plainText(String(data.action), 60)}`);
    else for (const check of data.checks as Data[]) if (check.verdict !== 'holds') checkLine(check, `${plainText(String(data.action), 60)}/${check.name}`);
  };

  return (event) => {
    const data = event.data as Data;
    switch (event.code) {
      case 'lab':
        line(`${clock()}  ${event.text ? fold(say(event.text), WIDTH, '       ').trimStart() : ''}`);
        break;
      case 'session':
        if (typeof data.opened === 'string') begun = Date.parse(data.opened);
        if (data.customEndpoint)
          line(`       ${ink.yellow(io.lang === 'es' ? 'Punto de acceso propio, no AWS:' : 'Custom endpoint, not AWS:')} ${plainText(String(data.endpoint))}`);
        line(`       ${ink.dim(`${io.lang === 'es' ? 'Actúa como' : 'Acting as'} ${plainText(String(data.callerArn))}`)}`);
        break;
      case 'case':
        line(`       ${io.lang === 'es' ? 'Caso' : 'Case'} ${plainText(String(data.id))} · ${plainText(String(data.dir))}`);
        line(`       ${ink.dim(`${io.lang === 'es' ? 'Huella de la clave, para el cuaderno' : 'Key fingerprint, for the notebook'}: ${data.fingerprint}`)}`);
        if (data.alarm) for (const each of alarmLines(data.alarm as Data, io.lang)) line(fold(each, WIDTH, '       '));
        break;
      case 'playbook':
        if (data.state === 'started') line(`\n${clock()}  ${ink.bold(say(event.text))}`);
        break;
      case 'order':
        line(fold(`${data.order}: ${say(event.text)}`, WIDTH, '       '));
        for (const other of data.others as Data[])
          line(ink.dim(fold(`(${io.lang === 'es' ? 'también se puede' : 'there is also'} --order ${other.id}: ${say(other.trade)})`, WIDTH, '         ')));
        break;
      case 'action':
        closing = false;
        known.set(data.action, { step: data.step, title: data.title });
        break;
      case 'plan': {
        heading(data);
        const dangers = new Set<string>();
        for (const change of data.changes as Data[]) {
          line(fold(`${ink.dim('·')} ${say(change.why)} ${ink.dim(`(${change.call}, ${change.region})`)}`, WIDTH, '         ').replace(/^ {2}/, ''));
          for (const danger of change.danger as Text[]) dangers.add(say(danger));
        }
        for (const danger of dangers) line(fold(`! ${danger}`, WIDTH, '         '));
        break;
      }
      case 'step':
        if (data.state !== 'done' && data.state !== 'already' && data.state !== 'unneeded')
          line(
            // What drifted is shown by the verdict, as it is and as it was left: AWS's whole answer would only hide it.
            `       ${ink.yellow(STATES[data.state]?.[io.lang] ?? data.state)}: ${plainText(String(data.id))}${data.code ? ` ${plainText(String(data.code))}` : ''}${data.why && data.state !== 'drifted' ? `: ${plainText(String(data.why))}` : ''}`,
          );
        break;
      case 'waiting':
        io.transient(
          `       … ${say(event.text)} (${data.far === undefined ? '' : `${plainText(String(data.far), 80)}, `}${duration(data.seconds * 1000, io.lang)})`,
        );
        break;
      case 'progress':
        if (!table.take(event.data, say(event.text))) io.transient(`       … ${say(event.text)}`);
        break;
      case 'evidence':
        io.transient(`       + ${plainText(String(data.name))} ${size(data.bytes, io.lang)}`);
        break;
      case 'verdict':
        if (data.final) finalVerdict(data);
        else if (!collected(data)) {
          heading(data);
          const checks = data.checks as Data[];
          const back = UNDO.test(String(data.action)) ? checks.filter((check) => check.why?.en === AS_BEFORE) : [];
          if (back.length > 0)
            line(`       ${mark('holds')} ${io.lang === 'es' ? 'Releído: está como estaba antes' : 'Read again: it is as it was before'} (${back.length})`);
          for (const check of checks) if (!back.includes(check)) checkLine(check, check.name);
        }
        break;
      case 'gate':
        line(
          `       ${data.open ? ink.green('▷') : ink.yellow('■')} ${say(event.text)}${data.open ? '' : `: ${plainText(String(data.why))}${data.waived ? ` (${io.lang === 'es' ? 'pasado por alto' : 'waived'}: ${plainText(String(data.waived))})` : ''}`}`,
        );
        break;
      case 'report':
        line(`       ${io.lang === 'es' ? 'Informe' : 'Report'}: ${plainText(String(data.path))}`);
        break;
      case 'next':
        line(`\n       ${io.lang === 'es' ? 'Y ahora' : 'What next'}:`);
        for (const [at, command] of (data.commands as string[]).entries()) {
          const why = say(data.why?.[at]);
          if (why) line(ink.dim(fold(`# ${why}`, WIDTH, '         ')));
          line(`         ${command}`);
        }
        break;
      default:
        break;
    }
    if (event.level === 'warn' && event.code === 'progress') line(`       ${ink.yellow('!')} ${say(event.text)}`);
  };
}
