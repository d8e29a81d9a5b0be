import { text } from '../../../kernel/index.ts';
import type { Detection } from '../../detection.ts';
import { ACCOUNT, allow, call, denied, example, OUTSIDER } from './examples.ts';
import { accountsNamed, openTo, outsidersIn } from './outside.ts';
import { api, asked, named, who } from './reading.ts';

export const detection: Detection = {
  title: text('Container repository opened to outsiders', 'Repositorio de contenedores abierto a extraños'),
  description: text(
    "Outsiders may take the images, with the secrets in them, or put their own under a name that the owner's machines run.",
    'Los extraños pueden llevarse las imágenes, con los secretos que contienen, o poner las suyas con un nombre que ejecutan las máquinas del dueño.',
  ),
  severity: 'high',
  attack: ['T1525', 'T1537'],
  apis: ['ecr:SetRepositoryPolicy', 'ecr:PutRegistryPolicy', 'ecr:PutReplicationConfiguration'],
  when(record, background) {
    const accounts = outsidersIn(asked(record, 'replicationConfiguration'), record, background);
    const whom = accounts.length > 0 ? accountsNamed(accounts) : openTo(asked(record, 'policyText'), record, background);
    return (
      whom &&
      text(
        `${who(record)} gave ${whom.en} access to repository ${named(record, 'repositoryName')} (${api(record)}).`,
        `${who(record)} dio a ${whom.es} acceso al repositorio ${named(record, 'repositoryName')} (${api(record)}).`,
      )
    );
  },
  examples: {
    hits: [
      example(
        'another account',
        call('ecr:SetRepositoryPolicy', { repositoryName: 'app', policyText: JSON.stringify(allow({ AWS: `arn:aws:iam::${OUTSIDER}:root` })) }),
      ),
      example(
        'copied there, refused',
        denied('ecr:PutReplicationConfiguration', { replicationConfiguration: { rules: [{ destinations: [{ region: 'us-east-1', registryId: OUTSIDER }] }] } }),
      ),
    ],
    quiet: [
      example(
        'Lambda may pull',
        call('ecr:SetRepositoryPolicy', { repositoryName: 'app', policyText: JSON.stringify(allow({ Service: 'lambda.amazonaws.com' })) }),
      ),
      example(
        'copied to another region of ours',
        call('ecr:PutReplicationConfiguration', { replicationConfiguration: { rules: [{ destinations: [{ region: 'eu-west-1', registryId: ACCOUNT }] }] } }),
      ),
    ],
  },
};
