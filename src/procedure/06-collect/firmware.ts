import { type Collector, text } from '../../kernel/index.ts';
import { decoded, derived, ofInstance, take } from '../shared/collected.ts';
import { ec2 } from '../shared/ec2.ts';

/** EC2's answers where the machine has no such thing (EC2 API reference, GetInstanceUefiData and GetInstanceTpmEkPub). */
const NONE = { none: ['UnsupportedOperation', 'InvalidInstanceID.Unsupported'] };

/** How it boots: UEFI variables (Secure Boot keys; a boot kit lives here) and the public key of its TPM. */
export const collector: Collector = {
  id: 'firmware',
  step: 6,
  title: text('Firmware: UEFI variables and TPM', 'Firmware: variables UEFI y TPM'),
  permissions: ['ec2:DescribeInstances', 'ec2:GetInstanceUefiData', 'ec2:GetInstanceTpmEkPub'],
  collect: ofInstance('firmware', async function* (ctx, { region, instanceId, instance, evidence }) {
    const { BootMode, CurrentInstanceBootMode, TpmSupport } = instance;
    yield derived('boot-mode', { BootMode, CurrentInstanceBootMode, TpmSupport }, evidence);
    const uefi = CurrentInstanceBootMode !== 'legacy-bios';
    const [variables, key] = await Promise.all([
      uefi ? take<{ UefiData?: string }>(ctx, 'uefi-data-answer', ec2(region, 'GetInstanceUefiData', { InstanceId: instanceId }), NONE) : undefined,
      TpmSupport
        ? take<{ KeyValue?: string }>(
            ctx,
            'tpm-key-answer',
            ec2(region, 'GetInstanceTpmEkPub', { InstanceId: instanceId, KeyType: 'ecc-sec-p384', KeyFormat: 'der' }),
            NONE,
          )
        : undefined,
    ]);
    if (variables) {
      yield variables.item;
      yield* decoded('uefi-data', 'application/octet-stream', variables.output?.UefiData, variables.item);
    }
    if (key) {
      yield key.item;
      yield* decoded('tpm-endorsement-key.der', 'application/octet-stream', key.output?.KeyValue, key.item);
    }
  }),
};
