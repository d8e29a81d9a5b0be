import { type Call, type Change, type Json, type Read, type Step, text } from '../../kernel/index.ts';
import { ec2, filter, tagText } from '../shared/ec2.ts';
import { caseAlias, ec2At, inPlace, type Place } from '../shared/place.ts';
import { provenanceTags } from '../shared/snapshot-copies.ts';
import { caseTags } from '../shared/snapshots.ts';
import { type Copying, isAbroad, needsBetween, type Original, sharedKey } from './copying.ts';
import { GRANTED } from './key-use.ts';

/** Copies under way at once into one Region. Source: Amazon EBS User Guide, quotas. */
const AT_ONCE = 20;
/** Seconds between looks, and how long a copy may take before the step is `waiting`: a day. */
const EVERY = 5;
const LIMIT = 86_400;

/** All snapshots of a case, each by the shortest way that AWS allows; what is there already is left out. */
export function copyPlan(seen: Copying): Step[] {
  const open = seen.originals.filter((one) => one.copy === null || one.copy.state === 'error');
  const pending = seen.originals.filter((one) => one.copy !== null && one.copy.state !== 'error' && one.copy.state !== 'completed');
  const steps: Step[] = [];
  if (seen.key && seen.key.found === null && open.length > 0) steps.push(...caseKey(seen));
  const grants = grantsFor(seen, open);
  for (const [key, grant] of grants) steps.push(grant, inForce(seen, key, grant.id));
  const copies: string[] = [];
  for (const one of open) {
    const way = oneCopy(seen, one, grants.has(sharedKey(seen, one) ?? ''));
    const before = copies[copies.length - AT_ONCE];
    steps.push(...way.slice(0, -2), { ...(way.at(-2) as Change), ...(before ? { after: [before] } : {}) }, way.at(-1)!);
    copies.push(way.at(-1)!.id);
  }
  if (pending.length > 0)
    steps.push(
      completed(
        'on-the-way',
        seen.to,
        pending.map((one) => one.copy!.snapshotId),
      ),
    );
  return steps;
}

const completed = (id: string, place: Place, ids: Json[]): Read => ({
  id,
  why: text(`Waiting until AWS has copied the blocks of ${ids.length}`, `Esperando a que AWS copie los bloques de ${ids.length}`),
  read: ec2At(place, 'DescribeSnapshots', { SnapshotIds: ids }),
  until: [{ path: 'Snapshots[].State', is: ids.map(() => 'completed') }],
  progress: 'Snapshots[].Progress',
  // KMS refusals come late: the call answers with success, the copy ends in error with the reason in StateMessage.
  fail: [{ path: "length(Snapshots[?State=='error']) > `0`", is: true }],
  lag: ['InvalidSnapshot.NotFound'],
  every: EVERY,
  limit: LIMIT,
});

/**
 * A key of the case in the forensic account, by a stack: CreateKey knows no idempotency, a stack's name does. Key and alias stay when
 * the stack goes.
 */
