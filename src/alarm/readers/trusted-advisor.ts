import type { AlarmReader } from '../alarm.ts';
import { at, keyId, userName, utcOf, word } from '../pick.ts';

/**
 * Trusted Advisor's "Exposed Access Keys" check as an EventBridge event's detail.
 * Source: AWS Support User Guide, "Monitoring AWS Trusted Advisor with Amazon EventBridge".
 */
export const reader: AlarmReader = {
  source: 'trusted-advisor',
  read(document) {
    const name = at(document, 'check-name');
    const item = at(document, 'check-item-detail');
    if (typeof name !== 'string' || typeof item !== 'object') return null;
    return {
      titles: [name.slice(0, 200)],
      accessKeyIds: keyId(at(item, 'Access Key ID')),
      userNames: userName(at(item, 'User Name (IAM or Root)')),
      firstSeen: utcOf(at(item, 'Time Updated')),
      findings: [{ type: name.slice(0, 200), ...(word(at(document, 'uuid'))[0] ? { id: word(at(document, 'uuid'))[0]!.slice(0, 100) } : {}) }],
    };
  },
};
