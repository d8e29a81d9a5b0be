import type { Hunter } from '../../../kernel/index.ts';
import { text } from '../../../kernel/index.ts';
import { oneLine } from '../../shared/names.ts';
import { present, read } from './describe.ts';
import { arnFor, foundAt } from './regional.ts';

const TYPE = 'AWS::Bedrock::ModelInvocationLoggingConfiguration';
interface Logging {
  loggingConfig?: { s3Config?: { bucketName?: string }; cloudWatchConfig?: { logGroupName?: string }; textDataDeliveryEnabled?: boolean };
}

/**
 * Whether what models are asked and answer is written anywhere. Off is how every region begins, so an absent configuration is no reason
 * by itself: it is one when the key turned it off, which the join tells.
 */
export const hunter: Hunter = {
  type: TYPE,
  scope: 'regional',
  title: text('Bedrock invocation logging', 'Registro de invocaciones de Bedrock'),
  permissions: ['bedrock:GetModelInvocationLoggingConfiguration'],
  createdByEvents: [],
  changedByEvents: ['PutModelInvocationLoggingConfiguration', 'DeleteModelInvocationLoggingConfiguration'],
  // The events name no thing: the region's one configuration goes by the name of its event source.
  names: [],
  async *scan(ctx, region) {
    const { loggingConfig: config } = await read<Logging>(ctx, 'bedrock', region, 'GetModelInvocationLoggingConfiguration');
    if (config === undefined) return;
    yield foundAt(ctx, TYPE, region, arnFor(ctx, 'bedrock', region, 'model-invocation-logging'), `bedrock-logging-${region}`, {
      createdAt: null,
      detail: present({
        bucket: oneLine(config.s3Config?.bucketName, 63),
        logGroup: oneLine(config.cloudWatchConfig?.logGroupName, 200),
        textDelivered: config.textDataDeliveryEnabled,
      }),
    });
  },
};