function caseKey({ to, caseId, responder, instanceId }: Copying): Step[] {
  const call = (operation: string, input: Json): Call => inPlace(to, { service: 'cloudformation', operation, region: to.region, input });
  const StackName = `aplomb-key-${caseId.replace(/[^A-Za-z0-9]+/g, '-').slice(0, 100)}`;
  const made = [{ path: 'Stacks[0].StackStatus', is: 'CREATE_COMPLETE' }];
  return [
    {
      id: 'key',
      why: text(`A key of the case in account ${to.account}`, `Una clave del caso en la cuenta ${to.account}`),
      call: call('CreateStack', {
        StackName,
        TemplateBody: keyTemplate(caseId),
        ClientRequestToken: { $token: true },
        Tags: caseTags(caseId, responder, instanceId),
      }),
      repeat: 'safe',
      already: ['AlreadyExists', 'TokenAlreadyExists'],
      probe: {
        call: call('DescribeStacks', { StackName }),
        absent: ['ValidationError'],
        done: [{ path: 'Stacks[0].StackStatus', in: ['CREATE_IN_PROGRESS', 'CREATE_COMPLETE'] }],
        ready: [{ path: 'Stacks[0]' }],
      },
      undo: { kept: text('the copies are encrypted under it', 'las copias están cifradas con ella') },
      danger: [text('One dollar a month until it is deleted; never delete it before the copies', 'Un dólar al mes hasta borrarla; nunca antes que las copias')],
    },
    {
      id: KEY_MADE,
      why: text('Waiting until the key is there', 'Esperando a que exista la clave'),
      needs: ['key'],
      read: call('DescribeStacks', { StackName }),
      until: made,
      fail: [{ path: 'Stacks[0].StackStatus', in: ['CREATE_FAILED', 'ROLLBACK_IN_PROGRESS', 'ROLLBACK_COMPLETE', 'ROLLBACK_FAILED'] }],
      lag: ['ValidationError'],
      every: 2,
      limit: 3600,
    },
  ];
}
const KEY_MADE = 'key-made';
/** Its own account decides by IAM who may use it. Source: AWS CloudFormation Template Reference, AWS::KMS::Key. */
export const keyTemplate = (caseId: string): string =>
  JSON.stringify({
    AWSTemplateFormatVersion: '2010-09-09',
    Description: 'KMS key for the evidence of one case',
    Resources: {
      Key: {
        Type: 'AWS::KMS::Key',
        DeletionPolicy: 'Retain',
        UpdateReplacePolicy: 'Retain',
        Properties: {
          Description: `Evidence of case ${tagText(caseId)}`,
          KeyPolicy: {
            Version: '2012-10-17',
            Statement: [
              {
                Sid: 'AccountDecidesByIam',
                Effect: 'Allow',
                Principal: { AWS: { 'Fn::Join': ['', ['arn:', { Ref: 'AWS::Partition' }, ':iam::', { Ref: 'AWS::AccountId' }, ':root']] } },
                Action: 'kms:*',
                Resource: '*',
              },
            ],
          },
          Tags: [{ Key: 'ir:case', Value: tagText(caseId) }],
        },
      },
      Alias: {
        Type: 'AWS::KMS::Alias',
        DeletionPolicy: 'Retain',
        UpdateReplacePolicy: 'Retain',
        Properties: { AliasName: caseAlias(caseId), TargetKeyId: { Ref: 'Key' } },
      },
    },
    Outputs: { KeyArn: { Value: { 'Fn::GetAtt': ['Key', 'Arn'] } } },
  });

/** One grant for each key whose snapshots the other account copies and may not use yet. */
function grantsFor(seen: Copying, open: readonly Original[]): Map<string, Change> {
  const { region, to, caseId } = seen;
  const made = new Map<string, Change>();
  if (!seen.createGrant) return made;
  const needed = new Set(open.flatMap((one) => sharedKey(seen, one) ?? []));
  for (const { key, use } of seen.uses) {
    if (!needed.has(key) || !use || use.missing.length === 0) continue;
    const kms = (operation: string, input: Json): Call => ({ service: 'kms', operation, region, input });
    const name = `aplomb-${caseId.replace(/[^a-zA-Z0-9:/_-]/g, '-').slice(0, 120)}-${to.account}`;
    const id = `grant-${key.split('/').at(-1)}`;
    made.set(key, {
      id,
      why: text(`${to.principal} may use the key of the snapshots, to copy them`, `${to.principal} podrá usar la clave de las instantáneas, para copiarlas`),
      call: kms('CreateGrant', { KeyId: key, GranteePrincipal: to.principal, Name: name, Operations: [...GRANTED] }),
      // The same name with the same parameters answers with the same grant (KMS API reference, CreateGrant).
      repeat: 'safe',
      probe: {
        call: kms('ListGrants', { KeyId: key }),
        pick: {
          from: 'Grants',
          where: [
            { path: 'Name', is: name },
            { path: 'GranteePrincipal', is: to.principal },
          ],
        },
        done: [{ path: '[0].Name', is: name }],
        ready: [{ path: 'length(@)', is: 0 }],
        output: '{GrantId: [0].GrantId}',
      },
      undo: {
        calls: [settledCopies(seen), kms('RevokeGrant', { KeyId: key, GrantId: { $ref: `${id}#GrantId` } })],
        ask: text(
          'The forensic account can then copy nothing more under this key: only once verify-copies holds',
          'La cuenta forense ya no podrá copiar nada con esta clave: solo cuando verify-copies se cumpla',
        ),
      },
      danger: [
        text(
          `${to.principal} can decrypt whatever is encrypted under ${key} and shared with it, until the grant is revoked`,
          `${to.principal} podrá descifrar lo que esté cifrado con ${key} y compartido con ella, hasta revocar la concesión`,
        ),
      ],
    });
  }
  return made;
}

