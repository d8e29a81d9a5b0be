import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
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

/** Somebody sits on the instance with open connections and its role: all that step 4 can do is asked for. */
const THOROUGH = ['--cut', 'two-step,acl', '--instance-role', 'remove', '--revoke-role', '--disable-metadata'];

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
  const opening = (from: string, ...more: string[]): Promise<Response> => run(['open', '--case', dir, ...about, '--from', from, ...more]);
  const accounts = [briefing.account, ...others.map(({ id }) => id)];
  const at = ['--from-ip', briefing.responderIp, ...(workstation ? ['--workstation', workstation.name] : []), '--reference', briefing.reference];
  const instance = (name: string, ...more: string[]): Promise<Response> =>
    run(['respond', 'compromised-instance', '--case', dir, '--instance', name, ...at, ...more, ...NO_MEMORY, '--yes']);
  // An alarm about an instance names no key.
  if (briefing.alarm.finding && webServer?.instanceId)
    return { responses: [await withFile(briefing.alarm.finding, opening), await instance(webServer.instanceId, ...THOROUGH)], rounds: 1, accounts };
  const responses = [await opening(briefing.alarm.accessKeyId, '--since', briefing.alarm.since)];

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
    responses.push(await instance(webServer.publicIp));
  }
  return { responses, rounds, accounts };
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

/** The finding as a file, as a person has it from a console or an e-mail. */
async function withFile<T>(finding: object, use: (path: string) => Promise<T>): Promise<T> {
  const folder = mkdtempSync(join(tmpdir(), 'aplomb-alarm-'));
  try {
    const path = join(folder, 'finding.json');
    writeFileSync(path, JSON.stringify(finding));
    return await use(path);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
