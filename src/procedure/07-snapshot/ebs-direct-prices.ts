/**
 * What reading blocks costs, in US dollars, us-east-1, without taxes: other Regions differ a little.
 * Source: Amazon EBS pricing page (EBS direct APIs for snapshots) and Amazon EC2 On-Demand pricing page (data transfer), as of November 2025.
 */
export const EBS_DIRECT_PRICES = {
  asOf: 'AWS list price us-east-1, November 2025',
  /** Per 1,000 requests. */
  listSnapshotBlocks: 0.0006,
  /** Per 1,000 blocks of 512 KiB. */
  getSnapshotBlock: 0.003,
  /** Per GB that leaves AWS for the internet; nothing inside the Region. */
  transferOut: 0.09,
} as const;
/** Blocks a second and side that one computer reads over a good line; said as an estimate and replaced by what is measured. */
const BLOCKS_PER_SECOND = 60;
const BLOCK_BYTES = 524_288;
const PAGE = 10_000;

export interface Estimate {
  /** GetSnapshotBlock requests. */
  readonly requests: number;
  /** Decimal, two to four digits after the point. */
  readonly dollars: string;
  /** On top when the reader is outside AWS. */
  readonly transferDollars: string;
  readonly minutes: number;
}
/** @param blocks to be fetched, of both sides together; `listed`: blocks that the listings name, each listed twice */
export function estimate(blocks: number, listed: number): Estimate {
  const { listSnapshotBlocks, getSnapshotBlock, transferOut } = EBS_DIRECT_PRICES;
  const pages = Math.ceil(listed / PAGE) * 2;
  const dollars = (blocks / 1000) * getSnapshotBlock + (pages / 1000) * listSnapshotBlocks;
  return {
    requests: blocks,
    dollars: dollars.toFixed(dollars < 1 ? 4 : 2),
    transferDollars: (((blocks * BLOCK_BYTES) / 1e9) * transferOut).toFixed(2),
    minutes: Math.max(1, Math.ceil(blocks / 2 / BLOCKS_PER_SECOND / 60)),
  };
}
