import type { ActionContext, Found, Hunter } from '../../../kernel/index.ts';
import { text } from '../../../kernel/index.ts';
import { oneLine } from '../../shared/names.ts';
import type { TrailEvent } from '../event.ts';
import { read } from '../hunting/calls.ts';
import { arnFor, foundAt, present } from '../hunting/found.ts';
import { recentEvents } from '../hunting/recent-events.ts';

const TYPE = 'AWS::Bedrock::ModelInvocationLoggingConfiguration';
interface Logging {
  loggingConfig?: { s3Config?: { bucketName?: string }; cloudWatchConfig?: { logGroupName?: string }; textDataDeliveryEnabled?: boolean };
}

/** The event that turned logging off names nothing, so no join can tie it to a thing: it is looked up here. */
async function turnedOff(ctx: ActionContext, region: string, since: string): Promise<TrailEvent | undefined> {
  for await (const event of recentEvents(ctx, region, 'DeleteModelInvocationLoggingConfiguration', since)) return event;
  return undefined;
}

function absent(ctx: ActionContext, region: string, { identity, time, name }: TrailEvent): Found {
  const who = oneLine(identity.arn || identity.type);
  return foundAt(ctx, TYPE, region, arnFor(ctx, 'bedrock', region, 'model-invocation-logging'), region, {
    createdAt: null,
    reasons: [
      {
        code: 'blinded',
        text: text(
          `was turned off on ${time} by ${who}: what models were asked since is written nowhere`,
          `lo desactivó ${who} el ${time}: lo que se pidió a los modelos desde entonces no consta en ninguna parte`,
        ),
      },
    ],
    detail: present({ turnedOffBy: who, turnedOffAt: time, turnedOffWith: identity.accessKeyId, event: name }),
  });
}

/**
 * Whether what models are asked and answer is written anywhere. Off is how every region begins: absence is a finding only when
 * CloudTrail knows who brought it about.
 */
export const hunter: Hunter = {
  type: TYPE,
  scope: 'regional',
  title: text('Bedrock invocation logging', 'Registro de invocaciones de Bedrock'),
  permissions: ['bedrock:GetModelInvocationLoggingConfiguration', 'cloudtrail:LookupEvents'],
  createdByEvents: ['PutModelInvocationLoggingConfiguration'],
  changedByEvents: ['DeleteModelInvocationLoggingConfiguration'],
  // The region's one configuration has no name: it is known by where it writes.
  names: ['bucketName', 'logGroupName'],
  single: true,
  async *scan(ctx, region, since) {
    const { loggingConfig: config } = await read<Logging>(ctx, 'bedrock', region, 'GetModelInvocationLoggingConfiguration');
    if (config === undefined) {
      const event = await turnedOff(ctx, region, since);
      if (event) yield absent(ctx, region, event);
      return;
    }
    const [bucket, group] = [config.s3Config?.bucketName, config.cloudWatchConfig?.logGroupName];
    yield foundAt(ctx, TYPE, region, arnFor(ctx, 'bedrock', region, 'model-invocation-logging'), region, {
      createdAt: null,
      aliases: [bucket, group].filter((name): name is string => name !== undefined),
      detail: present({ bucket: oneLine(bucket, 63), logGroup: oneLine(group), textDelivered: config.textDataDeliveryEnabled }),
    });
  },
};
