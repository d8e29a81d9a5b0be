import type { LabContext, LabOperations } from '../../contract.ts';
import { LabError } from '../../contract.ts';
import { replaceEnded } from '../autoscaling/launch.ts';
import { AFTERLIFE, stateOf, stateView } from './instance-model.ts';
import { attachmentOf, interfacesOf } from './interface-model.ts';
import type { Instance } from './rows.ts';
import { renewPublicIp } from './run-instances.ts';
import type { SpotRequest } from './spot-model.ts';
import { arns, chosen, rowOf, writable } from './tables.ts';
import { volumesOf } from './volume-model.ts';

const SHUTDOWN_SECONDS = 25;
/** No scripts are run: the plug is pulled. */
const POWER_OFF_SECONDS = 5;

const change = (row: Instance, before: string, after: string) => ({ InstanceId: row.id, PreviousState: stateView(before), CurrentState: stateView(after) });

/** All rows, each with its state, after `check` has passed for every one: nothing changes when one is refused. */
function all(ctx: LabContext, ids: string[], check: (row: Instance, state: string) => void): { row: Instance; state: string }[] {
  writable(ctx, 'instances');
  const rows = chosen<Instance>(ctx, 'instances', ids).map((row) => ({ row, state: stateOf(ctx, row) }));
  for (const { row, state } of rows) check(row, state);
  return rows;
}
const refuse = (row: Instance, verb: string): never => {
  throw new LabError('IncorrectInstanceState', `The instance '${row.id}' is not in a state from which it can be ${verb}.`);
};

/** From `at` on the instance has no automatic public address and no instance store. */
export function stop(ctx: LabContext, row: Instance, seconds: number): void {
  const at = ctx.due(seconds);
  row.timeline = [
    { state: stateOf(ctx, row), at: ctx.now() - 1 },
    { state: 'stopping', at: ctx.now() },
    { state: 'stopped', at },
  ];
  row.reason = { code: 'Client.UserInitiatedShutdown', at: ctx.now() };
  for (const item of interfacesOf(ctx, row.id)) if (item.publicIp) item.publicIp = { ip: item.publicIp.ip, until: at };
}

/** Volumes and interfaces go with the instance where DeleteOnTermination says so; the others become free. */
export function terminate(ctx: LabContext, row: Instance): void {
  const at = ctx.due(stateOf(ctx, row) === 'stopped' ? 2 : SHUTDOWN_SECONDS);
  for (const volume of volumesOf(ctx, row.id)) {
    if (volume.attachment!.deleteOnTermination) volume.until = at;
    else volume.attachment = { ...volume.attachment!, timeline: [...volume.attachment!.timeline, { state: 'detaching', at: ctx.now() }], until: at };
  }
  for (const item of interfacesOf(ctx, row.id)) {
    if (item.publicIp) item.publicIp = { ip: item.publicIp.ip, until: at };
    if (item.attachment!.deleteOnTermination) item.until = at;
    else item.attachment = { ...attachmentOf(ctx, item)!, timeline: [...item.attachment!.timeline, { state: 'detaching', at: ctx.now() }], until: at };
  }
  row.timeline = [
    { state: stateOf(ctx, row), at: ctx.now() - 1 },
    { state: 'shutting-down', at: ctx.now() },
    { state: 'terminated', at },
  ];
  row.reason = { code: 'Client.UserInitiatedShutdown', at: ctx.now() };
  row.until = at + AFTERLIFE * 1000;
}
const resources = (input: any, ctx: LabContext): string[] => arns(ctx, 'instance', input.InstanceIds);

export const operations: LabOperations = {
  StopInstances: {
    run(input, ctx) {
      const rows = all(ctx, input.InstanceIds, (row, state) => {
        if (!/^(running|stopping|stopped)$/.test(state)) refuse(row, 'stopped');
        if (row.disableApiStop && state === 'running')
          throw new LabError(
            'OperationNotPermitted',
            `The instance '${row.id}' may not be stopped. Modify its 'disableApiStop' instance attribute and try again.`,
          );
        const spot = row.spotRequestId ? rowOf<SpotRequest>(ctx, 'spotRequests', row.spotRequestId) : undefined;
        if (row.lifecycle === 'spot' && spot?.type !== 'persistent')
          throw new LabError(
            'UnsupportedOperation',
            `You can't stop the Spot Instance '${row.id}' because it is associated with a one-time Spot Instance request. You can only stop Spot Instances associated with persistent Spot Instance requests.`,
          );
        if (input.Hibernate && !row.hibernation)
          throw new LabError('UnsupportedHibernationConfiguration', `Could not hibernate the instance '${row.id}': hibernation is not configured.`);
      });
      return {
        StoppingInstances: rows.map(({ row, state }) => {
          if (state === 'running') stop(ctx, row, input.SkipOsShutdown ? POWER_OFF_SECONDS : SHUTDOWN_SECONDS);
          return change(row, state, stateOf(ctx, row));
        }),
      };
    },
    resources,
  },
  /** A start gives a new automatic public address, not the old one. */
  StartInstances: {
    run(input, ctx) {
      const rows = all(ctx, input.InstanceIds, (row, state) => {
        if (!/^(pending|running|stopped)$/.test(state)) refuse(row, 'started');
      });
      return {
        StartingInstances: rows.map(({ row, state }) => {
          if (state === 'stopped') {
            row.timeline = [
              { state: 'stopped', at: ctx.now() - 1 },
              { state: 'pending', at: ctx.now() },
              { state: 'running', at: ctx.due(12) },
            ];
            row.launchTime = ctx.now();
            delete row.reason;
            const first = interfacesOf(ctx, row.id)[0];
            if (first) renewPublicIp(ctx, first);
          }
          return change(row, state, stateOf(ctx, row));
        }),
      };
    },
    resources,
  },
  RebootInstances: {
    run(input, ctx) {
      all(ctx, input.InstanceIds, (row, state) => {
        if (state !== 'running') refuse(row, 'rebooted');
      });
      return {};
    },
    resources,
  },
  /** If one instance is protected, none is terminated. */
  TerminateInstances: {
    async run(input, ctx) {
      const rows = all(ctx, input.InstanceIds, (row, state) => {
        if (row.disableApiTermination && !/^(shutting-down|terminated)$/.test(state))
          throw new LabError(
            'OperationNotPermitted',
            `The instance '${row.id}' may not be terminated. Modify its 'disableApiTermination' instance attribute and try again.`,
          );
      });
      const ended = rows.filter(({ state }) => !/^(shutting-down|terminated)$/.test(state));
      for (const { row } of ended) terminate(ctx, row);
      const answer = { TerminatingInstances: rows.map(({ row, state }) => change(row, state, stateOf(ctx, row))) };
      await replaceEnded(
        ctx,
        ended.map(({ row }) => row.id),
      );
      return answer;
    },
    resources,
  },
};
