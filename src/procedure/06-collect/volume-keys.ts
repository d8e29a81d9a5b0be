import { type ActionContext, type Call, type Collector, type Json, text } from '../../kernel/index.ts';
import { notApplicable, take, takeEach, type Wanted } from '../shared/collected.ts';
import { ec2, filter, targetOf } from '../shared/ec2.ts';

const kms = (region: string, operation: string, input: Json): Call => ({ service: 'kms', operation, region, input });
const ARN = /^arn:aws[a-z-]*:kms:[a-z0-9-]+:\d{12}:key\/[A-Za-z0-9-]{1,64}$/;

const about = (region: string, key: string): Wanted[] => {
  const id = key.slice(key.lastIndexOf('/') + 1);
  return [
    [`kms-key ${id}`, kms(region, 'DescribeKey', { KeyId: key })],
    [`kms-grants ${id}`, kms(region, 'ListGrants', { KeyId: key }), { all: true }],
    [`kms-policy ${id}`, kms(region, 'GetKeyPolicy', { KeyId: key, PolicyName: 'default' })],
  ];
};

/** The keys of the volumes: who may use them decides whether a snapshot can be read, copied and shared. A disabled key makes all of it unreadable. */
export const collector: Collector = {
  id: 'volume-keys',
  step: 6,
  title: text('The encryption keys of the volumes', 'Las claves de cifrado de los volúmenes'),
  permissions: ['ec2:DescribeVolumes', 'kms:DescribeKey', 'kms:ListGrants', 'kms:GetKeyPolicy'],
  async *collect(ctx: ActionContext) {
    const { region, instanceId } = targetOf(ctx);
    const call = ec2(region, 'DescribeVolumes', { Filters: [filter('attachment.instance-id', instanceId)], IncludeManagedResources: true });
    const { item, output } = await take<{ Volumes?: { KmsKeyId?: string }[] }>(ctx, 'volume-keys', call, { all: true });
    if (!output) {
      yield item;
      return;
    }
    const keys = [...new Set((output.Volumes ?? []).flatMap(({ KmsKeyId }) => (KmsKeyId && ARN.test(KmsKeyId) ? [KmsKeyId] : [])))];
    if (keys.length === 0) yield notApplicable('volume-keys', text('No volume is encrypted.', 'Ningún volumen está cifrado.'), item.reading);
    else
      yield* takeEach(
        ctx,
        keys.flatMap((key) => about(region, key)),
      );
  },
};
