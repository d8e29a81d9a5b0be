import type { Action, ActionContext, Call, Change, Check, JsonObject, Step, Text } from '../../kernel/index.ts';
import { AplombError, EXIT, text } from '../../kernel/index.ts';
import { check, readable } from '../shared/checks.ts';
import { oneLine } from '../shared/names.ts';
import { textOption } from '../shared/options.ts';
import { partition } from '../shared/partition.ts';
import { consistentReading, isAwsFailure, readOrAbsent } from '../shared/reading.ts';

interface Root {
  readonly keys: readonly { readonly id: string; readonly status: string }[];
  readonly certificates: readonly string[];
  readonly devices: readonly string[];
  readonly password: boolean;
}
interface Observed {
  readonly account: string;
  /** Credentials of the management account, where the responder's own are not. */
  readonly through: string | null;
  readonly region: string;
  /** Null when the root user cannot be reached by AssumeRoot. */
  readonly root: Root | null;
  readonly why: string | null;
  readonly evidence: readonly string[];
}
/** AWS's task policies for AssumeRoot: what the session may do is theirs to say. IAM User Guide, "Privileged root actions". */
const session = (account: string, task: 'IAMAuditRootUserCredentials' | 'IAMDeleteRootUserCredentials', through: string | null): string =>
  `root:${account}/${task}${through === null ? '' : ` through ${through}`}`;

/** Nobody but root can do this where AssumeRoot is not to be had. In the order that loses least. */
export const ROOT_BY_HAND: Text = text(
  'Sign in as root, from a clean computer: 1. deactivate, then delete its access keys. 2. Change the password. 3. Remove MFA devices you do not know and register your own. 4. Check the e-mail address, phone and alternate contacts. 5. If you cannot sign in: https://aws.amazon.com/forms/aws-account-support',
  'Inicie sesión como raíz, desde un equipo limpio: 1. Desactive y luego elimine sus claves de acceso. 2. Cambie la contraseña. 3. Quite los dispositivos MFA que no conozca y registre los suyos. 4. Revise el correo, el teléfono y los contactos alternativos. 5. Si no puede entrar: https://aws.amazon.com/forms/aws-account-support',
);

async function look(ctx: ActionContext): Promise<Observed> {
  const account = textOption(ctx, 'rootOf') ?? ctx.facts.account ?? '';
  if (!/^\d{12}$/.test(account))
    throw new AplombError('InvalidAccount', 'whose root user is meant is not known', { fix: 'Give --root-of with a 12-digit account', exit: EXIT.usage });
  const region = partition(ctx).globalRegion;
  const through = textOption(ctx, 'organizationAs') ?? null;
  const call = (operation: string, input: JsonObject): Call => ({
    as: session(account, 'IAMAuditRootUserCredentials', through),
    service: 'iam',
    operation,
    region,
    input,
  });
  try {
    const [keys, certificates, devices, password] = await Promise.all([
      ctx.readAll<{ AccessKeyMetadata?: { AccessKeyId?: string; Status?: string }[] }>(call('ListAccessKeys', {})),
      ctx.readAll<{ Certificates?: { CertificateId?: string }[] }>(call('ListSigningCertificates', {})),
      ctx.readAll<{ MFADevices?: { SerialNumber?: string }[] }>(call('ListMFADevices', {})),
      readOrAbsent<{ LoginProfile?: object }>(ctx, call('GetLoginProfile', {})),
    ]);
    const root: Root = {
      keys: (keys.output.AccessKeyMetadata ?? []).flatMap((one) => (one.AccessKeyId ? [{ id: one.AccessKeyId, status: one.Status ?? '' }] : [])),
      certificates: (certificates.output.Certificates ?? []).flatMap((one) => one.CertificateId ?? []),
      devices: (devices.output.MFADevices ?? []).flatMap((one) => one.SerialNumber ?? []),
      password: password !== null,
    };
    return {
      account,
      through,
      region,
      root,
      why: null,
      evidence: [...keys.evidence, ...certificates.evidence, ...devices.evidence, ...(password?.evidence ?? [])],
    };
  } catch (error) {
    if (!isAwsFailure(error)) throw error;
    return { account, through, region, root: null, why: `${error.code}: ${error.message}`.slice(0, 300), evidence: [] };
  }
}

