import { type Reason, text } from '../../../kernel/index.ts';
import { oneLine } from '../../shared/names.ts';

/** Families with GPUs or other accelerators (Amazon EC2 instance types, "Accelerated computing"); other services put "ml." before. */
const ACCELERATED = /^(ml\.)?(p\d|g\d|gr\d|trn\d|inf\d|dl\d|vt\d|f\d)/;
/** From 32 virtual CPUs on: one 8xlarge, or as many smaller ones together; and bare metal. */
const LARGE = 8;
const sizeOf = (name: string): number => {
  if (/\.metal/.test(name)) return LARGE;
  const times = /\.(\d*)xlarge$/.exec(name)?.[1];
  return times === undefined ? 0 : Number(times || 1);
};

/**
 * What miners and model thieves rent.
 * @param types as their services name them: p5.48xlarge, ml.p5.48xlarge, db.r7g.16xlarge; @param count of each
 */
export function machineReasons(types: Iterable<string | undefined>, count = 1): Reason[] {
  const names = [...new Set([...types].filter((type): type is string => typeof type === 'string' && type !== ''))].map((type) => oneLine(type, 40));
  const gpu = names.filter((name) => ACCELERATED.test(name));
  const large = names.filter((name) => sizeOf(name) * Math.max(1, count) >= LARGE);
  const list = (of: readonly string[]): string => `${count > 1 ? `${count} x ` : ''}${of.slice(0, 10).join(', ')}`;
  return [
    ...(gpu.length > 0 ? [{ code: 'gpu' as const, text: text(`has accelerators (${list(gpu)})`, `tiene aceleradores (${list(gpu)})`) }] : []),
    ...(large.length > 0 ? [{ code: 'large' as const, text: text(`is large (${list(large)})`, `es grande (${list(large)})`) }] : []),
  ];
}
