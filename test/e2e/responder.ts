import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openAws } from '../../src/aws/index.ts';
import { registry } from '../../src/cli/registry.ts';
import { applyPlan, approve, checkUndone, type Outcome, runAction, type Session, undoable, undoPlan } from '../../src/engine/index.ts';
import { createCase, openCase, verifyCase } from '../../src/evidence/index.ts';
import type { Check, JsonObject, Plan, Target } from '../../src/kernel/index.ts';
import { isAplombError, systemClock } from '../../src/kernel/index.ts';
import { addAccessKey } from '../../src/lab/world/index.ts';
import { ACCOUNT, type Inside, REGION } from './inside.ts';

/** What taking a case back came to. */
export interface TakenBack {
  readonly states: readonly string[];
  /** The reading afterwards, of everything that was taken back. */
  readonly checks: readonly Check[];
  /** Actions of which something still stands. */
  readonly left: readonly string[];
}
/** How a command ends: an outcome, or the one kind of error that people see. Anything else is a fault and is thrown on. */
export type End = Outcome | { readonly error: string; readonly message: string; readonly exit: number };
export const ended = async (running: Promise<Outcome>): Promise<End> => {
  try {
    return await running;
  } catch (error) {
    if (!isAplombError(error)) throw error;
    return { error: error.code, message: error.message, exit: error.exit };
  }
};

/**
 * One more responder before the same lab: another folder, another process as far as AWS and the ledger can tell.
 * @param at an existing case folder, to work on the same case
 */
export async function responder(stand: Inside, id: string, at?: string) {
  const root = at === undefined ? mkdtempSync(join(tmpdir(), 'aplomb-responder-')) : null;
  const dir = at ?? join(root!, 'case');
  const who = { responder: 'ben', host: 'other desk', clock: systemClock };
  const file = at === undefined ? createCase(dir, { id, title: 'Bad luck', ...who }) : openCase(dir, who);
  const key = addAccessKey(stand.world, stand.account, 'responder');
  const aws = await openAws({
    case: file,
    env: { AWS_ENDPOINT_URL: stand.session.aws.endpoint!, AWS_ACCESS_KEY_ID: key.id, AWS_SECRET_ACCESS_KEY: key.secret, AWS_REGION: REGION },
    loopbackOnly: true,
    expectAccount: [ACCOUNT],
    rated: false,
  });
  file.setCaller((await aws.identity()).arn);
  let session: Session = { ...stand.session, case: file, aws };
  const run = async (action: string, target: Target, options: JsonObject = {}): Promise<End> =>
    ended(runAction(session, await registry.action(action), { target, options }));
  return {
    dir,
    get session(): Session {
      return session;
    },
    run,
    /** Something happens just before the nth call of this operation is sent. Once. */
    async during(operation: string, what: () => Promise<unknown>, nth = 0): Promise<() => boolean> {
      let seen = 0;
      let happened = false;
      const plain = session;
      session = {
        ...plain,
        aws: {
          ...plain.aws,
          send: async (request) => {
            if (request.purpose === 'mutation' && request.call.operation === operation && seen++ === nth) {
              happened = true;
              await what();
            }
            return plain.aws.send(request);
          },
        },
      };
      return () => {
        session = plain;
        return happened;
      };
    },
    /** Newest first; stops where the world moved in between, as the command does. */
    async undo(named: readonly string[] = []): Promise<TakenBack> {
      const states: string[] = [];
      const checks: Check[] = [];
      for (const { apply, plan } of undoable(file.entries)) {
        const outlook = undoPlan(file.entries, file.info.id, apply, plan as Plan, new Set(named));
        if (outlook.plan.steps.length === 0) continue;
        const { step } = await registry.action(plan.action);
        const results = await applyPlan(session, outlook.plan, await approve(session, outlook.plan, { en: 'Undo', es: 'Deshacer' }, step), 0);
        const now = [...results.values()].map((one) => one.state);
        states.push(...now);
        checks.push(...(await checkUndone(session, outlook.plan, step, outlook.looks, results)).checks);
        if (now.includes('drifted')) break;
      }
      return { states, checks, left: undoable(file.entries).map(({ plan }) => plan.action) };
    },
    /** Chain, signatures, evidence: nothing wrong with it. */
    problems: async (): Promise<readonly unknown[]> => (await verifyCase(dir)).problems,
    async close(): Promise<void> {
      await aws.close();
      file.close();
      if (root !== null) rmSync(root, { recursive: true, force: true });
    },
  };
}
export type Responder = Awaited<ReturnType<typeof responder>>;
