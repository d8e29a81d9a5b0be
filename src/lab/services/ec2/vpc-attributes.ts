import type { LabOperations } from '../../contract.ts';
import { LabError } from '../../contract.ts';
import type { Vpc } from './rows.ts';
import { arns, edit } from './tables.ts';

export const operations: LabOperations = {
  /** One attribute a call, as EC2 has it. */
  ModifyVpcAttribute: {
    run(input, ctx) {
      const row = edit<Vpc>(ctx, 'vpcs', input.VpcId);
      const members = ['EnableDnsSupport', 'EnableDnsHostnames', 'EnableNetworkAddressUsageMetrics'].filter((name) => input[name]?.Value !== undefined);
      if (members.length > 1) throw new LabError('InvalidParameterCombination', 'Only one attribute can be modified at a time.');
      if (members.length === 0) throw new LabError('MissingParameter', 'The request must contain one attribute to modify.');
      const support: boolean = input.EnableDnsSupport?.Value ?? row.dnsSupport;
      const hostnames: boolean = input.EnableDnsHostnames?.Value ?? row.dnsHostnames;
      if (hostnames && !support) throw new LabError('InvalidParameterCombination', 'DNS hostnames need DNS support.');
      row.dnsSupport = support;
      row.dnsHostnames = hostnames;
      return {};
    },
    resources: (input, ctx) => arns(ctx, 'vpc', input.VpcId),
  },
};
