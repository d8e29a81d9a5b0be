import { text } from '../../../kernel/index.ts';
import type { Detection } from '../../detection.ts';
import { grantOf } from '../../policy/index.ts';
import { says } from '../stored.ts';
import { call, isAws, shown, who } from './saying.ts';

const POWERFUL = /admin|root|power-?user|full-?access|super-?user|break-?glass/i;

export const detection: Detection = {
  title: text('A role that sounds powerful was given to new code', 'Se dio a código nuevo un rol que parece poderoso'),
  description: text(
    'A machine, function or job was made that acts as a role whose name speaks of full power: whoever may only hand on roles gets all that this one may do. Names prove nothing: read the role’s policies, and what the new code did.',
    'Se creó una máquina, función o trabajo que actúa con un rol cuyo nombre habla de poder total: quien solo puede dar roles obtiene todo lo que este puede. Los nombres no prueban nada: lea las políticas del rol y qué hizo el código nuevo.',
  ),
  severity: 'medium',
  attack: ['T1548.005', 'T1078.004'],
  references: ['https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_use_passrole.html'],
  apis: [
    'ec2:RunInstances',
    'lambda:CreateFunction',
    'lambda:UpdateFunctionConfiguration',
    'cloudformation:CreateStack',
    'glue:CreateDevEndpoint',
    'glue:CreateJob',
    'sagemaker:CreateNotebookInstance',
    'sagemaker:CreateProcessingJob',
    'codebuild:CreateProject',
    'ecs:RegisterTaskDefinition',
    'states:CreateStateMachine',
    'scheduler:CreateSchedule',
  ],
  sql: says('admin', 'root', 'power-?user', 'full-?access', 'super-?user', 'break-?glass'),
  when(record, background) {
    if (isAws(record)) return undefined;
    const role = grantOf(record, background, { refused: true })?.powers[0]?.on?.[0];
    const name = role?.slice(role.lastIndexOf('/') + 1, role.lastIndexOf('/') + 161);
    if (name === undefined || !POWERFUL.test(name)) return undefined;
    return text(
      `${who(record)} made code that acts as the role ${name} (${shown(record, 'eventName')}).`,
      `${who(record)} creó código que actúa con el rol ${name} (${shown(record, 'eventName')}).`,
    );
  },
  examples: {
    hits: [
      { what: 'a machine', records: [call('ec2:RunInstances', { iamInstanceProfile: { arn: 'arn:aws:iam::111122223333:instance-profile/Administrator' } })] },
      { what: 'a dry run', records: [call('ec2:RunInstances', { iamInstanceProfile: { name: 'org-admin' } }, { errorCode: 'Client.DryRunOperation' })] },
    ],
    quiet: [
      { what: 'an application’s role', records: [call('lambda:CreateFunction20150331', { functionName: 'f', role: 'arn:aws:iam::111122223333:role/orders' })] },
      {
        what: 'its own role',
        records: [
          call(
            'lambda:CreateFunction20150331',
            { functionName: 'f', role: 'arn:aws:iam::111122223333:role/admin' },
            { userIdentity: { type: 'AssumedRole', sessionContext: { sessionIssuer: { arn: 'arn:aws:iam::111122223333:role/admin' } } } },
          ),
        ],
      },
      { what: 'no role', records: [call('ec2:RunInstances', { instanceType: 't3.micro' })] },
    ],
  },
};
