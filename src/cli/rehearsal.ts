import { plainText } from '../i18n/index.ts';
import { AplombError, type Emit, EXIT, type JsonObject, text } from '../kernel/index.ts';
import type { Briefing } from '../lab/scenarios/scenario.ts';
import type { Io } from './io.ts';
import type { LabProcess } from './lab-process.ts';
import { type Response, responderEnvironment, runResponder } from './responder.ts';

/** An attacker who is still there is answered so often; a person would call somebody. */
const MOST_ROUNDS = 4;
/** The watch of a rehearsal: its quarter of an hour in so many seconds. */
const WATCH_SECONDS = '15';

/** The lab's instances are rows of a table: there is no memory to take, and the ledger says so. */
const NO_MEMORY = ['--waive', 'memory=a rehearsal: the instances of the lab have no memory'];

export interface Rehearsal {
  /** The last response to each command. */
  readonly responses: readonly Response[];
  /** How often the leaked key was answered until it was contained. */
  readonly rounds: number;
  /** Accounts that the responder had credentials for. */
  readonly accounts: readonly string[];
}

/**
 * The commands exactly as a person would type them: the alarm, the leaked key, and the instance if the attacker got into one.
 * When the answer to the key is not over and names itself as the next command, it is run again.
 */
export async function rehearse(io: Io, lab: LabProcess, dir: string): Promise<Rehearsal> {
  const briefing = lab.briefing as Briefing;
  const { responder, webServer, workstation } = briefing;
  const others = briefing.accounts ?? [];
  // The fence: nothing changes but in the lab's own accounts.
  const who = { ...responder, endpoint: lab.url, account: [briefing.account, ...others.map(({ id }) => id)].join(',') };
  const env = { APLOMB_WATCH_SECONDS: WATCH_SECONDS, ...responderEnvironment(io.env, who) };
  const emit: Emit = (event) => (event.code === 'next' || event.code === 'report' ? undefined : io.emit(event));
  const tell = (en: string, es: string): void =>
    io.emit({ kind: 'event', code: 'lab', level: 'info', time: new Date().toISOString(), text: text(en, es), data: {} });
  const run = async (args: readonly string[]): Promise<Response> => {
    const response = await runResponder([...args, '--lang', io.lang], { env, emit, signal: io.signal });
    io.signal.throwIfAborted();
    const { error } = response.result;
    if (error) throw new AplombError(error.code, error.message, { exit: response.exit, ...(error.fix ? { fix: error.fix } : {}) });
    return response;
  };

  tell(plainText(briefing.alarm.text.en, 1000), plainText(briefing.alarm.text.es, 1000));
  const about = ['--title', `Drill: ${briefing.scenario}`, '--reference', briefing.reference, '--responder', responder.userName];
  const responses = [await run(['open', '--case', dir, ...about, '--from', briefing.alarm.accessKeyId, '--since', briefing.alarm.since])];

  const leaked = ['respond', 'leaked-key', '--case', dir, '--yes', ...others.flatMap(({ roleArn }) => ['--account', roleArn])];
  let rounds = 0;
  let response: Response;
  do {
    response = await run(leaked);
    rounds++;
    if (again(response) && rounds < MOST_ROUNDS)
      tell(
        'It is not over: the next command is the same one, so it is run again.',
        'No ha terminado: la siguiente orden es la misma, así que se ejecuta de nuevo.',
      );
  } while (again(response) && rounds < MOST_ROUNDS);
  responses.push(response);

  if (webServer && workstation) {
    tell(
      `And the web server at ${webServer.publicIp} is busy with something nobody asked it to do.`,
      `Y el servidor web en ${webServer.publicIp} está ocupado en algo que nadie le pidió.`,
    );
    const at = ['--instance', webServer.publicIp, '--from-ip', briefing.responderIp, '--workstation', workstation.name];
    responses.push(await run(['respond', 'compromised-instance', '--case', dir, ...at, '--reference', briefing.reference, ...NO_MEMORY, '--yes']));
  }
  return { responses, rounds, accounts: [briefing.account, ...others.map(({ id }) => id)] };
}

/** It is not over, and the tool itself names the same command as the next one. */
const again = ({ exit, result }: Response): boolean =>
  (exit === EXIT.notContained || exit === EXIT.partial) &&
  (result.next as string[] | undefined)?.some((line) => line.startsWith('aplomb respond leaked-key ')) === true;

/** What a scenario has nothing for is said, not faked. */
export const outOfScope = (briefing: Briefing): JsonObject[] =>
  briefing.webServer
    ? []
    : [4, 5, 6, 7, 8, 9, 10].map((step) => ({
        step,
        id: 'compromised-instance',
        verdict: 'skipped',
        checks: [],
        why: 'the attacker got into no instance in this scenario: there is nothing to isolate, keep or examine',
      }));
