import type { AlarmReader } from '../alarm.ts';
import { account, address, at, instanceId, keyId, list, region, userName, utcOf, word } from '../pick.ts';

/**
 * A GuardDuty finding as GetFindings, EventBridge or an export to S3 write it. For credentials of a role `userName` is the
 * role's name.
 * Source: GuardDuty User Guide, "Finding details"; API reference, "Finding".
 */
export const reader: AlarmReader = {
  source: 'guardduty',
  read(document) {
    const resource = at(document, 'resource');
    const service = at(document, 'service');
    const type = at(document, 'type');
    if (typeof type !== 'string' || typeof resource !== 'object' || !/guardduty/i.test(String(at(service, 'serviceName') ?? at(document, 'arn')))) return null;
    const key = at(resource, 'accessKeyDetails');
    const where = region(at(document, 'region'))[0];
    const instance = at(resource, 'instanceDetails');
    const action = at(service, 'action');
    const actions = ['awsApiCallAction', 'networkConnectionAction', 'kubernetesApiCallAction', 'rdsLoginAttemptAction'].map((name) => at(action, name));
    const probes = list(at(action, 'portProbeAction', 'portProbeDetails'));
    const interfaces = list(at(instance, 'networkInterfaces'));
    const severity = at(document, 'severity');
    return {
      titles: word(at(document, 'title')),
      accessKeyIds: keyId(at(key, 'accessKeyId')),
      userNames: /^(IAMUser|Root)$/.test(String(at(key, 'userType') ?? 'IAMUser')) ? userName(at(key, 'userName')) : [],
      instances: instanceId(at(instance, 'instanceId')).map((id) => ({ id, ...(where ? { region: where } : {}) })),
      addresses: interfaces.flatMap((each) => address(at(each, 'publicIp'))),
      remote: [...actions, ...probes].flatMap((each) => address(at(each, 'remoteIpDetails', 'ipAddressV4'))),
      accounts: account(at(document, 'accountId')),
      regions: where ? [where] : [],
      firstSeen: utcOf(at(service, 'eventFirstSeen') ?? at(document, 'createdAt')),
      lastSeen: utcOf(at(service, 'eventLastSeen') ?? at(document, 'updatedAt')),
      findings: [
        {
          type: type.slice(0, 200),
          ...(word(at(document, 'id'))[0] ? { id: word(at(document, 'id'))[0]!.slice(0, 200) } : {}),
          ...(severity === undefined ? {} : { severity: String(severity).slice(0, 20) }),
        },
      ],
    };
  },
};
