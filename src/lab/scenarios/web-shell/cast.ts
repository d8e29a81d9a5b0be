import type { Draw } from '../draw.ts';
import { type Cast as Company, castFor as companyFor, SPAN } from '../key-leak/cast.ts';

/** A company with a web server behind a load balancer, and somebody who holds three connections to it. */
export interface Cast extends Omit<Company, 'times'> {
  role: string;
  group: string;
  targets: string;
  logGroup: string;
  /** Elsewhere on the internet: where he listens, over IPv4 and IPv6, and what the company's servers talk to. */
  remote: { shell: string; beacon: string; six: string; payments: string };
  ports: { shell: number; beacon: number; six: number };
  times: Times;
}
/** Epoch milliseconds. */
export interface Times {
  begin: number;
  /** A page of the site is made to read the instance's metadata. */
  scan: number;
  stolen: number;
  restarted: number;
  attached: number;
  shell: number;
  login: number;
  cleaned: number;
  six: number;
  last: number;
  notice: number;
}

export function castFor(draw: Draw, now: number): Cast {
  const company = companyFor(draw.fork('company'), now);
  const { slug } = company.company;
  const ago = (minutes: number, jitter: number) => now - minutes * SPAN.MINUTE - draw.int(0, jitter) * SPAN.MINUTE - draw.int(0, 59_999);
  return {
    ...company,
    role: `${slug}-${draw.pick(['app', 'shop', 'runtime', 'workload'])}`,
    group: `${slug}-${draw.pick(['web-asg', 'front', 'shop-fleet'])}`,
    targets: `${slug}-${draw.pick(['web', 'checkout', 'https'])}`,
    logGroup: `/${slug}/${draw.pick(['vpc-flow', 'flowlogs', 'network'])}`,
    remote: {
      shell: company.addresses.attacker,
      beacon: company.addresses.proxy,
      six: `2001:db8:${draw.hex(3).replace(/^0/, '1')}:${draw.int(1, 9)}::${draw.int(2, 250)}`,
      payments: `198.51.100.${draw.int(100, 180)}`,
    },
    ports: { shell: draw.pick([443, 8443, 4443]), beacon: draw.pick([443, 8080, 53]), six: draw.pick([443, 2053, 8443]) },
    times: {
      begin: ago(60 * 24 * 60, 600),
      scan: ago(9 * 60, 60),
      stolen: ago(7 * 60, 20),
      restarted: ago(6 * 60, 20),
      attached: ago(5 * 60 + 20, 10),
      shell: ago(4 * 60, 30),
      login: ago(3 * 60, 20),
      cleaned: ago(2 * 60, 20),
      six: ago(90, 20),
      last: ago(20, 5),
      notice: ago(9, 2),
    },
  };
}
