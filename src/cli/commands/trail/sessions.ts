import { plainText } from '../../../i18n/index.ts';
import { AplombError, EXIT, type JsonObject, text } from '../../../kernel/index.ts';
import { type Branch, type Closure, closure, type Sessions, sessionsOf } from '../../../trail/sessions/index.ts';
import type { Io } from '../../io.ts';
import { paint } from '../../render/paint.ts';
import { type Command, string } from '../../spec.ts';
import { openTrail } from '../../trail/case.ts';

export const brief = text('Which credential came of which, and which were stolen', 'Qué credencial salió de cuál, y cuáles fueron robadas');
export const order = 102;
const SHOWN = 40;

export const command: Command = {
  description: text(
    'Follows issued credentials to their use: AssumeRole in all its forms, session and federation tokens, console sign-ins, keys made for users, roles of instances and services, across accounts. Instance credentials used off their instance are flagged with reasons. With --key, --principal, --ip or --session: the tree of all that came of it.',
    'Sigue las credenciales emitidas hasta su uso: AssumeRole en todas sus formas, tokens de sesión y de federación, entradas en la consola, claves creadas para usuarios, roles de instancias y servicios, entre cuentas. Las credenciales de instancia usadas fuera de ella se señalan con motivos. Con --key, --principal, --ip o --session: el árbol de todo lo que salió de ahí.',
  ),
  flags: {
    key: { kind: 'string', placeholder: 'ID', brief: text('All that came of this access key', 'Todo lo que salió de esta clave') },
    principal: { kind: 'string', placeholder: 'ARN', brief: text('… of this role or user', '… de este rol o usuario') },
    ip: { kind: 'string', placeholder: 'ADDRESS', brief: text('… of what was used from this address', '… de lo usado desde esta dirección') },
    session: { kind: 'string', placeholder: 'NAME', brief: text('… of this session', '… de esta sesión') },
  },
  common: ['case'],
  examples: [
    { line: 'aplomb trail sessions', why: text('every edge, and what looks stolen', 'todas las aristas, y lo que parece robado') },
    { line: 'aplomb trail sessions --key AKIA2OGYBAH6STMMNXNN', why: text('everything that came of one key', 'todo lo que salió de una clave') },
  ],
  async run(io, values) {
    const start = Object.fromEntries(
      (['key', 'principal', 'ip', 'session'] as const).flatMap((name) =>
        string(values, name) === undefined ? [] : [[name === 'ip' ? 'address' : name, string(values, name)!]],
      ),
    );
    if (Object.keys(start).length > 1)
      throw new AplombError('BadOption', 'one beginning at a time', { exit: EXIT.usage, fix: 'Give one of --key, --principal, --ip, --session.' });
    const { dir, store } = await openTrail(io, values);
    try {
      if (Object.keys(start).length === 1) {
        const found = await closure(store, start);
        if (!io.json) tree(io, found);
        return { exit: EXIT.ok, result: { case: dir, ...(JSON.parse(JSON.stringify(found)) as JsonObject) } };
      }
      const found = await sessionsOf(store);
      if (!io.json) overview(io, found);
      return { exit: EXIT.ok, result: { case: dir, ...(JSON.parse(JSON.stringify(found)) as JsonObject) } };
    } finally {
      store.close();
    }
  },
};

function overview(io: Io, { edges, stolen, unusedLeftOut }: Sessions): void {
  const ink = paint(io.colour);
  const es = io.lang === 'es';
  for (const { key, principal, address, uses, why, signs } of stolen) {
    io.out(
      `${ink.red(es ? 'ROBADA' : 'STOLEN')}  ${ink.bold(plainText(key, 60))}  ${plainText(principal, 120)}  ${es ? 'desde' : 'from'} ${plainText(address, 60)}, ${uses} ${es ? 'usos' : 'uses'}`,
    );
    io.out(`        ${plainText(io.say(why), 240)}`);
    for (const { what } of signs) io.out(ink.dim(`        · ${plainText(io.say(what), 240)}`));
  }
  const used = edges.filter(({ uses }) => uses > 0);
  for (const { time, issued, issuedBy, via, role, to, uses, fromIps, ips } of used.slice(0, SHOWN))
    io.out(
      `${time ?? '?'}  ${plainText(issuedBy, 60)} → ${plainText(issued, 80)}  ${via}  ${plainText(role ?? to ?? '', 100)}  ${uses} ${es ? 'usos' : 'uses'}, ${fromIps
        .slice(0, 3)
        .map((one) => plainText(one, 45))
        .join(' ')}${ips > 3 ? ` +${ips - 3}` : ''}`,
    );
  if (used.length > SHOWN) io.out(es ? `… y ${used.length - SHOWN} más (--json)` : `… and ${used.length - SHOWN} more (--json)`);
  const unused = edges.length - used.length + unusedLeftOut;
  io.out(
    es
      ? `${used.length} credenciales emitidas y usadas, ${unused} nunca usadas aquí, ${stolen.length} parecen robadas`
      : `${used.length} credentials issued and used, ${unused} never used here, ${stolen.length} look stolen`,
  );
}

function tree(io: Io, { branches, origins, keys, truncated }: Closure): void {
  const es = io.lang === 'es';
  for (const edge of [...origins].reverse()) io.out(`${es ? 'salió de' : 'came of'} ${plainText(edge.issuedBy, 80)} (${edge.via}, ${edge.time ?? '?'})`);
  const draw = (branch: Branch, indent: string): void => {
    io.out(
      `${indent}${plainText(branch.id, 100)}${branch.edge ? `  ${branch.edge.via} ${branch.edge.time ?? ''}` : ''}${branch.principal ? `  ${plainText(branch.principal, 100)}` : ''}  ${branch.uses} ${es ? 'usos' : 'uses'}${
        branch.addresses.length > 0
          ? ` ${branch.addresses
              .slice(0, 3)
              .map((one) => plainText(one, 45))
              .join(' ')}`
          : ''
      }${branch.again ? (es ? '  (ya mostrada)' : '  (shown above)') : ''}`,
    );
    for (const inner of branch.branches) draw(inner, `${indent}  `);
  };
  for (const branch of branches) draw(branch, '');
  io.out(
    es
      ? `${keys.length} claves en el árbol${truncated ? ', y hay más de lo que se muestra' : ''}`
      : `${keys.length} keys in the tree${truncated ? ', and there is more than is shown' : ''}`,
  );
}
