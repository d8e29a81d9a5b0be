import { AplombError } from '../../kernel/index.ts';

/** An instance id stands in a path of ours, so nothing else may. @throws AplombError InvalidInstanceId */
export function plainId(id: string): string {
  if (!/^i-[0-9a-f]{8,17}$/.test(id)) throw new AplombError('InvalidInstanceId', `${JSON.stringify(id)} is not the id of an instance.`);
  return id;
}
