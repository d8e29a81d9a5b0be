import type { Draw } from '../draw.ts';
import { type Cast as Company, castFor as companyFor, SPAN } from '../key-leak/cast.ts';

/** A company whose workload account belongs to an organisation, and the way an attacker takes through both. */
export interface Cast extends Omit<Company, 'times'> {
  /** The management account of the organisation. */
  management: string;
  /** In the workload account, assumed with the key. */
  firstRole: string;
  /** In the management account, assumed with the first role's session. */
  secondRole: string;
  /** In the workload account again, assumed from the management account: it may do everything. */
  thirdRole: 'OrganizationAccountAccessRole';
  /** Lets the responder into the management account. */
  responseRole: string;
  federated: string;
  times: Times;
}
/** Epoch milliseconds. */
export interface Times {
  begin: number;
  leaked: number;
  probe: number;
  survey: number;
  federate: number;
  /** The key and the federated session at work. */
  spread: [number, number];
  chain: number;
  /** The roles' sessions at work. */
  deep: [number, number];
  last: number;
  notice: number;
}

export function castFor(draw: Draw, now: number): Cast {
  const company = companyFor(draw.fork('company'), now);
  const { slug } = company.company;
  const ago = (minutes: number, jitter: number) => now - minutes * SPAN.MINUTE - draw.int(0, jitter) * SPAN.MINUTE - draw.int(0, 59_999);
  return {
    ...company,
    management: draw.pick(['888899990000', '123456789012', '101010101010']),
    firstRole: `${slug}-${draw.pick(['deploy', 'build', 'artifacts'])}`,
    secondRole: `${slug}-${draw.pick(['pipeline', 'platform', 'baseline'])}`,
    thirdRole: 'OrganizationAccountAccessRole',
    responseRole: 'IncidentResponse',
    federated: draw.pick(['support', 'console', 'helpdesk', 'audit']),
    times: {
      begin: ago(60 * 24 * 60, 600),
      leaked: ago(15 * 60, 20),
      probe: ago(14 * 60, 25),
      survey: ago(12 * 60, 40),
      federate: ago(10 * 60, 30),
      spread: [ago(9 * 60, 20), ago(100, 10)],
      // Role chaining gives an hour at most: what he holds now is fresh.
      chain: ago(26, 2),
      deep: [ago(21, 0), ago(9, 0)],
      last: ago(4, 0),
      notice: ago(2, 0),
    },
  };
}
