import { duration, plainText, size } from '../../i18n/index.ts';
import type { AplombEvent, Text } from '../../kernel/index.ts';
import type { Io } from '../io.ts';
import { fold, paint } from './paint.ts';
import { OF, STEPS, VERDICTS } from './words.ts';

type Data = Record<string, any>;
const WIDTH = 100;

/**
 * The calm screen: where we are in the ten steps, what is being done and why, verdicts as they come. One view for
 * `respond`, the step verbs and the drill, which shows the responder's events through it.
 */
export function terminalView(io: Io, begun = Date.now()): (event: AplombEvent) => void {
  const ink = paint(io.colour);
  let step = 0;
  let action = '';
  const say = (text: unknown): string => (text && typeof text === 'object' ? plainText((text as Text)[io.lang] ?? '', 600) : '');
  const clock = (): string => {
    const seconds = Math.round((Date.now() - begun) / 1000);
    return ink.dim(`${String(Math.floor(seconds / 60)).padStart(2, '0')}:${String(seconds % 60).padStart(2, '0')}`);
  };
  const line = (s: string): void => {
    if (!io.quiet) io.err(s);
  };
  const mark = (verdict: string): string => (verdict === 'holds' ? ink.green('✔') : verdict === 'fails' ? ink.red('✘') : ink.yellow('?'));

  const heading = (data: Data): void => {
    if (data.step !== step) {
      step = data.step;
      line('');
      line(`${clock()}  ${ink.bold(`${io.lang === 'es' ? 'Paso' : 'Step'} ${step} ${OF[io.lang]} 10 · ${STEPS[step]?.[io.lang] ?? ''}`)}`);
    }
    if (data.action !== action) {
      action = data.action;
      line(`       ${ink.cyan(plainText(String(data.action), 60))}  ${say(data.title)}`);
    }
  };

  return (event) => {
    const data = event.data as Data;
    switch (event.code) {
      case 'lab':
        line(`${clock()}  ${event.text ? fold(say(event.text), WIDTH, '       ').trimStart() : ''}`);
        break;
      case 'session':
        if (data.customEndpoint)
          line(`       ${ink.yellow(io.lang === 'es' ? 'Punto de acceso propio, no AWS:' : 'Custom endpoint, not AWS:')} ${plainText(String(data.endpoint))}`);
        line(`       ${ink.dim(`${io.lang === 'es' ? 'Actúa como' : 'Acting as'} ${plainText(String(data.callerArn))}`)}`);
        break;
      case 'case':
        line(`       ${io.lang === 'es' ? 'Caso' : 'Case'} ${plainText(String(data.id))} · ${plainText(String(data.dir))}`);
        line(`       ${ink.dim(`${io.lang === 'es' ? 'Huella de la clave, para el cuaderno' : 'Key fingerprint, for the notebook'}: ${data.fingerprint}`)}`);
        break;
      case 'playbook':
        if (data.state === 'started') line(`\n${clock()}  ${ink.bold(say(event.text))}`);
        break;
      case 'action':
        heading(data);
        break;
      case 'plan':
        for (const change of data.changes as Data[]) {
          line(`       ${ink.dim('·')} ${say(change.why)} ${ink.dim(`(${change.call}, ${change.region})`)}`);
          for (const danger of change.danger as Text[]) line(fold(`! ${say(danger)}`, WIDTH, '         '));
        }
        break;
      case 'step':
        if (data.state !== 'done' && data.state !== 'already' && data.state !== 'unneeded')
          line(
            `       ${ink.yellow(data.state)} ${plainText(String(data.id))}${data.code ? ` ${plainText(String(data.code))}` : ''}${data.why ? `: ${plainText(String(data.why))}` : ''}`,
          );
        break;
      case 'waiting':
        io.transient(`       … ${say(event.text)} (${duration(data.seconds * 1000, io.lang)})`);
        break;
      case 'progress':
        io.transient(`       … ${say(event.text)}`);
        break;
      case 'evidence':
        if (data.unavailable)
          line(
            `       ${ink.dim('–')} ${plainText(String(data.name))}: ${ink.dim(`${io.lang === 'es' ? 'no disponible' : 'not available'}, ${plainText(String(data.unavailable), 160)}`)}`,
          );
        else line(`       ${ink.dim('+')} ${plainText(String(data.name))} ${ink.dim(`${size(data.bytes, io.lang)} ${String(data.sha256).slice(0, 12)}…`)}`);
        break;
      case 'verdict':
        if (data.final && data.verdict === 'holds') break;
        for (const check of data.checks as Data[])
          line(
            fold(`${mark(check.verdict)} ${check.name} — ${VERDICTS[check.verdict]?.[io.lang]}: ${say(check.why)}`, WIDTH, '         ').replace(
              /^ {9}/,
              '       ',
            ),
          );
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
        for (const command of data.commands as string[]) line(`         ${command}`);
        break;
      default:
        break;
    }
    if (event.level === 'warn' && event.code === 'progress') line(`       ${ink.yellow('!')} ${say(event.text)}`);
  };
}
