/** What the web server's disk tells of. Times are epoch milliseconds; everything is given by the scenario. */
export interface WebServerFacts {
  now: number;
  /** First boot. */
  launched: number;
  company: { slug: string; domain: string };
  host: { name: string; privateIp: string; publicIp: string; instanceId: string; region: string };
  /** Where the company's staff sit, and the user name of the person who looks after the server. */
  staff: { ip: string; user: string };
  attacker: {
    /** Where the key is used from and the server logged in to. */
    ip: string;
    /** A second address, for the scans. */
    scanner: string;
    /** Comment of the public key it leaves behind. */
    keyComment: string;
    minerName: string;
    pool: string;
    wallet: string;
    shellFile: string;
  };
  times: {
    /** A scan of the web site. */
    scan: number;
    /** The instance comes up again, with the intruder's user data. */
    restarted: number;
    /** First use of the web shell. */
    shell: number;
    /** First interactive login. */
    login: number;
    /** Histories and the dropper removed. */
    cleaned: number;
  };
}
/** Seconds after the restart at which the user data has done its work and the miner runs. */
export const MINING_AFTER = 41;
