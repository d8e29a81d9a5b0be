import { LabError } from '../../contract.ts';
import type { Interface } from './rows.ts';

/** Interfaces that a service keeps for the customer (endpoints, NAT gateways, load balancers, managed nodes) are that service's to change. */
export function refuseManaged(row: Interface): void {
  if (row.operator !== undefined)
    throw new LabError('OperationNotPermitted', `The network interface '${row.id}' is managed by ${row.operator} and cannot be modified directly.`);
  if (row.requesterManaged)
    throw new LabError('OperationNotPermitted', `You are not allowed to manage the network interface '${row.id}': a service manages it.`);
}
