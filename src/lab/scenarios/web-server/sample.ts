import type { WebServerFacts } from './facts.ts';

const NOW = Date.UTC(2026, 10, 20, 12);
const HOUR = 3_600_000;

/** A telling with fixed times and addresses: the ready-made disk is built from it, and tests use it. */
export const sampleFacts: WebServerFacts = {
  now: NOW,
  launched: NOW - 59 * 24 * HOUR,
  company: { slug: 'harbour', domain: 'harbour.example' },
  host: { name: 'harbour-web-1', privateIp: '10.20.0.25', publicIp: '203.0.113.10', instanceId: 'i-00000000000000000', region: 'eu-west-1' },
  staff: { ip: '198.51.100.200', user: 'ana.ruiz' },
  attacker: {
    ip: '192.0.2.44',
    scanner: '192.0.2.120',
    keyComment: 'user@localhost',
    minerName: 'kworkerd',
    pool: 'pool-0000.miner.example:443',
    wallet: `4${'A'.repeat(94)}`,
    shellFile: '.thumb-0000.php',
  },
  times: { scan: NOW - 21 * HOUR, restarted: NOW - 5.4 * HOUR, shell: NOW - 4.6 * HOUR, login: NOW - 4 * HOUR, cleaned: NOW - 3.5 * HOUR },
};
