import { type Text, text } from '../../../kernel/index.ts';
import type { Background, Detection } from '../../detection.ts';
import type { TrailRecord } from '../../event.ts';
import { allow, call, denied, example, OUTSIDER } from './examples.ts';
import { openTo, openToPrincipal } from './outside.ts';
import { api, asked, askedText, named, who } from './reading.ts';

const PLACES = ['policy', 'policy.policy', 'resourcePolicy', 'policyDocument', 'policyInJson', 'accessPolicies', 'accessPolicy'] as const;
function openedTo(record: TrailRecord, background: Background): Text | undefined {
  const principal = askedText(record, 'principal');
  // An organisation as condition keeps strangers of a bus out.
  if (principal !== undefined && asked(record, 'condition') === undefined) return openToPrincipal(principal, record, background);
  for (const place of PLACES) {
    const whom = openTo(asked(record, place), record, background);
    if (whom) return whom;
  }
  return undefined;
}

export const detection: Detection = {
  title: text('Resource policy of another service lets outsiders in', 'Política de recurso de otro servicio que deja entrar a extraños'),
  description: text(
    'Tables, streams, file systems, search domains, catalogues, mail identities and trails have policies of their own that are seldom looked at. This one names another account or anyone.',
    'Tablas, flujos, sistemas de ficheros, dominios de búsqueda, catálogos, identidades de correo y trails tienen políticas propias que casi nadie mira. Esta nombra a otra cuenta o a cualquiera.',
  ),
  severity: 'high',
  attack: ['T1098', 'T1537'],
  apis: [
    'dynamodb:PutResourcePolicy',
    'kinesis:PutResourcePolicy',
    'elasticfilesystem:PutFileSystemPolicy',
    'es:UpdateDomainConfig',
    'es:CreateDomain',
    'glue:PutResourcePolicy',
    'codeartifact:PutDomainPermissionsPolicy',
    'codeartifact:PutRepositoryPermissionsPolicy',
    'glacier:SetVaultAccessPolicy',
    'ses:PutIdentityPolicy',
    'logs:PutResourcePolicy',
    'logs:PutDestinationPolicy',
    'events:PutPermission',
    'acm-pca:PutPolicy',
    'redshift:PutResourcePolicy',
    'cloudtrail:PutResourcePolicy',
    'ssm-incidents:PutResourcePolicy',
    'apigateway:UpdateRestApi',
    'codebuild:PutResourcePolicy',
    'vpc-lattice:PutAuthPolicy',
    'vpc-lattice:PutResourcePolicy',
  ],
  when(record, background) {
    const whom = openedTo(record, background);
    const what = named(
      record,
      'resourceArn',
      'fileSystemId',
      'domainName',
      'domain',
      'vaultName',
      'identity',
      'eventBusName',
      'destinationName',
      'policyName',
      'resourceIdentifier',
    );
    return (
      whom &&
      text(
        `${who(record)} let ${whom.en} in by the policy of ${what} (${api(record)}).`,
        `${who(record)} dejó entrar a ${whom.es} con la política de ${what} (${api(record)}).`,
      )
    );
  },
  examples: {
    hits: [
      example(
        'a table',
        call('dynamodb:PutResourcePolicy', {
          resourceArn: 'arn:aws:dynamodb:us-east-1:111122223333:table/t',
          policy: JSON.stringify(allow({ AWS: OUTSIDER })),
        }),
      ),
      example('an event bus', call('events:PutPermission', { eventBusName: 'default', action: 'events:PutEvents', principal: '*', statementId: 'x' })),
      example('a search domain, refused', denied('es:UpdateDomainConfig', { domainName: 'logs', accessPolicies: JSON.stringify(allow({ AWS: '*' })) })),
    ],
    quiet: [
      example(
        'our own organisation',
        call('events:PutPermission', { eventBusName: 'default', principal: '*', condition: { type: 'StringEquals', key: 'aws:PrincipalOrgID', value: 'o-1' } }),
      ),
      example(
        'from one address',
        call('es:UpdateDomainConfig', {
          domainName: 'logs',
          accessPolicies: JSON.stringify(allow({ AWS: '*' }, { Condition: { IpAddress: { 'aws:SourceIp': ['192.0.2.0/24'] } } })),
        }),
      ),
      example('a service', call('logs:PutResourcePolicy', { policyName: 'x', policyDocument: JSON.stringify(allow({ Service: 'es.amazonaws.com' })) })),
    ],
  },
};
