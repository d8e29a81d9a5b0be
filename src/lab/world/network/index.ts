/** The truth of the network: which connections live, and which could be opened. */
export { type Connection, type Connections, connectionsOf, type InstanceConnections, type Reachability } from './connections.ts';
export { alwaysTracked, type Cut, type Flow, type Protocol, type Via } from './flow.ts';
export { type FlowRecord, flowRecords } from './flow-records.ts';
export { type Opening, openFlow } from './open.ts';
export { type Reach, reach } from './reach.ts';
export { type Scene, sceneOf } from './scene.ts';
export { CONVERSION_SECONDS, settleAfter, settleFlows, settleWorld, trackedFor } from './settle.ts';
