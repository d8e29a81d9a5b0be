import type { AlarmReader } from '../alarm.ts';
import { account, address, at, instanceId, keyId, list, principal, region, userName, utcOf, word } from '../pick.ts';

/**
 * A finding in the Open Cybersecurity Schema Framework, as the newer Security Hub and Security Lake write it (category 2,
 * Findings).
 * Source: schema.ocsf.io, "Detection Finding" (class 2004).
 */
export const reader: AlarmReader = {
  source: 'ocsf',
  read(document) {
    const kind = at(document, 'class_uid');
    if (typeof kind !== 'number' || Math.floor(kind / 1000) !== 2 || at(document, 'finding_info') === undefined) return null;
    const info = at(document, 'finding_info');
    const where = region(at(document, 'cloud', 'region'))[0];
    const resources = list(at(document, 'resources'));
    const evidences = list(at(document, 'evidences'));
    const uids = resources.flatMap((each) => word(at(each, 'uid')));
    const users = [...evidences.map((each) => at(each, 'actor', 'user')), at(document, 'actor', 'user')];
    return {
      titles: word(at(info, 'title')),
      accessKeyIds: [...uids.flatMap((uid) => keyId(uid.split(/[:/]/).at(-1))), ...users.flatMap((user) => keyId(at(user, 'credential_uid')))],
      userNames: users.filter((user) => at(user, 'type') === undefined || at(user, 'type') === 'IAMUser').flatMap((user) => userName(at(user, 'name'))),
      principals: uids.flatMap(principal),
      instances: uids.flatMap((uid) => instanceId(uid.split('/').at(-1))).map((id) => ({ id, ...(where ? { region: where } : {}) })),
      remote: evidences.flatMap((each) => address(at(each, 'src_endpoint', 'ip'))),
      accounts: account(at(document, 'cloud', 'account', 'uid')),
      regions: where ? [where] : [],
      firstSeen: utcOf(at(info, 'first_seen_time') ?? at(info, 'created_time') ?? at(document, 'time')),
      lastSeen: utcOf(at(info, 'last_seen_time') ?? at(info, 'modified_time')),
      findings: [
        {
          ...(word(at(info, 'uid'))[0] ? { id: word(at(info, 'uid'))[0]!.slice(0, 300) } : {}),
          ...(word(list(at(info, 'types'))[0])[0] ? { type: word(list(at(info, 'types'))[0])[0]!.slice(0, 200) } : {}),
          ...(word(at(document, 'severity'))[0] ? { severity: word(at(document, 'severity'))[0]!.slice(0, 20) } : {}),
        },
      ],
    };
  },
};
