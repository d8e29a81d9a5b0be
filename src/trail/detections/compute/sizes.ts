import type { TrailRecord } from '../../event.ts';
import { asked, list, requestOf, strings, word } from '../data/reading.ts';

const ACCELERATED = /^(ml\.|db\.)?(p\d[\w-]*|gr?\d[\w-]*|trn\d[\w-]*|inf\d[\w-]*|dl\d[\w-]*|vt\d[\w-]*|f\d[\w-]*)\.\w{2,16}$/;
const HUGE = /^(ml\.)?[a-z][\w-]{1,20}\.(metal(-\w{1,8})?|(16|18|24|32|48|56|96|112|224)xlarge)$/;
const types = (record: TrailRecord, form: RegExp): readonly string[] => [
  ...new Set(strings(requestOf(record)).filter((one) => one.length < 40 && form.test(one))),
];
/** Instance types with a GPU or another accelerator, wherever they stand in the request. */
export const accelerated = (record: TrailRecord): readonly string[] => types(record, ACCELERATED);
/** The largest instance types, wherever they stand in the request. */
export const huge = (record: TrailRecord): readonly string[] => types(record, HUGE);

const COUNTS = [
  'maxCount',
  'instanceCount',
  'spotFleetRequestConfig.targetCapacity',
  'targetCapacitySpecification.totalTargetCapacity',
  'maxSize',
  'desiredCapacity',
  'desiredCount',
  'count',
  'nodegroup.scalingConfig.maxSize',
  'scalingConfig.maxSize',
  'computeResources.maxvCpus',
] as const;
/** The most machines, tasks or processors that the request asks for; 0 when it names no number. */
export function mostAsked(record: TrailRecord): number {
  const counts = COUNTS.map((path) => word(asked(record, path)));
  for (const one of list(asked(record, 'instancesSet')).slice(0, 100)) counts.push(word((one as { maxCount?: never })?.maxCount));
  return Math.max(0, ...counts.map((count) => (count === '' ? 0 : Number(count))).filter((count) => Number.isFinite(count)));
}