/** A new grant may take minutes to count everywhere (AWS KMS Developer Guide, "Eventual consistency of grants"); a copy made before ends in error. */
const inForce = ({ to, region }: Copying, key: string, grant: string): Read => ({
  id: grantedId(key),
  why: text(`Waiting until the grant counts for ${to.principal}`, `Esperando a que la concesión valga para ${to.principal}`),
  needs: [grant],
  read: inPlace(to, { service: 'kms', operation: 'DescribeKey', region, input: { KeyId: key } }),
  until: [{ path: 'KeyMetadata.KeyState', is: 'Enabled' }],
  lag: ['AccessDenied'],
  every: 5,
  limit: 600,
});
const grantedId = (key: string): string => `granted-${key.split('/').at(-1)}`;

/** Until no copy is under way: one that loses its key or its source in the middle ends in error. */
const settledCopies = ({ to, instanceId }: Copying) => ({
  read: ec2At(to, 'DescribeSnapshots', { OwnerIds: ['self'], Filters: [filter('tag:ir:source-instance', instanceId), filter('status', 'pending')] }),
  until: [{ path: 'length(Snapshots)', is: 0 }],
  every: EVERY,
  limit: LIMIT,
});

/** What leads from one snapshot to its copy. The last two steps are the copy and the wait for it. */
function oneCopy(seen: Copying, one: Original, granted: boolean): Step[] {
  const { to, region } = seen;
  const { snapshotId } = one;
  const abroad = isAbroad(seen);
  const steps: Step[] = [];
  let source: Json = snapshotId;
  const grant = granted ? [grantedId(sharedKey(seen, one)!)] : [];
  let after: string[] = [...grant];
  if (one.state !== 'completed') {
    steps.push(completed(`taken-${snapshotId}`, { region }, [snapshotId]));
    after.push(`taken-${snapshotId}`);
  }
  if (needsBetween(seen, one)) {
    const { between } = one;
    const made = between !== null && between.state !== 'error';
    if (!made) steps.push({ ...reencrypt(seen, one), needs: after });
    source = made ? between.snapshotId : { $ref: `reencrypt-${snapshotId}#SnapshotId`, like: snapshotId };
    if (between?.state !== 'completed') {
      steps.push(completed(`reencrypted-${snapshotId}`, { region }, [source]));
      after = [...grant, `reencrypted-${snapshotId}`];
    }
  }
  if (abroad && !one.sharedWith.includes(to.account)) {
    steps.push({ ...share(seen, one, source), needs: after });
    after = [...after, `share-${snapshotId}`];
  }
  return [...steps, { ...copy(seen, one, source), needs: after }, completed(`copied-${snapshotId}`, to, [{ $ref: `copy-${snapshotId}#SnapshotId` }])];
}

/** A copy under a mark: CopySnapshot has no ClientToken, a second call would be a second copy. */
function marked(place: Place, input: { readonly [key: string]: Json }): Pick<Change, 'call' | 'repeat' | 'probe' | 'danger'> {
  return {
    call: ec2At(place, 'CopySnapshot', { ...input }),
    repeat: 'look',
    probe: {
      call: ec2At(place, 'DescribeSnapshots', { OwnerIds: ['self'], Filters: [filter('tag:ir:change', { $token: true })] }),
      done: [{ path: 'length(Snapshots)', is: 1 }],
      ready: [{ path: 'length(Snapshots)', is: 0 }],
      output: '{SnapshotId: Snapshots[0].SnapshotId}',
    },
    danger: [],
  };
}
const inputOf = (seen: Copying, one: Original, source: Json, kind: 'copy' | 're-encrypted') => ({
  SourceRegion: seen.region,
  SourceSnapshotId: source,
  Description: `IR ${seen.caseId}: ${kind === 'copy' ? 'copy' : 're-encrypted copy'} of ${one.snapshotId} of ${seen.account} ${seen.region}`.slice(0, 255),
  TagSpecifications: [{ ResourceType: 'snapshot', Tags: provenanceTags(seen, one, kind) }],
});

