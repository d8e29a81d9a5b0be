import { createHash } from 'node:crypto';
import { type Constraint, type LabContext, LabError, type LabOperations } from '../../contract.ts';
import { arnOf, date, pageOf, plain } from '../paging.ts';
import { shelf } from '../shelf.ts';

interface Job {
  name: string;
  role: string;
  created: number;
  modified: number;
  command: any;
  version: string;
  capacity: Record<string, unknown>;
  arguments: Record<string, string>;
}
interface DevEndpoint {
  name: string;
  role: string;
  created: number;
  ready: number;
  keys: string[];
  address?: string;
  groups: string[];
}
interface Policy {
  text: string;
  hash: string;
  created: number;
  updated: number;
}
const missing = (what: string) => (name: string) => new LabError('EntityNotFoundException', `${what} ${name} not found.`);
const jobs = shelf<Job>('glueJobs', missing('Job'));
const runs = shelf<{ id: string; job: string; started: number }>('glueJobRuns', missing('Job run'));
const endpoints = shelf<DevEndpoint>('glueDevEndpoints', missing('DevEndpoint'));
const policies = shelf<Policy>('gluePolicies', () => new LabError('EntityNotFoundException', 'Policy not found.'));
const invalid = (message: string): LabError => new LabError('InvalidInputException', message);
const MAX_RESULTS: Constraint = { min: 1, max: 1000 };
const NAME: Constraint = { length: [1, 255] };
const paged = <T>(ctx: LabContext, items: T[], input: any) => {
  const { items: some, next } = pageOf(ctx, items, { token: input.NextToken, max: input.MaxResults, size: 100 }, [
    'InvalidInputException',
    'Invalid next token',
  ]);
  return { some, rest: next === undefined ? {} : { NextToken: next } };
};
const jobView = (one: Job) => ({
  Name: one.name,
  Role: one.role,
  CreatedOn: date(one.created),
  LastModifiedOn: date(one.modified),
  Command: one.command,
  DefaultArguments: one.arguments,
  GlueVersion: one.version,
  ...one.capacity,
});
const endpointView = (ctx: LabContext, one: DevEndpoint) => ({
  EndpointName: one.name,
  RoleArn: one.role,
  Status: one.ready > ctx.now() ? 'PROVISIONING' : 'READY',
  CreatedTimestamp: date(one.created),
  LastModifiedTimestamp: date(one.created),
  PublicKeys: one.keys,
  SecurityGroupIds: one.groups,
  ...(one.ready > ctx.now() ? {} : { PublicAddress: one.address }),
});
const publicKeys = (given: string[]): string[] => {
  if (!given.every((key) => /^(ssh-rsa|ssh-ed25519|ecdsa-sha2-\S+) \S+/.test(key))) throw invalid('Public key is not valid.');
  return given;
};
const jobArn = (input: any, ctx: LabContext): string[] => [arnOf(ctx, 'glue', `job/${input.Name ?? input.JobName}`)];

