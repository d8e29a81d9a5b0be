import type { LabContext, LabOperations } from '../../contract.ts';
import { LabError } from '../../contract.ts';
import { noticed } from '../autoscaling/health.ts';
import { SHUTDOWN_SECONDS, stop, terminate } from './instance-ending.ts';
import { stateOf, stateView } from './instance-model.ts';
import { interfacesOf } from './interface-model.ts';
import type { Instance } from './rows.ts';
import { renewPublicIp } from './run-instances.ts';
import type { SpotRequest } from './spot-model.ts';
import { arns, chosen, rowOf, writable } from './tables.ts';

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

const resources = (input: any, ctx: LabContext): string[] => arns(ctx, 'instance', input.InstanceIds);

export const operations: LabOperations = {
  StopInstances: {
    async run(input, ctx) {
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
      const answer = {
        StoppingInstances: rows.map(({ row, state }) => {
          if (state === 'running') stop(ctx, row, input.SkipOsShutdown ? POWER_OFF_SECONDS : SHUTDOWN_SECONDS);
          return change(row, state, stateOf(ctx, row));
        }),
      };
      await noticed(
        ctx,
        rows.map(({ row }) => row.id),
      );
      return answer;
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
      await noticed(
        ctx,
        ended.map(({ row }) => row.id),
      );
      return answer;
    },
    resources,
  },
};
