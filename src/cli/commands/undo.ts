import { AplombError, EXIT, text } from '../../kernel/index.ts';
import type { Command } from '../spec.ts';
import { ALSO, TAKES_BACK, takingBack } from '../take-back.ts';

export const brief = text('Take changes back, newest first; evidence stays', 'Deshacer los cambios, del más nuevo al más viejo; la evidencia se queda');
export const order = 72;

export const command: Command = {
  description: text(
    'Worked out from the receipts in the ledger: only what this case changed is taken back, and only if it is still as this case left it; afterwards each is read again. If somebody changed it meanwhile, it stops and shows both states. What is dangerous to take back (a leaked key alive again, an infected host running again) is skipped unless you name it with --also and type the word.',
    'Se calcula a partir de los recibos del registro: solo se deshace lo que este caso cambió, y solo si sigue como este caso lo dejó; después se vuelve a leer cada cosa. Si alguien la cambió entretanto, se detiene y muestra ambos estados. Lo peligroso de deshacer (una clave filtrada viva otra vez, un equipo infectado en marcha) se omite salvo que lo nombre con --also y teclee la palabra.',
  ),
  positionals: [
    { name: 'ACTION', optional: true, many: true, brief: text('Which actions (default: all of the case)', 'Qué acciones (por defecto: todas las del caso)') },
  ],
  flags: ALSO,
  common: TAKES_BACK,
  examples: [
    { line: 'aplomb undo isolate', why: text('the former security groups come back', 'vuelven los grupos de seguridad anteriores') },
    { line: 'aplomb undo', why: text('everything of this case that can be taken back', 'todo lo de este caso que se puede deshacer') },
    {
      line: 'aplomb undo stop --also stop',
      why: text('the instance is started again: the word is asked for', 'la instancia vuelve a arrancar: se pide la palabra'),
    },
  ],
  run: takingBack('undo', (all, positionals) => {
    const unknown = positionals.find((action) => !all.some((one) => one.plan.action === action));
    if (unknown !== undefined)
      throw new AplombError('NothingToUndo', `this case has no change of "${unknown.slice(0, 60)}" to take back`, {
        exit: EXIT.usage,
        fix:
          all.length > 0
            ? `There is: ${[...new Set(all.map((one) => one.plan.action))].join(', ')}.`
            : 'Nothing was changed, or everything is taken back already.',
      });
    return all.filter((one) => positionals.length === 0 || positionals.includes(one.plan.action));
  }),
};
