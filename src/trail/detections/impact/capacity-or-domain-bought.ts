import { text } from '../../../kernel/index.ts';
import type { Detection } from '../../detection.ts';
import { byService, call, denied, example } from '../data/examples.ts';
import { api, machinery, noted, who } from '../data/reading.ts';

export const detection: Detection = {
  title: text('Reserved capacity, a savings plan or a domain bought', 'Capacidad reservada, plan de ahorro o dominio comprado'),
  description: text(
    "Bought at the victim's expense, and hard to give back: reservations for mining or for resale, domains for phishing.",
    'Comprado a costa de la víctima y difícil de devolver: reservas para minar o revender, dominios para phishing.',
  ),
  severity: 'high',
  attack: ['T1496', 'T1583.001'],
  apis: [
    'ec2:PurchaseReservedInstancesOffering',
    'ec2:PurchaseHostReservation',
    'ec2:PurchaseCapacityBlock',
    'ec2:CreateCapacityReservation',
    'savingsplans:CreateSavingsPlan',
    'rds:PurchaseReservedDBInstancesOffering',
    'redshift:PurchaseReservedNodeOffering',
    'route53domains:RegisterDomain',
    'route53domains:TransferDomain',
    'ec2:CreateReservedInstancesListing',
  ],
  when: (record) =>
    machinery(record)
      ? undefined
      : text(
          `${who(record)} called ${api(record)}${noted(record, 'domainName', 'reservedInstancesOfferingId', 'reservedInstancesId', 'instanceType', 'savingsPlanOfferingId')}.`,
          `${who(record)} llamó a ${api(record)}${noted(record, 'domainName', 'reservedInstancesOfferingId', 'reservedInstancesId', 'instanceType', 'savingsPlanOfferingId')}.`,
        ),
  examples: {
    hits: [
      example('a domain', call('route53domains:RegisterDomain', { domainName: 'example.net', durationInYears: 1 })),
      example('refused', denied('ec2:PurchaseReservedInstancesOffering', { reservedInstancesOfferingId: 'o-1', instanceCount: 20 })),
    ],
    quiet: [
      example('EKS capacity', byService('eks', 'ec2:CreateCapacityReservation', { instanceType: 'm5.large' })),
      example('ECS capacity', byService('ecs', 'ec2:CreateCapacityReservation', {})),
    ],
  },
};
