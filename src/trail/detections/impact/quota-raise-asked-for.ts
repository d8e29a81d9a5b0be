import { text } from '../../../kernel/index.ts';
import type { Detection } from '../../detection.ts';
import { byService, call, denied, example } from '../data/examples.ts';
import { machinery, named, region, who } from '../data/reading.ts';

export const detection: Detection = {
  title: text('Higher quota asked for', 'Cuota mayor pedida'),
  description: text(
    'More vCPUs, GPUs, mails or model tokens are needed for mining, spam and stolen models. Owners ask as well, and remember it.',
    'Para minar, enviar spam o robar modelos hacen falta más vCPU, GPU, correos o tokens. Los dueños también lo piden, y lo recuerdan.',
  ),
  severity: 'medium',
  attack: ['T1496', 'T1098'],
  apis: [
    'servicequotas:RequestServiceQuotaIncrease',
    'servicequotas:PutServiceQuotaIncreaseRequestIntoTemplate',
    'servicequotas:AssociateServiceQuotaTemplate',
  ],
  when: (record) =>
    machinery(record)
      ? undefined
      : text(
          `${who(record)} asked to raise quota ${named(record, 'quotaCode')} of ${named(record, 'serviceCode')} to ${named(record, 'desiredValue')} in ${region(record)}.`,
          `${who(record)} pidió subir la cuota ${named(record, 'quotaCode')} de ${named(record, 'serviceCode')} a ${named(record, 'desiredValue')} en ${region(record)}.`,
        ),
  examples: {
    hits: [
      example('asked', call('servicequotas:RequestServiceQuotaIncrease', { serviceCode: 'ec2', quotaCode: 'L-1216C47A', desiredValue: 512 })),
      example('refused', denied('servicequotas:RequestServiceQuotaIncrease', { serviceCode: 'ec2', quotaCode: 'L-417A185B' })),
    ],
    quiet: [
      example('automatic management', byService('servicequotas', 'servicequotas:RequestServiceQuotaIncrease', { serviceCode: 'ec2' })),
      example('a service', byService('controltower', 'servicequotas:AssociateServiceQuotaTemplate')),
    ],
  },
};
