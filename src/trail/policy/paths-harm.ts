import { type Path, path } from './paths.ts';

/** Ways from a permission to harm. Facts about what each API does, from the service references. */
export const PATHS_TO_HARM: readonly Path[] = [
  path('data', [['s3:GetObject']], 'It can read objects in S3.', 'Puede leer objetos de S3.'),
  path(
    'data',
    [['secretsmanager:GetSecretValue', 'secretsmanager:BatchGetSecretValue', 'ec2:GetPasswordData']],
    'It can read secrets.',
    'Puede leer secretos.',
  ),
  path(
    'data',
    [['ssm:GetParameter', 'ssm:GetParameters', 'ssm:GetParametersByPath']],
    'It can read parameters, which often hold passwords.',
    'Puede leer parámetros, que a menudo guardan contraseñas.',
  ),
  path(
    'data',
    [
      [
        'dynamodb:Scan',
        'dynamodb:GetItem',
        'dynamodb:Query',
        'dynamodb:ExportTableToPointInTime',
        'rds-data:ExecuteStatement',
        'redshift-data:ExecuteStatement',
      ],
    ],
    'It can read databases.',
    'Puede leer bases de datos.',
  ),
  path('data', [['ebs:GetSnapshotBlock']], 'It can read disks from their snapshots.', 'Puede leer discos a partir de sus instantáneas.'),
  path('data', [['kms:Decrypt']], 'It can decrypt with KMS keys.', 'Puede descifrar con claves de KMS.'),
  path(
    'data',
    [['codecommit:GitPull', 'ecr:BatchGetImage']],
    'It can take source code or container images.',
    'Puede llevarse código fuente o imágenes de contenedor.',
  ),
  path(
    'blinding',
    [
      [
        'cloudtrail:StopLogging',
        'cloudtrail:DeleteTrail',
        'cloudtrail:UpdateTrail',
        'cloudtrail:PutEventSelectors',
        'guardduty:DeleteDetector',
        'guardduty:UpdateDetector',
        'config:StopConfigurationRecorder',
        'ec2:DeleteFlowLogs',
        'securityhub:DisableSecurityHub',
      ],
    ],
    'It can switch off logging or detection.',
    'Puede apagar los registros o la detección.',
  ),
  path(
    'sharing',
    [
      [
        'ec2:ModifySnapshotAttribute',
        'ec2:ModifyImageAttribute',
        'rds:ModifyDBSnapshotAttribute',
        'rds:ModifyDBClusterSnapshotAttribute',
        's3:PutBucketPolicy',
        's3:PutBucketAcl',
        's3:PutReplicationConfiguration',
        'ram:CreateResourceShare',
      ],
    ],
    'It can share data with other accounts.',
    'Puede compartir datos con otras cuentas.',
  ),
  path('sharing', [['kms:PutKeyPolicy', 'kms:CreateGrant']], 'It can let others use encryption keys.', 'Puede dejar que otros usen claves de cifrado.'),
  path(
    'sharing',
    [
      [
        'lambda:AddPermission',
        'ecr:SetRepositoryPolicy',
        'secretsmanager:PutResourcePolicy',
        'sqs:SetQueueAttributes',
        'sns:SetTopicAttributes',
        'backup:PutBackupVaultAccessPolicy',
      ],
    ],
    'It can open resources to other accounts.',
    'Puede abrir recursos a otras cuentas.',
  ),
  path(
    'destruction',
    [
      [
        's3:DeleteObject',
        's3:DeleteBucket',
        's3:PutLifecycleConfiguration',
        'ec2:TerminateInstances',
        'ec2:DeleteSnapshot',
        'ec2:DeleteVolume',
        'rds:DeleteDBInstance',
        'rds:DeleteDBCluster',
        'dynamodb:DeleteTable',
        'backup:DeleteRecoveryPoint',
        'cloudformation:DeleteStack',
      ],
    ],
    'It can delete data, machines or backups.',
    'Puede borrar datos, máquinas o copias de seguridad.',
  ),
  path(
    'destruction',
    [['kms:ScheduleKeyDeletion', 'kms:DisableKey']],
    'It can make data unreadable by disabling its keys.',
    'Puede dejar los datos ilegibles al desactivar sus claves.',
  ),
  path(
    'spending',
    [
      [
        'ec2:RunInstances',
        'ec2:RequestSpotFleet',
        'ec2:CreateFleet',
        'ecs:RunTask',
        'batch:SubmitJob',
        'lightsail:CreateInstances',
        'sagemaker:CreateTrainingJob',
      ],
    ],
    'It can start computers at your expense.',
    'Puede arrancar ordenadores a su costa.',
  ),
  path(
    'spending',
    [['bedrock:InvokeModel', 'bedrock:InvokeModelWithResponseStream']],
    'It can use language models at your expense.',
    'Puede usar modelos de lenguaje a su costa.',
  ),
  path('spending', [['ses:SendEmail', 'ses:SendRawEmail', 'sns:Publish']], 'It can send messages in your name.', 'Puede enviar mensajes en su nombre.'),
  path('movement', [['sts:AssumeRole']], 'It can take on roles that trust it.', 'Puede asumir roles que confían en él.'),
  path(
    'movement',
    [['organizations:LeaveOrganization', 'organizations:CreateAccount', 'account:CloseAccount', 'account:EnableRegion']],
    'It can change the account or its organisation.',
    'Puede cambiar la cuenta o su organización.',
  ),
];
