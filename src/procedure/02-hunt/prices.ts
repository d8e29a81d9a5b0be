/**
 * List prices in US dollars, us-east-1, On-Demand, Linux, without taxes, discounts or Savings Plans. Only what is known for sure: a type
 * that is not here has no figure. Other regions cost up to about half as much again.
 * Source: Amazon EC2 On-Demand pricing and Amazon EBS pricing pages, as of November 2025.
 */
export const PRICES = 'AWS list price us-east-1, Linux On-Demand, November 2025';

/** A family whose prices grow with its size: dollars per hour of the `large` size (two virtual CPUs in these families). */
const LARGE: Readonly<Record<string, number>> = {
  m4: 0.1,
  m5: 0.096,
  m5a: 0.086,
  m5d: 0.113,
  m6g: 0.077,
  m6i: 0.096,
  m6a: 0.0864,
  m7g: 0.0816,
  m7i: 0.1008,
  c5: 0.085,
  c5a: 0.077,
  c5n: 0.108,
  c6g: 0.068,
  c6i: 0.085,
  c6a: 0.0765,
  c7g: 0.0725,
  c7i: 0.08925,
  r5: 0.126,
  r5a: 0.113,
  r6g: 0.1008,
  r6i: 0.126,
  r7g: 0.1071,
};
/** How many `large` a size is. */
const SIZES: Readonly<Record<string, number>> = {
  large: 1,
  xlarge: 2,
  '2xlarge': 4,
  '4xlarge': 8,
  '8xlarge': 16,
  '9xlarge': 18,
  '12xlarge': 24,
  '16xlarge': 32,
  '18xlarge': 36,
  '24xlarge': 48,
  '32xlarge': 64,
};
const EXACT: Readonly<Record<string, number>> = {
  't2.nano': 0.0058,
  't2.micro': 0.0116,
  't2.small': 0.023,
  't2.medium': 0.0464,
  't2.large': 0.0928,
  't2.xlarge': 0.1856,
  't2.2xlarge': 0.3712,
  't3.nano': 0.0052,
  't3.micro': 0.0104,
  't3.small': 0.0208,
  't3.medium': 0.0416,
  't3.large': 0.0832,
  't3.xlarge': 0.1664,
  't3.2xlarge': 0.3328,
  't3a.nano': 0.0047,
  't3a.micro': 0.0094,
  't3a.small': 0.0188,
  't3a.medium': 0.0376,
  't3a.large': 0.0752,
  't3a.xlarge': 0.1504,
  't3a.2xlarge': 0.3008,
  't4g.nano': 0.0042,
  't4g.micro': 0.0084,
  't4g.small': 0.0168,
  't4g.medium': 0.0336,
  't4g.large': 0.0672,
  't4g.xlarge': 0.1344,
  't4g.2xlarge': 0.2688,
  'g4dn.xlarge': 0.526,
  'g4dn.2xlarge': 0.752,
  'g4dn.4xlarge': 1.204,
  'g4dn.8xlarge': 2.176,
  'g4dn.12xlarge': 3.912,
  'g4dn.16xlarge': 4.352,
  'g5.xlarge': 1.006,
  'g5.2xlarge': 1.212,
  'g5.4xlarge': 1.624,
  'g5.8xlarge': 2.448,
  'g5.12xlarge': 5.672,
  'g5.16xlarge': 4.096,
  'g5.24xlarge': 8.144,
  'g5.48xlarge': 16.288,
  'p4d.24xlarge': 21.9576,
  'p5.48xlarge': 55.04,
  'p3.2xlarge': 3.06,
  'p3.8xlarge': 12.24,
  'p3.16xlarge': 24.48,
};
/** Dollars per GiB and month of provisioned volumes. Provisioned IOPS and throughput beyond what is included cost extra. */
const VOLUMES: Readonly<Record<string, number>> = { gp3: 0.08, gp2: 0.1, st1: 0.045, sc1: 0.015 };
/** AWS bills months of 730 hours. */
export const HOURS_OF_A_MONTH = 730;

/** Dollars per hour of a running instance; undefined when the type is not known for sure. @example instancePrice('c5.4xlarge') // 0.68 */
export function instancePrice(type: string): number | undefined {
  const exact = Object.hasOwn(EXACT, type) ? EXACT[type] : undefined;
  if (exact !== undefined) return exact;
  const [family = '', size = ''] = type.split('.');
  const large = Object.hasOwn(LARGE, family) ? LARGE[family] : undefined;
  const times = Object.hasOwn(SIZES, size) ? SIZES[size] : undefined;
  return large === undefined || times === undefined ? undefined : large * times;
}
/** Dollars per hour of a volume. */
export function volumePrice(type: string, gibibytes: number): number | undefined {
  const month = Object.hasOwn(VOLUMES, type) ? VOLUMES[type] : undefined;
  return month === undefined ? undefined : (month * gibibytes) / HOURS_OF_A_MONTH;
}
