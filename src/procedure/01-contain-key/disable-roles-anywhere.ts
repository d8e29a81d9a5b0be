import type { Action, ActionContext, Call, Change, Check, Step } from '../../kernel/index.ts';
import { text } from '../../kernel/index.ts';
import { contextWithin, under, type Within, within } from '../shared/accounts.ts';
import { check, readable, settled } from '../shared/checks.ts';
import { huntOf, isByKey } from '../shared/hunt-result.ts';
import { oneLine } from '../shared/names.ts';
import { readOrAbsent } from '../shared/reading.ts';

/** The two halves of a way in with an X.509 certificate: whom it trusts, and what a session may be. */
const KINDS = {
  'AWS::RolesAnywhere::TrustAnchor': { noun: 'TrustAnchor', id: 'trustAnchorId', answer: 'trustAnchor', words: ['trust anchor', 'ancla de confianza'] },
  'AWS::RolesAnywhere::Profile': { noun: 'Profile', id: 'profileId', answer: 'profile', words: ['profile', 'perfil'] },
} as const;
type Kind = keyof typeof KINDS;

interface Door {
  readonly type: Kind;
  readonly id: string;
  readonly region: string;
  readonly where: Within;
  readonly exists: boolean;
  readonly enabled: boolean;
  readonly evidence: readonly string[];
}
interface Observed {
  readonly doors: readonly Door[] | null;
  readonly skipped: readonly string[];
}
const isId = (id: string): boolean => /^[0-9a-f-]{36}$/.test(id);

async function look(ctx: ActionContext): Promise<Observed> {
  const hunt = huntOf(ctx.facts);
  if (!hunt) return { doors: null, skipped: [] };
  const mine = hunt.found.filter((one) => one.type in KINDS && isByKey(one) && one.alive && isId(one.id));
  const read = await Promise.all(
    mine.map(async (one): Promise<Door | string> => {
      const type = one.type as Kind;
      const where = await within(ctx, one.account);
      if (!where) return oneLine(one.arn);
      const { noun, id, answer } = KINDS[type];
      const seen = await readOrAbsent<Record<string, { enabled?: boolean }>>(contextWithin(ctx, where), {
        service: 'rolesanywhere',
        operation: `Get${noun}`,
        region: one.region,
        input: { [id]: one.id },
      });
      return {
        type,
        id: one.id,
        region: one.region,
        where,
        exists: seen !== null,
        enabled: seen?.output[answer]?.enabled !== false,
        evidence: seen?.evidence ?? [],
      };
    }),
  );
  return { doors: read.filter((one) => typeof one !== 'string'), skipped: read.filter((one) => typeof one === 'string') };
}
const open = (door: Door): boolean => door.exists && door.enabled;

function shut({ type, id, region, where }: Door): Change {
  const { noun, id: member, answer, words } = KINDS[type];
  const call = (operation: string): Call => ({ ...under(where), service: 'rolesanywhere', operation, region, input: { [member]: id } });
  return {
    id: `${noun}.${id}`,
    why: text(
      `close the ${words[0]} ${id}: nobody gets a session with a certificate through it`,
      `cerrar el ${words[1]} ${id}: nadie obtiene una sesión con un certificado por él`,
    ),
    call: call(`Disable${noun}`),
    repeat: 'safe',
    probe: {
      call: call(`Get${noun}`),
      done: [{ path: `${answer}.enabled`, is: false }],
      ready: [{ path: `${answer}.enabled`, is: true }],
    },
    undo: {
      calls: [call(`Enable${noun}`)],
      ask: text(`this opens the attacker's ${words[0]} again`, `esto vuelve a abrir el ${words[1]} del atacante`),
    },
    danger: [
      text('sessions that were taken through it live on until their role is revoked', 'las sesiones obtenidas por él siguen vivas hasta que se revoque su rol'),
    ],
  };
}

/** A trust anchor or profile of IAM Roles Anywhere is a key that no list of keys shows. */
export const action: Action<Observed> = {
  id: 'disable-roles-anywhere',
  step: 1,
  title: text('Close the ways in with certificates (IAM Roles Anywhere)', 'Cerrar las entradas con certificados (IAM Roles Anywhere)'),
  permissions: [
    'rolesanywhere:GetTrustAnchor',
    'rolesanywhere:GetProfile',
    'rolesanywhere:DisableTrustAnchor',
    'rolesanywhere:DisableProfile',
    'rolesanywhere:EnableTrustAnchor',
    'rolesanywhere:EnableProfile',
  ],
  observe: look,
  plan: ({ doors }): Step[] => (doors ?? []).filter(open).map(shut),
  check: (ctx) =>
    readable(['roles-anywhere-closed'], async (): Promise<Check[]> => {
      const { doors, skipped } = await settled(
        ctx,
        () => look(ctx),
        (one) => !(one.doors ?? []).some(open),
      );
      if (doors === null)
        return [
          check(
            'roles-anywhere-closed',
            'unknown',
            text('there was no hunt yet, so what the attacker opened is not known', 'aún no hubo búsqueda: no se sabe qué abrió el atacante'),
            [],
          ),
        ];
      const standing = doors.filter(open).map((one) => `${KINDS[one.type].words[0]} ${one.id} (${one.region})`);
      const evidence = doors.flatMap((one) => one.evidence);
      return [
        check(
          'roles-anywhere-closed',
          standing.length > 0 ? 'fails' : skipped.length > 0 ? 'unknown' : 'holds',
          standing.length > 0
            ? text(`still open: ${standing.join(', ')}`, `siguen abiertas: ${standing.join(', ')}`)
            : skipped.length > 0
              ? text(
                  `in accounts for which no credentials were given: ${skipped.join(', ')}`,
                  `en cuentas para las que no se dieron credenciales: ${skipped.join(', ')}`,
                )
              : text(
                  `no anchor or profile of the attacker is enabled (${doors.length})`,
                  `ningún ancla ni perfil del atacante está habilitado (${doors.length})`,
                ),
          evidence,
        ),
      ];
    }),
};
