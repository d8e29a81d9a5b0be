import { text } from '../../../kernel/index.ts';
import type { Detection } from '../../detection.ts';
import { call, denied, example } from '../data/examples.ts';
import { asked, askedText, machinery, named, strings, who } from '../data/reading.ts';

export const detection: Detection = {
  title: text('Rule over a Kubernetes cluster given', 'Gobierno de un clúster de Kubernetes concedido'),
  description: text(
    'A principal becomes administrator of an EKS cluster: all its pods, secrets and service accounts. Cluster teams do it when somebody joins.',
    'Un principal se convierte en administrador de un clúster EKS: todos sus pods, secretos y cuentas de servicio. Los equipos lo hacen cuando alguien se incorpora.',
  ),
  severity: 'high',
  attack: ['T1098.006'],
  apis: ['eks:AssociateAccessPolicy', 'eks:CreateAccessEntry', 'eks:UpdateAccessEntry'],
  when: (record) =>
    machinery(record) ||
    !(
      /ClusterAdminPolicy$|AmazonEKSAdminPolicy$/.test((askedText(record, 'policyArn') ?? '').slice(0, 300)) ||
      strings(asked(record, 'kubernetesGroups')).includes('system:masters')
    )
      ? undefined
      : text(
          `${who(record)} made ${named(record, 'principalArn')} administrator of cluster ${named(record, 'clusterName', 'name')}.`,
          `${who(record)} hizo a ${named(record, 'principalArn')} administrador del clúster ${named(record, 'clusterName', 'name')}.`,
        ),
  examples: {
    hits: [
      example(
        'by policy',
        call('eks:AssociateAccessPolicy', {
          name: 'prod',
          principalArn: 'arn:aws:iam::111122223333:user/eve',
          policyArn: 'arn:aws:eks::aws:cluster-access-policy/AmazonEKSClusterAdminPolicy',
        }),
      ),
      example(
        'refused',
        denied('eks:CreateAccessEntry', { name: 'prod', principalArn: 'arn:aws:iam::111122223333:user/eve', kubernetesGroups: ['system:masters'] }),
      ),
    ],
    quiet: [
      example(
        'viewing only',
        call('eks:AssociateAccessPolicy', { name: 'prod', principalArn: 'x', policyArn: 'arn:aws:eks::aws:cluster-access-policy/AmazonEKSViewPolicy' }),
      ),
      example('a node', call('eks:CreateAccessEntry', { name: 'prod', principalArn: 'x', type: 'EC2_LINUX' })),
    ],
  },
};
