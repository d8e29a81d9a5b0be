import { isIP } from 'node:net';
import { createInterface } from 'node:readline/promises';
import type { Session } from '../engine/index.ts';
import { AplombError, EXIT, type JsonObject } from '../kernel/index.ts';
import type { Io } from './io.ts';

const SERVICE = 'https://checkip.amazonaws.com';

/**
 * The responder's public address, when none was given: asked of AWS's own address service, only after consent
 * (`--detect-ip`, or a yes at the terminal). A rehearsal never leaves this machine.
 * @throws AplombError NoResponderIp (exit 2)
 */
export async function responderIp(io: Io, session: Session, options: JsonObject): Promise<JsonObject> {
  // By SSM nobody comes in: no address is needed.
  if (options.fromIp || options.bastion || options.access === 'ssm') return {};
  const missing = (why: string): AplombError =>
    new AplombError('NoResponderIp', `nobody is let in to the isolated instance: ${why}`, {
      exit: EXIT.usage,
      fix: 'Give your public address with --from-ip, or --detect-ip to ask checkip.amazonaws.com for it.',
    });
  if (io.env.APLOMB_LOOPBACK_ONLY === '1') throw missing('no address was given');
  if (!options.detectIp && !(io.interactive && !io.json && (await consents(io)))) throw missing('no address was given');
  const controller = AbortSignal.any([io.signal, AbortSignal.timeout(8000)]);
  try {
    const answer = await fetch(SERVICE, { signal: controller, redirect: 'error' });
    const address = (await answer.text()).slice(0, 64).trim();
    if (answer.ok && isIP(address)) {
      session.case.append('note', { text: `Responder address ${address}, as ${SERVICE} sees it` });
      return { fromIp: address };
    }
    throw missing(`${SERVICE} gave no address`);
  } catch (error) {
    if (error instanceof AplombError) throw error;
    throw missing(`${SERVICE} did not answer`);
  }
}

async function consents(io: Io): Promise<boolean> {
  const prompt = createInterface({ input: process.stdin, output: process.stderr });
  try {
    const question = io.lang === 'es' ? `       ¿Preguntar su dirección pública a ${SERVICE}? [s/N] ` : `       Ask ${SERVICE} for your public address? [y/N] `;
    return /^(y|yes|s|si|sí)$/i.test((await prompt.question(question, { signal: io.signal })).trim());
  } finally {
    prompt.close();
  }
}
