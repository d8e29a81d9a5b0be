import { writeFileSync } from 'node:fs';
import { planAction, planHash } from '../../engine/index.ts';
import { actions } from '../../generated/procedure.ts';
import { AplombError, canonical, EXIT, isChange, text, utc } from '../../kernel/index.ts';
import { ISOLATE_FLAGS, REFERENCE, STOP_FLAGS, TAG_FLAGS, VOLUME_FLAGS } from '../instance-flags.ts';
import { printCli } from '../print-cli.ts';
import { safeJson } from '../render/json.ts';
import { closeSession, openSession } from '../session.ts';
import { type Command, flag, string } from '../spec.ts';
import { instanceTarget, keyTarget } from '../target.ts';
import { optionsOf } from '../verb.ts';

export const brief = text(
  'Write the plan of one action to a file, to be read and approved',
  'Escribir el plan de una acción en un fichero, para leerlo y aprobarlo',
);
export const order = 70;
const FLAGS = { ...ISOLATE_FLAGS, ...TAG_FLAGS, ...STOP_FLAGS, ...VOLUME_FLAGS, ...REFERENCE };
/** Actions about a credential take a key, the others an instance. */
export const aboutKey = (step: number): boolean => step <= 3;

export const command: Command = {
  description: text(
    'Reads the account, changes nothing. The file holds every call with its input, what it waits for, the danger and the undo. Carry it out with: aplomb apply FILE',
    'Lee la cuenta y no cambia nada. El fichero contiene cada llamada con su entrada, lo que espera, el peligro y cómo deshacerla. Ejecútelo con: aplomb apply FICHERO',
  ),
  positionals: [
    { name: 'ACTION', brief: text(`One of: ${Object.keys(actions).join(', ')}`, `Una de: ${Object.keys(actions).join(', ')}`) },
    { name: 'WHAT', optional: true, brief: text('Access key id, or instance; default: the case’s', 'Id de clave, o instancia; por defecto: la del caso') },
  ],
  flags: {
    ...FLAGS,
    out: { kind: 'string', placeholder: 'FILE', brief: text('The file (default: standard output)', 'El fichero (por defecto: la salida estándar)') },
  },
  common: ['case', 'profile', 'region', 'print-cli'],
  examples: [
    {
      line: 'aplomb plan isolate i-0123456789abcdef0 --from-ip 198.51.100.7 --out isolate.plan.json',
      why: text('somebody else can read and approve it', 'otra persona puede leerlo y aprobarlo'),
    },
  ],
  async run(io, values, [id, what]) {
    const session = await openSession(io, values, { command: `plan ${id}` });
    try {
      const action = await session.registry.action(id!);
      const target = aboutKey(action.step) ? await keyTarget(session, what) : await instanceTarget(session, what);
      const options = optionsOf(session, values, FLAGS);
      if (flag(values, 'print-cli')) return await printCli(io, session, [action.id], target, options);
      const { plan, observedAt } = await planAction(session, action, { target, options });
      const hash = planHash(plan);
      const body = `${safeJson({ format: 'aplomb-plan-1', case: session.case.info.id, hash, observedAt: utc(observedAt), options, plan }, 2)}\n`;
      const out = string(values, 'out');
      if (out) writeFileSync(out, body, { flag: 'wx' });
      else if (!io.json) io.out(body.trimEnd());
      const changes = plan.steps.filter(isChange).map((change) => ({
        id: change.id,
        call: `${change.call.service}:${change.call.operation}`,
        state: 'planned',
        input: JSON.parse(canonical(change.call.input)),
      }));
      return { exit: EXIT.ok, result: { case: session.case.dir, plan: hash, file: out ?? null, changes, verdicts: [] } };
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'EEXIST')
        throw new AplombError('FileExists', `${string(values, 'out')} exists already`, {
          exit: EXIT.usage,
          fix: 'Choose another name with --out; plans are never overwritten.',
        });
      throw error;
    } finally {
      await closeSession(session);
    }
  },
};
