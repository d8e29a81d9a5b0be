import { text } from '../../../kernel/index.ts';
import type { Detection } from '../../detection.ts';
import { byService, call, denied, example } from '../data/examples.ts';
import { api, machinery, region, who } from '../data/reading.ts';

export const detection: Detection = {
  title: text('Spot machines or a fleet asked for by hand', 'Máquinas spot o una flota pedidas a mano'),
  description: text(
    "Fleets start many machines from one call and keep starting them. AWS's quarantine policy does not stop these calls. Groups and clusters ask by way of their service; a person's key seldom asks.",
    'Las flotas arrancan muchas máquinas con una llamada y las vuelven a arrancar. La política de cuarentena de AWS no impide estas llamadas. Los grupos y clústeres las piden por su servicio; la clave de una persona, rara vez.',
  ),
  severity: 'medium',
  attack: ['T1496.001', 'T1578.002'],
  apis: ['ec2:RequestSpotInstances', 'ec2:RequestSpotFleet', 'ec2:CreateFleet'],
  when: (record) =>
    machinery(record)
      ? undefined
      : text(
          `${who(record)} asked for spot machines or a fleet in ${region(record)} (${api(record)}).`,
          `${who(record)} pidió máquinas spot o una flota en ${region(record)} (${api(record)}).`,
        ),
  examples: {
    hits: [
      example('spot machines', call('ec2:RequestSpotInstances', { instanceCount: 4, launchSpecification: { instanceType: 'c5.4xlarge' } })),
      example('a fleet, refused', denied('ec2:RequestSpotFleet', { spotFleetRequestConfig: { targetCapacity: 10 } })),
    ],
    quiet: [
      example('Auto Scaling', byService('autoscaling', 'ec2:CreateFleet', {})),
      example('EMR', byService('elasticmapreduce', 'ec2:RequestSpotInstances', {})),
    ],
  },
};
