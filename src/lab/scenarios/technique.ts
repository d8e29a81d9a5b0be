import type { Draw } from './draw.ts';
import type { Loot } from './loot.ts';
import type { AttackerCredential } from './scenario.ts';
import type { Actor, Stage } from './stage.ts';

/** Where a technique is played: IAM and its like, any region, or the region where the company's own things are. */
export type Place = 'global' | 'region' | 'home';

/** One person at work at one place: what a technique is given. */
export interface Act {
  readonly account: string;
  readonly region: string;
  readonly draw: Draw;
  /** A name that nobody else in this story uses. Hostile ones look harmless, a colleague's begin with the company's. */
  name(words: readonly string[]): string;
  /** Things of the company that techniques may use. */
  readonly company: Props;
  /** Who acts. */
  readonly by: Actor;
  /** The same SDK as everybody uses; `service` is the client's package name. Global services answer in us-east-1 whatever is given. */
  call(service: string, operation: string, input: object, region?: string): Promise<any>;
  arn(service: string, rest: string): string;
  /** Lets lab time pass: what was begun becomes ready. */
  pass(seconds: number): void;
  made(type: string, id: string, arn: string, more?: { names?: readonly string[] }): void;
  /** What AWS made because of it (the volume of an instance): naming it is right, leaving it out is no miss. */
  attends(type: string, id: string, arn?: string): void;
  changed(type: string, id: string, arn: string, how: string): void;
  credential(credential: Omit<AttackerCredential, 'issuedBy' | 'account'>): void;
  /** What `before` kept for `play`, by this technique. */
  readonly kept: Record<string, string>;
}
/** What a company has that an attacker uses or disguises himself with. */
export interface Props {
  readonly slug: string;
  /** A role that AWS services may assume. */
  readonly serviceRoleArn: string;
  readonly serviceRoleName: string;
  /** A user of the company's who is not the one with the leaked key: a program's. */
  readonly programUser: string;
  /** The user the leaked key belongs to. */
  readonly leakedUser: string;
  /** Another company's account: the attacker's. */
  readonly outsider: string;
  /** Address and port of the attacker's server, for start-up code. */
  readonly script: string;
}

/** One way to stay, to spend, to take away or to blind: facts/AWS documentation names them; a file of its own each. */
export interface Technique {
  readonly id: string;
  readonly place: Place;
  /** CloudFormation type names, one for each resource `play` makes: a plan is counted without playing it. */
  readonly makes: readonly string[];
  /** Types of the company's things that `play` changes. */
  readonly changes?: readonly string[];
  /** IAM actions that `play` needs. */
  readonly needs: readonly string[];
  /** Only the attacker's most powerful credential may. */
  readonly powerful?: true;
  /** The company's own things it will be done to, long before the attack. Played by the administrator. */
  before?(act: Act): Promise<void>;
  play(act: Act): Promise<void>;
  /** The same kind of thing, made by a colleague for work, in the same hours. */
  innocent?(act: Act): Promise<void>;
}

export interface ActOptions {
  stage: Stage;
  loot: Loot;
  draw: Draw;
  by: Actor;
  hostile: boolean;
  account: string;
  region: string;
  company: Props;
  taken: Set<string>;
  kept: Record<string, string>;
}
const GLOBAL = new Set(['iam', 'organizations', 'account']);

export function act(options: ActOptions): Act {
  const { stage, loot, draw, by, hostile, account, region, company, taken, kept } = options;
  return {
    account,
    region,
    draw,
    company,
    by,
    kept,
    name(words) {
      for (let n = 0; ; n++) {
        const word = draw.pick(words);
        // Some attackers leave the bare word, if it is free.
        const name = hostile ? (n === 0 && draw.fraction() < 0.4 ? word : `${word}-${draw.hex(4)}`) : `${company.slug}-${word}${n === 0 ? '' : `-${n + 1}`}`;
        if (taken.has(name)) continue;
        taken.add(name);
        return name;
      }
    },
    call: (service, operation, input, where = region) => stage.call(by, service, operation, input, GLOBAL.has(service) ? 'us-east-1' : where),
    arn: (service, rest) => `arn:aws:${service}:${service === 'iam' || service === 's3' ? '' : region}:${service === 's3' ? '' : account}:${rest}`,
    pass: (seconds) => stage.until(stage.now + seconds * 1000),
    made(type, id, arn, more = {}) {
      const names = more.names?.length ? { names: [...more.names] } : {};
      if (hostile) loot.resources.push({ type, id, arn, region, account, createdAt: new Date(stage.called).toISOString(), by: by.accessKeyId, ...names });
      else loot.lookAlikes.push({ type, id, region, by: by.accessKeyId, ...names });
    },
    attends(type, id, arn = '') {
      if (hostile) loot.attendant.push({ type, id, arn, region });
    },
    changed(type, id, arn, how) {
      if (hostile) loot.changed.push({ type, id, arn, region, account, how });
      else loot.lookAlikes.push({ type, id, region, by: by.accessKeyId });
    },
    credential(credential) {
      if (hostile) loot.credentials.push({ ...credential, account, issuedBy: by.accessKeyId });
    },
  };
}
