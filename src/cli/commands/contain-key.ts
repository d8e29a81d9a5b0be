import { text } from '../../kernel/index.ts';
import { flag } from '../spec.ts';
import { verb } from '../verb.ts';

export const brief = text('Step 1: switch the leaked key off and deny its user', 'Paso 1: desactivar la clave filtrada y denegar a su usuario');
export const order = 41;
export const command = verb({
  name: 'contain-key',
  about: 'key',
  actions: (values) => (flag(values, 'delete') ? ['delete-key'] : ['deactivate-key', 'deny-user']),
  // Neither waits for the other: what checks the one (seconds, until IAM agrees with itself) would delay the other.
  sideBySide: true,
  description: text(
    'Deactivates the key (and the other key of the same user) and attaches a policy that denies everything to the user, then reads IAM again after the time it needs to agree with itself. Both can be taken back with undo. Deleting a key cannot: it is done only with --delete, after you typed the word.',
    'Desactiva la clave (y la otra clave del mismo usuario) y adjunta una política que deniega todo al usuario; después relee IAM tras el tiempo que necesita para ser consistente. Ambas cosas se deshacen con undo. Eliminar una clave no: solo se hace con --delete y tras teclear la palabra.',
  ),
  positional: { name: 'KEY', optional: true, brief: text('Access key id (default: the alarm’s)', 'Identificador de la clave (por defecto: el de la alarma)') },
  flags: {
    delete: { kind: 'boolean', brief: text('Delete the key, for ever; asks for a typed word', 'Eliminar la clave, para siempre; pide teclear una palabra') },
    'only-this-key': { kind: 'boolean', brief: text('Leave the other key of the user as it is', 'Dejar como está la otra clave del usuario') },
    user: { kind: 'string', placeholder: 'NAME', brief: text('The IAM user, when AWS does not tell', 'El usuario de IAM, cuando AWS no lo dice') },
  },
  examples: [
    { line: 'aplomb contain-key AKIA2OGYBAH6STMMNXNN', why: text('show the plan, ask, do it, check it', 'mostrar el plan, preguntar, hacerlo y comprobarlo') },
    { line: 'aplomb contain-key --dry-run', why: text('only show what would be done', 'solo mostrar lo que se haría') },
  ],
});
