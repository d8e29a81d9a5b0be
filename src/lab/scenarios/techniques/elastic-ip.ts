import type { Act, Technique } from '../technique.ts';

async function address(act: Act): Promise<void> {
  const { AllocationId, PublicIp } = await act.call('ec2', 'AllocateAddress', { Domain: 'vpc' });
  act.made('AWS::EC2::EIP', AllocationId, act.arn('ec2', `elastic-ip/${AllocationId}`), { names: [PublicIp] });
}

/** A fixed address for his machines. */
export const technique: Technique = {
  id: 'elastic-ip',
  place: 'region',
  makes: ['AWS::EC2::EIP'],
  needs: ['ec2:AllocateAddress'],
  play: address,
  innocent: address,
};
