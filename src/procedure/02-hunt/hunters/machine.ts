import { type Reason, text } from '../../../kernel/index.ts';
import { oneLine } from '../../shared/names.ts';

/** Families with GPUs or other accelerators (Amazon EC2 instance types, "Accelerated computing"). */
const ACCELERATED = /^(p\d|g\d|trn\d|inf\d|dl\d|vt\d|f\d)/;
/** From 32 virtual CPUs on: 8xlarge and up, and bare metal. */
const LARGE = 8;

/** Whether machines of these types are what miners and model thieves rent. */
export function machineReasons(types: Iterable<string | undefined>): Reason[] {
  const names = [...new Set([...types].filter((type): type is string => typeof type === 'string' && type !== ''))].map((type) => oneLine(type, 40));
  const gpu = names.filter((name) => ACCELERATED.test(name));
  const large = names.filter((name) => /\.metal/.test(name) || Number(/\.(\d+)xlarge$/.exec(name)?.[1] ?? 0) >= LARGE);
  return [
    ...(gpu.length > 0 ? [{ code: 'gpu' as const, text: text(`has accelerators (${gpu.join(', ')})`, `tiene aceleradores (${gpu.join(', ')})`) }] : []),
    ...(large.length > 0 ? [{ code: 'large' as const, text: text(`is large (${large.join(', ')})`, `es grande (${large.join(', ')})`) }] : []),
  ];
}
