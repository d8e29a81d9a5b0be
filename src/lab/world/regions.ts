import type { RegionState } from '../contract.ts';

/** Regions of the commercial partition: enabled by default (launched before 20 March 2019), and opt-in. */
export const DEFAULT_REGIONS = [
  'us-east-1',
  'us-east-2',
  'us-west-1',
  'us-west-2',
  'ap-northeast-1',
  'ap-northeast-2',
  'ap-northeast-3',
  'ap-south-1',
  'ap-southeast-1',
  'ap-southeast-2',
  'ca-central-1',
  'eu-central-1',
  'eu-north-1',
  'eu-west-1',
  'eu-west-2',
  'eu-west-3',
  'sa-east-1',
] as const;
export const OPT_IN_REGIONS = [
  'af-south-1',
  'ap-east-1',
  'ap-east-2',
  'ap-south-2',
  'ap-southeast-3',
  'ap-southeast-4',
  'ap-southeast-5',
  'ap-southeast-6',
  'ap-southeast-7',
  'ca-west-1',
  'eu-central-2',
  'eu-south-1',
  'eu-south-2',
  'il-central-1',
  'me-central-1',
  'me-south-1',
  'mx-central-1',
] as const;

/** Fresh regional state: every region, the opt-in ones not enabled. */
export function newRegions(): Record<string, RegionState> {
  const region = (name: string, optIn: RegionState['optIn']): [string, RegionState] => [name, { name, optIn, tables: {} }];
  return Object.fromEntries([
    ...DEFAULT_REGIONS.map((name) => region(name, 'opt-in-not-required')),
    ...OPT_IN_REGIONS.map((name) => region(name, 'not-opted-in')),
  ]);
}
