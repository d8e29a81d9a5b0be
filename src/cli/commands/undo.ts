import { applyPlan, approve, describeChanges, openApply, undoable, undoPlan } from '../../engine/index.ts';
import { plainText } from '../../i18n/index.ts';
import { AplombError, EXIT, type ExitCode, type JsonObject, type Plan, text, worstExit } from '../../kernel/index.ts';
import { closeSession, openSession } from '../session.ts';
import { type Command, list } from '../spec.ts';

export const brief = text('Take changes back, newest first; evidence stays', 'Deshacer los cambios, del más nuevo al más viejo; la evidencia se queda');
export const order = 72;

export const command: Command = {
  description: text(
    'Worked out from the receipts in the ledger: only what this case changed is taken back, and only if it is still as this case left it. What is dangerous to take back (a leaked key alive again, an infected host running again) is skipped unless you name it with --also and type the word.',
    'Se calcula a partir de los recibos del registro: solo se deshace lo que este caso cambió, y solo si sigue como este caso lo dejó. Lo peligroso de deshacer (una clave filtrada viva otra vez, un equipo infectado en marcha) se omite salvo que lo nombre con --also y teclee la palabra.',
  ),
  positionals: [
    { name: 'ACTION', optional: true, many: true, brief: text('Which actions (default: all of the case)', 'Qué acciones (por defecto: todas las del caso)') },
  ],
  flags: {
    also: {
      kind: 'list',
      placeholder: 'STEP',
      brief: text('A dangerous one to take back too, by its id (repeatable)', 'Uno peligroso que deshacer también, por su id (repetible)'),
    },
  },
  common: ['case', 'profile', 'region', 'yes'],
  examples: [
    { line: 'aplomb undo isolate', why: text('the former security groups come back', 'vuelven los grupos de seguridad anteriores') },
    { line: 'aplomb undo', why: text('everything of this case that can be taken back', 'todo lo de este caso que se puede deshacer') },
  ],
  async run(io, values, positionals) {
    const session = await openSession(io, values, { command: 'undo' });
    try {
      const named = new Set(list(values, 'also'));
      const all = undoable(session.case.entries);
      const unknown = positionals.find((action) => !all.some((one) => one.plan.action === action));
      if (unknown)
        throw new AplombError('NothingToUndo', `this case has no change of "${unknown.slice(0, 60)}" to take back`, {
          exit: EXIT.usage,
          fix:
            all.length > 0
              ? `There is: ${[...new Set(all.map((one) => one.plan.action))].join(', ')}.`
              : 'Nothing was changed, or everything is taken back already.',
        });
      const chosen = all.filter((one) => positionals.length === 0 || positionals.includes(one.plan.action));
      const changes: JsonObject[] = [];
      const exits: ExitCode[] = [EXIT.ok];
      const carryOut = async (plan: Plan, apply: string): Promise<void> => {
        const rows = describeChanges(plan.steps, await applyPlan(session, plan, apply, 0));
        changes.push(...rows.map((row) => ({ ...row })));
        for (const row of rows) {
          if (row.state === 'waiting' || row.state === 'unknown') exits.push(EXIT.partial);
          else if (row.state !== 'done' && row.state !== 'already' && row.state !== 'unneeded') exits.push(EXIT.failed);
        }
      };
      for (const { apply, plan } of chosen) {
        // Stopped in the middle of taking it back: goes on with what was approved then.
        const begun = openApply(session.case.entries, `undo:${plan.action}`, { apply, of: plan.target });
        if (begun?.begun) {
          await carryOut(begun.plan, begun.apply);
          continue;
        }
        const outlook = undoPlan(session.case.entries, session.case.info.id, apply, plan, named);
        for (const { id, change } of outlook.asks) {
          const why = 'ask' in change.undo && change.undo.ask ? plainText(io.say(change.undo.ask), 400) : '';
          io.err(`       – ${plan.action}/${id}: ${io.lang === 'es' ? 'no se deshace sin nombrarlo' : 'not taken back unless named'} (--also ${id}). ${why}`);
          changes.push({ id, call: `${change.call.service}:${change.call.operation}`, state: 'skipped', why });
        }
        for (const change of outlook.stays) {
          const why = 'kept' in change.undo ? change.undo.kept : 'never' in change.undo ? change.undo.never : undefined;
          io.err(`       – ${plan.action}/${change.id}: ${io.lang === 'es' ? 'se queda' : 'stays'}${why ? `: ${plainText(io.say(why), 400)}` : ''}`);
        }
        if (outlook.plan.steps.length === 0) continue;
        for (const step of plan.steps) {
          if (!named.has(step.id) || !('undo' in step) || !('calls' in step.undo) || !step.undo.ask) continue;
          if (!(await session.approver.typed('undo', step.undo.ask))) throw new AplombError('Declined', 'nothing was taken back', { exit: EXIT.declined });
        }
        const title = text(`Take back: ${plan.action}`, `Deshacer: ${plan.action}`);
        await carryOut(outlook.plan, await approve(session, outlook.plan, title, null));
      }
      await session.aws.flush('undo');
      if (chosen.length === 0 && !io.json) io.out(io.lang === 'es' ? 'No hay nada que deshacer.' : 'There is nothing to take back.');
      return { exit: worstExit(exits), result: { case: session.case.dir, plan: null, changes, verdicts: [] } };
    } finally {
      await closeSession(session);
    }
  },
};