export const operations: LabOperations = {
  CreateJob: {
    constraints: { Name: NAME, Timeout: { min: 1 } },
    resources: jobArn,
    run(input, ctx) {
      if (jobs.find(ctx, input.Name)) throw new LabError('AlreadyExistsException', `Job already exists: ${input.Name}`);
      const { MaxCapacity, NumberOfWorkers, WorkerType, Timeout } = input;
      jobs.put(ctx, input.Name, {
        name: input.Name,
        role: input.Role,
        created: ctx.now(),
        modified: ctx.now(),
        command: plain(input.Command),
        version: input.GlueVersion ?? '5.0',
        capacity: plain({ MaxCapacity, NumberOfWorkers, WorkerType, Timeout }),
        arguments: plain(input.DefaultArguments ?? {}),
      });
      return { Name: input.Name };
    },
  },
  UpdateJob: {
    constraints: { JobName: NAME },
    resources: jobArn,
    run(input, ctx) {
      const one = jobs.get(ctx, input.JobName);
      const change = plain(input.JobUpdate);
      if (change.Role !== undefined) one.role = change.Role;
      if (change.Command !== undefined) one.command = change.Command;
      if (change.DefaultArguments !== undefined) one.arguments = change.DefaultArguments;
      one.modified = ctx.now();
      return { JobName: one.name };
    },
  },
  GetJobs: {
    constraints: { MaxResults: MAX_RESULTS },
    run(input, ctx) {
      const { some, rest } = paged(ctx, jobs.all(ctx), input);
      return { Jobs: some.map(jobView), ...rest };
    },
  },
  GetJob: { constraints: { JobName: NAME }, resources: jobArn, run: (input, ctx) => ({ Job: jobView(jobs.get(ctx, input.JobName)) }) },
  DeleteJob: {
    constraints: { JobName: NAME },
    resources: jobArn,
    run(input, ctx) {
      jobs.drop(ctx, input.JobName);
      return { JobName: input.JobName };
    },
  },
  StartJobRun: {
    constraints: { JobName: NAME },
    resources: jobArn,
    run(input, ctx) {
      const job = jobs.get(ctx, input.JobName);
      const id = `jr_${createHash('sha256').update(ctx.uuid()).digest('hex')}`;
      runs.put(ctx, id, { id, job: job.name, started: ctx.now() });
      return { JobRunId: id };
    },
  },
  CreateDevEndpoint: {
    constraints: { RoleArn: { pattern: 'arn:aws:iam::\\d{12}:role/.*' }, PublicKeys: { length: [0, 5] } },
    run(input, ctx) {
      if (endpoints.find(ctx, input.EndpointName)) throw new LabError('AlreadyExistsException', `DevEndpoint already exists: ${input.EndpointName}`);
      const keys = publicKeys([...(input.PublicKeys ?? []), ...(input.PublicKey === undefined ? [] : [input.PublicKey])]);
      const host = ctx.letters(12).toLowerCase();
      const one: DevEndpoint = {
        name: input.EndpointName,
        role: input.RoleArn,
        created: ctx.now(),
        ready: ctx.due(480),
        keys,
        address: `ec2-${host}.${ctx.region.name}.compute.example`,
        groups: plain(input.SecurityGroupIds ?? []),
      };
      endpoints.put(ctx, one.name, one);
      return { EndpointName: one.name, Status: 'PROVISIONING', RoleArn: one.role, SecurityGroupIds: one.groups, CreatedTimestamp: date(one.created) };
    },
  },
  UpdateDevEndpoint: {
    constraints: { AddPublicKeys: { length: [0, 5] }, DeletePublicKeys: { length: [0, 5] } },
    run(input, ctx) {
      const one = endpoints.get(ctx, input.EndpointName);
      const dropped: string[] = input.DeletePublicKeys ?? [];
      one.keys = [...one.keys.filter((key) => !dropped.includes(key)), ...publicKeys(input.AddPublicKeys ?? [])];
      return {};
    },
  },
  GetDevEndpoints: {
    constraints: { MaxResults: MAX_RESULTS },
    run(input, ctx) {
      const { some, rest } = paged(ctx, endpoints.all(ctx), input);
      return { DevEndpoints: some.map((one) => endpointView(ctx, one)), ...rest };
    },
  },
  DeleteDevEndpoint: {
    run(input, ctx) {
      endpoints.get(ctx, input.EndpointName);
      endpoints.drop(ctx, input.EndpointName);
      return {};
    },
  },
  PutResourcePolicy: {
    constraints: { PolicyInJson: { length: [2, Number.MAX_SAFE_INTEGER] } },
    run(input, ctx) {
      const there = policies.find(ctx, 'catalog');
      if (input.PolicyExistsCondition === 'MUST_EXIST' && !there) throw new LabError('ConditionCheckFailureException', 'Policy does not exist.');
      if (input.PolicyExistsCondition === 'NOT_EXIST' && there) throw new LabError('ConditionCheckFailureException', 'Policy exists.');
      try {
        JSON.parse(input.PolicyInJson);
      } catch {
        throw invalid('Policy is not valid JSON.');
      }
      const hash = createHash('md5').update(input.PolicyInJson).digest('base64');
      policies.put(ctx, 'catalog', { text: input.PolicyInJson, hash, created: there?.created ?? ctx.now(), updated: ctx.now() });
      return { PolicyHash: hash };
    },
  },
  GetResourcePolicy: {
    run(_input, ctx) {
      const one = policies.get(ctx, 'catalog');
      return { PolicyInJson: one.text, PolicyHash: one.hash, CreateTime: date(one.created), UpdateTime: date(one.updated) };
    },
  },
  DeleteResourcePolicy: {
    run(_input, ctx) {
      policies.get(ctx, 'catalog');
      policies.drop(ctx, 'catalog');
      return {};
    },
  },
};
