import type { AlarmPart, AlarmReader } from '../alarm.ts';
import { account, address, at, instanceId, keyId, list, principal, region, userName, utcOf, word } from '../pick.ts';

const resourceParts = (resource: unknown): AlarmPart => {
  const id = String(at(resource, 'Id') ?? '');
  const where = region(at(resource, 'Region'))[0];
  const key = at(resource, 'Details', 'AwsIamAccessKey');
  const instance = at(resource, 'Details', 'AwsEc2Instance');
  return {
    // 'AWS::IAM::AccessKey:AKIA...' and arn:...:instance/i-...: the id is the last word.
    accessKeyIds: [...keyId(at(key, 'AccessKeyId')), ...keyId(id.split(/[:/]/).at(-1))],
    userNames:
      at(key, 'PrincipalType') === 'Role' || at(key, 'PrincipalType') === 'AssumedRole'
        ? []
        : [...userName(at(key, 'UserName')), ...(at(key, 'PrincipalType') ? userName(at(key, 'PrincipalName')) : [])],
    principals: principal(id),
    instances: instanceId(id.split('/').at(-1)).map((one) => ({ id: one, ...(where ? { region: where } : {}) })),
    addresses: list(at(instance, 'IpV4Addresses')).flatMap(address),
    regions: where ? [where] : [],
  };
};

/**
 * A finding in the AWS Security Finding Format, alone or from GetFindings or EventBridge.
 * Source: Security Hub User Guide, "AWS Security Finding Format (ASFF)".
 */
export const reader: AlarmReader = {
  source: 'security-hub',
  read(document) {
    if (at(document, 'SchemaVersion') === undefined || at(document, 'ProductArn') === undefined) return null;
    const parts = list(at(document, 'Resources')).map(resourceParts);
    const join = <K extends keyof AlarmPart>(name: K) => parts.flatMap((part) => [...((part[name] as readonly unknown[]) ?? [])]) as never;
    return {
      titles: word(at(document, 'Title')),
      accessKeyIds: join('accessKeyIds'),
      userNames: join('userNames'),
      principals: join('principals'),
      instances: join('instances'),
      addresses: join('addresses'),
      regions: [...region(at(document, 'Region')), ...(join('regions') as string[])],
      remote: [...address(at(document, 'Network', 'SourceIpV4')), ...address(at(document, 'Action', 'AwsApiCallAction', 'RemoteIpDetails', 'IpAddressV4'))],
      accounts: account(at(document, 'AwsAccountId')),
      firstSeen: utcOf(at(document, 'FirstObservedAt') ?? at(document, 'CreatedAt')),
      lastSeen: utcOf(at(document, 'LastObservedAt') ?? at(document, 'UpdatedAt')),
      findings: [
        {
          ...(word(at(document, 'Id'))[0] ? { id: word(at(document, 'Id'))[0]!.slice(0, 300) } : {}),
          ...(word(list(at(document, 'Types'))[0])[0] ? { type: word(list(at(document, 'Types'))[0])[0]!.slice(0, 200) } : {}),
          ...(word(at(document, 'Severity', 'Label'))[0] ? { severity: word(at(document, 'Severity', 'Label'))[0]!.slice(0, 20) } : {}),
        },
      ],
    };
  },
};
