import type { AlarmReader } from '../alarm.ts';
import { account, at, instanceId, keyId, list, principal, region, userName, utcOf, word } from '../pick.ts';
import { partsOfText } from './text.ts';

/**
 * An AWS Health event about exposed or compromised credentials or about abuse: the EventBridge event's `detail`, or what
 * DescribeEventDetails answers. The key is an affected entity; the description often names it too.
 * Source: AWS Health User Guide, "AWS Health events Amazon EventBridge schema".
 */
export const reader: AlarmReader = {
  source: 'health',
  read(document) {
    const event = at(document, 'event') ?? document;
    const code = at(event, 'eventTypeCode');
    if (typeof code !== 'string' || !/^AWS_/.test(code)) return null;
    const where = region(at(event, 'eventRegion') ?? at(event, 'region'))[0];
    const entities = [...list(at(document, 'affectedEntities')), ...list(at(document, 'entities'))].map((each) => at(each, 'entityValue'));
    const described = at(document, 'eventDescription');
    const words = [...list(described), described].flatMap((each) => word(at(each, 'latestDescription')));
    const metadata = at(document, 'eventMetadata');
    const told = partsOfText(words.join('\n'));
    return {
      ...told,
      titles: [code.slice(0, 100)],
      accessKeyIds: [...entities.flatMap(keyId), ...keyId(at(metadata, 'publicKey')), ...(told.accessKeyIds ?? [])],
      userNames: [...userName(at(metadata, 'userName')), ...(told.userNames ?? [])],
      principals: [...entities.flatMap(principal), ...(told.principals ?? [])],
      instances: [...entities.flatMap(instanceId).map((id) => ({ id, ...(where ? { region: where } : {}) })), ...(told.instances ?? [])],
      accounts: [...account(at(document, 'affectedAccount')), ...(told.accounts ?? [])],
      firstSeen: [utcOf(at(event, 'startTime')), told.firstSeen].flatMap((time) => time ?? []).sort()[0] ?? null,
      lastSeen: utcOf(at(event, 'lastUpdatedTime')),
      findings: [
        {
          type: code.slice(0, 200),
          ...(word(at(event, 'eventArn') ?? at(event, 'arn'))[0] ? { id: word(at(event, 'eventArn') ?? at(event, 'arn'))[0]!.slice(0, 300) } : {}),
        },
      ],
    };
  },
};