/** The keys first: they work from anywhere. The password and devices only when asked for: the owner may need them. */
export const action: Action<Observed> = {
  id: 'contain-root',
  step: 1,
  title: text("Take away the root user's keys in a member account", 'Retirar las claves del usuario raíz de una cuenta miembro'),
  permissions: [
    'sts:AssumeRoot',
    'iam:ListAccessKeys',
    'iam:ListSigningCertificates',
    'iam:ListMFADevices',
    'iam:GetLoginProfile',
    'iam:DeleteAccessKey',
    'iam:DeleteSigningCertificate',
  ],
  observe: look,
  plan({ account, through, region, root }): Step[] {
    const as = session(account, 'IAMDeleteRootUserCredentials', through);
    const call = (operation: string, input: JsonObject): Call => ({ as, service: 'iam', operation, region, input });
    const never = text(
      'what is deleted of the root user cannot be brought back; root can make new ones',
      'lo eliminado del usuario raíz no se recupera; el raíz puede crear otros',
    );
    const end = (id: string, why: Text, operation: string, input: JsonObject, list: string, members: string, member: string): Change => ({
      id,
      why,
      call: call(operation, input),
      repeat: 'safe',
      already: ['NoSuchEntity'],
      probe: {
        call: call(list, {}),
        // Absence counts only inside a complete list; ids of keys and certificates hold letters and digits only.
        done: [
          { path: 'IsTruncated', is: false },
          { path: `contains(${members}[].${member}, '${String(input[member])}')`, is: false },
        ],
        ready: [{ path: `contains(${members}[].${member}, '${String(input[member])}')`, is: true }],
      },
      undo: { never },
      danger: [never],
      typed: 'delete',
    });
    const plain = (id: string): boolean => /^[A-Z0-9]{16,128}$/i.test(id);
    return [
      ...(root?.keys ?? [])
        .filter((key) => plain(key.id))
        .map((key) =>
          end(
            `root-key.${key.id}`,
            text(`delete access key ${key.id} of the root user of ${account}`, `eliminar la clave ${key.id} del usuario raíz de ${account}`),
            'DeleteAccessKey',
            { AccessKeyId: key.id },
            'ListAccessKeys',
            'AccessKeyMetadata',
            'AccessKeyId',
          ),
        ),
      ...(root?.certificates ?? [])
        .filter(plain)
        .map((id) =>
          end(
            `root-certificate.${id}`,
            text(`delete signing certificate ${id} of the root user of ${account}`, `eliminar el certificado de firma ${id} del usuario raíz de ${account}`),
            'DeleteSigningCertificate',
            { CertificateId: id },
            'ListSigningCertificates',
            'Certificates',
            'CertificateId',
          ),
        ),
    ];
  },
  check: (ctx) =>
    readable(['root-keys-gone'], async (): Promise<Check[]> => {
      const seen = await consistentReading(
        ctx,
        () => look(ctx),
        (one) => one.root === null || one.root.keys.length + one.root.certificates.length === 0,
      );
      if (seen.root === null)
        return [
          check(
            'root-keys-gone',
            'unknown',
            text(
              `the root user of ${seen.account} cannot be reached with AssumeRoot (${seen.why}). It needs the management account and centralised root access: --organization-as. Otherwise by hand: ${ROOT_BY_HAND.en}`,
              `no se puede actuar como raíz de ${seen.account} con AssumeRoot (${seen.why}). Requiere la cuenta de administración y el acceso raíz centralizado: --organization-as. Si no, a mano: ${ROOT_BY_HAND.es}`,
            ),
            seen.evidence,
          ),
        ];
      const left = [...seen.root.keys.map((key) => key.id), ...seen.root.certificates];
      const others = (password: string, nothing: string) =>
        [...(seen.root?.password ? [password] : []), ...(seen.root?.devices ?? []).map((serial) => `MFA ${oneLine(serial, 120)}`)].join(', ') || nothing;
      return [
        check(
          'root-keys-gone',
          left.length > 0 ? 'fails' : 'holds',
          left.length > 0
            ? text(`the root user still has ${left.join(', ')}`, `el usuario raíz aún tiene ${left.join(', ')}`)
            : text(
                `the root user of ${seen.account} has no access key and no certificate; it has ${others('a password', 'nothing else')}: check that these are yours`,
                `el usuario raíz de ${seen.account} no tiene claves de acceso ni certificados; tiene ${others('una contraseña', 'nada más')}: compruebe que son suyos`,
              ),
          seen.evidence,
        ),
      ];
    }),
};