const reencrypt = (seen: Copying, one: Original): Change => ({
  id: `reencrypt-${one.snapshotId}`,
  why: text(
    `${one.snapshotId} is under the managed key, which nobody else can use: first a copy under ${seen.sourceKey?.arn}`,
    `${one.snapshotId} está bajo la clave administrada, que nadie más puede usar: primero una copia bajo ${seen.sourceKey?.arn}`,
  ),
  ...marked({ region: seen.region }, { ...inputOf(seen, one, one.snapshotId, 're-encrypted'), Encrypted: true, KmsKeyId: seen.sourceKey?.arn ?? null }),
  undo: { kept: text('kept until the copies are verified', 'se conserva hasta verificar las copias') },
});

/** For the forensic account alone, by number; never for a group. */
function share(seen: Copying, one: Original, source: Json): Change {
  const { region, to } = seen;
  const permit = (OperationType: 'add' | 'remove', SnapshotId: Json): Call =>
    ec2(region, 'ModifySnapshotAttribute', { SnapshotId, Attribute: 'createVolumePermission', OperationType, UserIds: [to.account] });
  return {
    id: `share-${one.snapshotId}`,
    why: text(`Account ${to.account} may copy the snapshot of ${one.volumeId}`, `La cuenta ${to.account} podrá copiar la instantánea de ${one.volumeId}`),
    call: permit('add', source),
    repeat: 'safe',
    probe: {
      call: ec2(region, 'DescribeSnapshotAttribute', { SnapshotId: { $ref: 'self#SnapshotId' }, Attribute: 'createVolumePermission' }),
      absent: ['InvalidSnapshot.NotFound'],
      pick: { from: 'CreateVolumePermissions', where: [{ path: 'UserId', is: to.account }] },
      done: [{ path: '[0].UserId', is: to.account }],
      ready: [{ path: 'length(@)', is: 0 }],
    },
    undo: { calls: [settledCopies(seen), permit('remove', { $ref: 'self#SnapshotId' })] },
    danger: [
      text(
        `Account ${to.account} can read the whole disk of ${one.volumeId} until this is taken back`,
        `La cuenta ${to.account} puede leer todo el disco de ${one.volumeId} hasta que se deshaga`,
      ),
    ],
  };
}

function copy(seen: Copying, one: Original, source: Json): Change {
  const { to, key } = seen;
  const encrypted = one.key !== null || key !== null || isAbroad(seen);
  const under: Json | null = key === null ? null : (key.found?.arn ?? { $ref: `${KEY_MADE}#Stacks[0].Outputs[?OutputKey=='KeyArn'].OutputValue | [0]` });
  const plain = encrypted && key === null;
  return {
    id: `copy-${one.snapshotId}`,
    why: text(
      `An independent copy of ${one.snapshotId} (${one.size} GiB) in ${to.account} ${to.region}`,
      `Una copia independiente de ${one.snapshotId} (${one.size} GiB) en ${to.account} ${to.region}`,
    ),
    ...marked(to, { ...inputOf(seen, one, source, 'copy'), ...(encrypted ? { Encrypted: true } : {}), ...(under === null ? {} : { KmsKeyId: under }) }),
    undo: { kept: text('the copy is evidence', 'la copia es evidencia') },
    danger: plain
      ? [
          text(
            'No --forensic-key: the copy is under the default key for EBS there; under the managed one it cannot be shared any further',
            'Sin --forensic-key: la copia queda bajo la clave por defecto para EBS de allí; bajo la administrada no se podrá compartir más',
          ),
        ]
      : [],
  };
}
