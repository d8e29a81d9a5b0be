import { type Path, path } from './paths.ts';

const PASS = ['iam:PassRole'];
/** Code that runs with a role given to it: with iam:PassRole, each is a way to what that role may do. */
const passing = (actions: readonly (readonly string[])[], en: string, es: string): Path =>
  path('escalation', [PASS, ...actions], `It can ${en} that act as another role.`, `Puede ${es} que actúen como otro rol.`);

/**
 * Ways from a permission to more. Facts about what each API does, from the IAM and service references; the escalation paths are those that
 * public research has described since 2018 (ATT&CK T1098, T1548.005, T1078.004).
 */
export const PATHS_UP: readonly Path[] = [
  path(
    'escalation',
    [['iam:CreatePolicyVersion']],
    'It can rewrite a managed policy, also one it is bound by.',
    'Puede reescribir una política administrada, también una que lo limita.',
  ),
  path(
    'escalation',
    [['iam:SetDefaultPolicyVersion']],
    'It can bring back an older, wider version of a policy.',
    'Puede reactivar una versión anterior, más amplia, de una política.',
  ),
  path(
    'escalation',
    [['iam:AttachUserPolicy', 'iam:AttachGroupPolicy', 'iam:AttachRolePolicy']],
    'It can attach any policy, AdministratorAccess too.',
    'Puede adjuntar cualquier política, también AdministratorAccess.',
  ),
  path(
    'escalation',
    [['iam:PutUserPolicy', 'iam:PutGroupPolicy', 'iam:PutRolePolicy']],
    'It can write any permission into a user, group or role.',
    'Puede escribir cualquier permiso en un usuario, grupo o rol.',
  ),
  path(
    'escalation',
    [['iam:AddUserToGroup']],
    'It can put a user, itself too, into a group with more permissions.',
    'Puede meter a un usuario, también a sí mismo, en un grupo con más permisos.',
  ),
  path(
    'escalation',
    [['iam:UpdateAssumeRolePolicy']],
    'It can let itself or strangers into a role.',
    'Puede dejarse entrar, o dejar entrar a extraños, en un rol.',
  ),
  path(
    'escalation',
    [['iam:DeleteUserPermissionsBoundary', 'iam:DeleteRolePermissionsBoundary', 'iam:PutUserPermissionsBoundary', 'iam:PutRolePermissionsBoundary']],
    'It can take away the boundary that limits a user or role.',
    'Puede quitar el límite de permisos de un usuario o rol.',
  ),
  path('credentials', [['iam:CreateAccessKey']], 'It can make access keys for other users.', 'Puede crear claves de acceso de otros usuarios.', true),
  path(
    'credentials',
    [['iam:CreateLoginProfile', 'iam:UpdateLoginProfile']],
    'It can set the console password of other users.',
    'Puede poner la contraseña de consola de otros usuarios.',
    true,
  ),
  path(
    'credentials',
    [['iam:CreateServiceSpecificCredential', 'iam:ResetServiceSpecificCredential', 'iam:UploadSSHPublicKey', 'iam:UploadSigningCertificate']],
    'It can make other lasting credentials for users.',
    'Puede crear otras credenciales duraderas para los usuarios.',
    true,
  ),
  path(
    'credentials',
    [['iam:DeactivateMFADevice', 'iam:DeleteVirtualMFADevice']],
    'It can take away the second factor of users.',
    'Puede quitar el segundo factor de los usuarios.',
    true,
  ),
  path(
    'escalation',
    [
      [
        'iam:CreateSAMLProvider',
        'iam:UpdateSAMLProvider',
        'iam:CreateOpenIDConnectProvider',
        'iam:AddClientIDToOpenIDConnectProvider',
        'iam:UpdateOpenIDConnectProviderThumbprint',
      ],
    ],
    'It can decide whose sign-in the account trusts.',
    'Puede decidir en qué inicio de sesión confía la cuenta.',
  ),
  path(
    'escalation',
    [['rolesanywhere:CreateTrustAnchor', 'rolesanywhere:UpdateTrustAnchor']],
    'It can let holders of its own certificates into roles.',
    'Puede dejar entrar en roles a quien tenga sus propios certificados.',
  ),
  path(
    'escalation',
    [
      [
        'sso:CreateAccountAssignment',
        'sso:AttachManagedPolicyToPermissionSet',
        'sso:PutInlinePolicyToPermissionSet',
        'sso:AttachCustomerManagedPolicyReferenceToPermissionSet',
        'identitystore:CreateGroupMembership',
      ],
    ],
    'It can give Identity Center users more access.',
    'Puede dar más acceso a usuarios de Identity Center.',
  ),
  path(
    'escalation',
    [['eks:CreateAccessEntry', 'eks:AssociateAccessPolicy']],
    'It can make itself administrator of Kubernetes clusters.',
    'Puede hacerse administrador de clústeres de Kubernetes.',
  ),
  passing([['ec2:RunInstances', 'ec2:AssociateIamInstanceProfile', 'ec2:ReplaceIamInstanceProfileAssociation']], 'start machines', 'arrancar máquinas'),
  passing([['lambda:CreateFunction']], 'make functions', 'crear funciones'),
  passing([['cloudformation:CreateStack', 'cloudformation:UpdateStack', 'cloudformation:CreateChangeSet']], 'deploy stacks', 'desplegar pilas'),
  passing([['glue:CreateDevEndpoint', 'glue:CreateJob', 'glue:UpdateJob', 'glue:CreateSession']], 'run Glue jobs', 'ejecutar trabajos de Glue'),
  passing(
    [['sagemaker:CreateNotebookInstance', 'sagemaker:CreateTrainingJob', 'sagemaker:CreateProcessingJob']],
    'run SageMaker notebooks or jobs',
    'ejecutar cuadernos o trabajos de SageMaker',
  ),
  passing([['codebuild:CreateProject', 'codebuild:UpdateProject']], 'run builds', 'ejecutar compilaciones'),
  passing(
    [['ecs:RegisterTaskDefinition'], ['ecs:RunTask', 'ecs:StartTask', 'ecs:CreateService', 'ecs:UpdateService']],
    'run containers',
    'ejecutar contenedores',
  ),
  passing([['batch:RegisterJobDefinition'], ['batch:SubmitJob']], 'run batch jobs', 'ejecutar trabajos por lotes'),
  passing([['datapipeline:CreatePipeline'], ['datapipeline:PutPipelineDefinition']], 'run data pipelines', 'ejecutar canalizaciones de datos'),
  passing(
    [
      [
        'states:CreateStateMachine',
        'scheduler:CreateSchedule',
        'ssm:StartAutomationExecution',
        'apprunner:CreateService',
        'elasticmapreduce:RunJobFlow',
        'bedrock-agentcore:CreateCodeInterpreter',
      ],
    ],
    'run workflows',
    'ejecutar flujos de trabajo',
  ),
  path(
    'escalation',
    [['lambda:UpdateFunctionCode', 'lambda:UpdateFunctionConfiguration']],
    'It can run its own code as the roles of existing functions.',
    'Puede ejecutar su propio código con los roles de funciones existentes.',
  ),
  path(
    'escalation',
    [['ssm:SendCommand', 'ssm:StartSession']],
    'It can run commands on machines, and so act as their roles.',
    'Puede ejecutar órdenes en máquinas, y así actuar con sus roles.',
  ),
  path(
    'escalation',
    [['ec2-instance-connect:SendSSHPublicKey', 'ec2-instance-connect:SendSerialConsoleSSHPublicKey']],
    'It can log in to machines, and so act as their roles.',
    'Puede entrar en máquinas, y así actuar con sus roles.',
  ),
  path(
    'escalation',
    [['ec2:ModifyInstanceAttribute'], ['ec2:StartInstances', 'ec2:RebootInstances']],
    'It can change what machines run when they start.',
    'Puede cambiar lo que ejecutan las máquinas al arrancar.',
  ),
];
