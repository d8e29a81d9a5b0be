import { type LabContext, LabError, type LabOperations } from '../../contract.ts';
import { iamTables } from '../../world/index.ts';
import { stateOf } from '../ec2/instance-model.ts';
import { interfacesOf } from '../ec2/interface-model.ts';
import type { Instance } from '../ec2/rows.ts';
import { rowsOf } from '../ec2/tables.ts';

const CORE = 'arn:aws:iam::aws:policy/AmazonSSMManagedInstanceCore';
/** The agent of the lab's images speaks to Systems Manager as soon as the instance's role lets it. */
function isManaged(ctx: LabContext, row: Instance): boolean {
  if (stateOf(ctx, row) !== 'running' || row.metadata.endpoint === 'disabled') return false;
  const profile = Object.values(iamTables(ctx.account).instanceProfiles).find((one) => one.arn === row.profile?.arn);
  const role = iamTables(ctx.account).roles[profile?.roles[0] ?? ''];
  return role?.attached.includes(CORE) ?? false;
}
const view = (ctx: LabContext, row: Instance) => ({
  InstanceId: row.id,
  PingStatus: 'Online',
  LastPingDateTime: new Date(ctx.now()),
  AgentVersion: '3.3.3185.0',
  IsLatestVersion: true,
  PlatformType: row.platform === 'windows' ? 'Windows' : 'Linux',
  PlatformName: row.platform === 'windows' ? 'Microsoft Windows Server 2022 Datacenter' : 'Amazon Linux',
  PlatformVersion: row.platform === 'windows' ? '10.0.20348' : '2023',
  ResourceType: 'EC2Instance',
  IPAddress: interfacesOf(ctx, row.id)[0]?.privateIps[0],
  ComputerName: `${row.id}.${ctx.region.name}.compute.internal`,
  SourceId: row.id,
  SourceType: 'AWS::EC2::Instance',
});
const known = (ctx: LabContext, id: string): void => {
  if (!rowsOf<Instance>(ctx, 'instances').some((row) => row.id === id)) throw new LabError('InvalidInstanceId', `The instance ID ${id} is not valid.`);
};

/** What Systems Manager knows of instances. Nothing in the lab collects inventory, sends commands or opens sessions, so those lists are empty. */
export const operations: LabOperations = {
  DescribeInstanceInformation: {
    run(input, ctx) {
      const wanted: string[] | undefined = (input.Filters ?? []).find(({ Key }: { Key: string }) => Key === 'InstanceIds')?.Values;
      const rows = rowsOf<Instance>(ctx, 'instances').filter((row) => (wanted === undefined || wanted.includes(row.id)) && isManaged(ctx, row));
      const { items, next } = ctx.page(rows, input.NextToken, input.MaxResults, { size: 10 });
      return { InstanceInformationList: items.map((row) => view(ctx, row)), NextToken: next };
    },
    constraints: { MaxResults: { min: 5, max: 50 } },
  },
  ListInventoryEntries: {
    run(input, ctx) {
      known(ctx, input.InstanceId);
      return { TypeName: input.TypeName, InstanceId: input.InstanceId, Entries: [] };
    },
    constraints: { MaxResults: { min: 1, max: 50 } },
  },
  ListCommandInvocations: {
    run(input, ctx) {
      if (input.InstanceId !== undefined) known(ctx, input.InstanceId);
      return { CommandInvocations: [] };
    },
    constraints: { MaxResults: { min: 1, max: 50 } },
  },
  DescribeSessions: { run: () => ({ Sessions: [] }), constraints: { State: { enum: ['Active', 'History'] }, MaxResults: { min: 1, max: 200 } } },
};
