import type { AlarmPart } from '../alarm.ts';
import { address, principal, userName } from '../pick.ts';
import { timesSeen } from './times.ts';

const all = (text: string, form: RegExp, group = 0): string[] => [...text.matchAll(form)].map((match) => match[group]!);
const MOST = 50;

/**
 * What a text written for people names: an abuse report, the notice of an exposed key, a chat message. Only forms that cannot
 * be taken for anything else are believed; an address alone may be anybody's, so it is kept as a lead.
 */
export function partsOfText(whole: string): AlarmPart {
  const text = whole.slice(0, 2_000_000);
  const instances = all(text, /\bi-(?:[0-9a-f]{17}|[0-9a-f]{8})\b/g);
  const inArn = [...text.matchAll(/\barn:aws[a-z-]*:ec2:([a-z0-9-]+):\d{12}:instance\/(i-[0-9a-f]{8,17})\b/g)];
  const regionOf = (id: string) => inArn.find((match) => match[2] === id)?.[1];
  const ips = all(text, /(?<![\w.:-])(?:\d{1,3}\.){3}\d{1,3}(?![\w-]|\.\d)/g).flatMap(address);
  // "EC2 instance i-... (203.0.113.9)", "Instance IP: 203.0.113.9": the customer's own, as abuse reports name it.
  const own = all(text, /(?:instance|source|your)[^\n]{0,40}?((?:\d{1,3}\.){3}\d{1,3})/gi, 1).flatMap(address);
  return {
    accessKeyIds: all(text, /(?<![A-Z0-9])A[KS]IA[A-Z2-7]{16}(?![A-Z0-9])/g).slice(0, MOST),
    userNames: all(text, /\b(?:IAM user|user\s?name|IAM User Name|usuario de IAM)\b[\s:"'=]*([\w+=,.@-]{1,64})/gi, 1)
      .map((name) => name.replace(/[.,]+$/, ''))
      .flatMap(userName)
      .filter((name) => !/^(is|was|has|the|that|named|called|with|and|whose|in|of|for)$/i.test(name))
      .slice(0, MOST),
    principals: all(text, /\barn:aws[a-z-]*:(?:iam|sts)::\d{12}:(?:user|role|assumed-role|federated-user)\/[\w+=,.@/-]*[\w+=@/-]/g)
      .flatMap(principal)
      .slice(0, MOST),
    instances: instances.slice(0, MOST).map((id) => ({ id, ...(regionOf(id) ? { region: regionOf(id)! } : {}) })),
    addresses: own.slice(0, MOST),
    remote: ips.filter((ip) => !own.includes(ip)).slice(0, MOST),
    accounts: [
      ...all(text, /\barn:aws[a-z-]*:[a-z0-9-]+:[a-z0-9-]*:(\d{12}):/g, 1),
      ...all(text, /\b(?:account|cuenta)\b[^\n]{0,30}?(\d{4}-?\d{4}-?\d{4})\b/gi, 1).map((digits) => digits.replaceAll('-', '')),
    ].slice(0, MOST),
    // "public since about": what others saw. Whoever used it may have begun before.
    firstSeen: timesSeen(text).sort()[0] ?? null,
  };
}
