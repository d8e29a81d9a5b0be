import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Effect, World } from '../contract.ts';
import { resourceId } from './ids.ts';
import { addAccessKey, addRole, addUser, createAccount, newWorld, normalise, normaliseEffects } from './index.ts';

const ACCOUNT = '111122223333';
interface Graph {
  nodes: { vpc: number; label: string; mark: boolean }[];
  edges: [number, number][];
}

/** Security groups that refer to one another, written in the given order with ids drawn from the given seed. */
function build(graph: Graph, seed: string, order: number[]): World {
  const world = newWorld({ seed });
  const account = createAccount(world, { id: ACCOUNT, name: 'shop' });
  const { tables } = account.regions['us-east-1']!;
  const vpcs = new Map<number, string>();
  const ids = new Map<number, string>();
  for (const node of order) {
    const { vpc } = graph.nodes[node]!;
    if (!vpcs.has(vpc)) vpcs.set(vpc, resourceId(world, 'vpc'));
    ids.set(node, resourceId(world, 'sg'));
  }
  tables.securityGroups = {};
  for (const node of order) {
    const { vpc, label, mark } = graph.nodes[node]!;
    const rules = graph.edges.filter(([from]) => from === node).map(([, to]) => ({ group: ids.get(to), created: 1_790_000_000_000 + node }));
    const description = mark ? `IR ${label} ${resourceId(world, 'x').slice(2).padEnd(32, '0')}` : label;
    tables.securityGroups[ids.get(node)!] = { id: ids.get(node), vpc: vpcs.get(vpc), rules: order[0] === node ? rules.reverse() : rules, description };
  }
  return world;
}
const text = (world: World): string => JSON.stringify(normalise(world));
const graphs = fc
  .array(fc.record({ vpc: fc.nat(2), label: fc.constantFrom('web', 'db'), mark: fc.boolean() }), { minLength: 1, maxLength: 7 })
  .chain((nodes) => fc.record({ nodes: fc.constant(nodes), edges: fc.array(fc.tuple(fc.nat(nodes.length - 1), fc.nat(nodes.length - 1)), { maxLength: 12 }) }));
const inOrder = (graph: Graph): number[] => graph.nodes.map((_, i) => i);

describe('normalise', () => {
  it('is blind to ids, to their order and to the order of lists', () => {
    fc.assert(
      fc.property(graphs, fc.nat(), (graph, salt) => {
        const order = inOrder(graph).sort((a, b) => ((a * 7919 + salt) % 13) - ((b * 7919 + salt) % 13));
        expect(text(build(graph, `other-${salt}`, order))).toBe(text(build(graph, 'one', inOrder(graph))));
      }),
      { numRuns: 60 },
    );
  });
  it('sees a changed text, a missing row and one reference more', () => {
    fc.assert(
      fc.property(graphs, fc.nat(), (graph, pick) => {
        const before = text(build(graph, 'a', inOrder(graph)));
        const node = pick % graph.nodes.length;
        const renamed = { ...graph, nodes: graph.nodes.map((entry, i) => (i === node ? { ...entry, label: 'changed' } : entry)) };
        const linked: Graph = { ...graph, edges: [...graph.edges, [node, (pick * 31) % graph.nodes.length]] };
        const world = build(graph, 'b', inOrder(graph));
        const groups = world.accounts[ACCOUNT]!.regions['us-east-1']!.tables.securityGroups!;
        delete groups[Object.keys(groups)[node]!];
        for (const other of [text(build(renamed, 'b', inOrder(graph))), text(build(linked, 'b', inOrder(graph))), text(world)]) expect(other).not.toBe(before);
      }),
      { numRuns: 60 },
    );
  });
  const ring = (from: number, size: number): [number, number][] => Array.from({ length: size }, (_, i) => [from + i, from + ((i + 1) % size)]);
  const plain = (count: number): Graph['nodes'] => Array.from({ length: count }, () => ({ vpc: 0, label: 'web', mark: false }));
  it('tells rings apart that colour refinement alone cannot', () => {
    const six = { nodes: plain(6), edges: ring(0, 6) };
    const threes = { nodes: plain(6), edges: [...ring(0, 3), ...ring(3, 3)] };
    expect(text(build(six, 'a', inOrder(six)))).not.toBe(text(build(threes, 'a', inOrder(threes))));
    const mixed = { nodes: plain(7), edges: [...ring(0, 3), ...ring(3, 4)] };
    const swapped = { nodes: plain(7), edges: [...ring(0, 4), ...ring(4, 3)] };
    expect(text(build(mixed, 'a', inOrder(mixed)))).toBe(text(build(swapped, 'b', [6, 2, 4, 0, 5, 1, 3])));
  });
  it('treats IAM ids, key ids and ids inside policy texts like any other, and leaves secrets and sessions out', () => {
    const iam = (seed: string, swap: boolean, denied: string): World => {
      const world = newWorld({ seed });
      const account = createAccount(world, { id: ACCOUNT, name: 'shop' });
      for (const name of swap ? ['bob', 'ann'] : ['ann', 'bob']) {
        const user = addUser(world, account, { name });
        addAccessKey(world, account, name);
        user.inline.deny = JSON.stringify({ Condition: { DateLessThan: { 'aws:TokenIssueTime': new Date(Date.now() - (swap ? 5000 : 0)).toISOString() } } });
      }
      const target = account.tables.users![denied].id;
      addRole(world, account, { name: 'r', trust: { Deny: target } });
      return world;
    };
    expect(text(iam('1', false, 'ann'))).toBe(text(iam('2', true, 'ann')));
    expect(text(iam('1', false, 'ann'))).not.toBe(text(iam('2', true, 'bob')));
    expect(text(iam('1', false, 'ann'))).not.toMatch(/"(secret|token)"/);
  });
  it('reads aliases, so that a case reference may differ', () => {
    const tagged = (reference: string): World => {
      const world = newWorld({ seed: reference });
      createAccount(world, { id: ACCOUNT, name: 'shop' }).regions['us-east-1']!.tables.tags = { x: { value: `Quarantine:${reference}` } };
      return world;
    };
    const read = (reference: string): string => JSON.stringify(normalise(tagged(reference), { aliases: { [reference]: 'CASE' } }));
    expect(read('IR-1')).toBe(read('IR-2'));
  });
});

describe('normaliseEffects', () => {
  const effect = (operation: string, input: unknown, time = 1): Effect => ({
    time,
    account: ACCOUNT,
    region: 'us-east-1',
    service: 'ec2',
    operation,
    caller: 'arn:aws:iam::111122223333:user/responder',
    accessKeyId: 'AKIAQ',
    input,
  });
  it('is a sorted multiset blind to ids and times, not to counts', () => {
    const a = effect('CreateSnapshots', { InstanceId: 'i-0123456789abcdef0', Token: 'a'.repeat(32) });
    const b = effect('StopInstances', { InstanceIds: ['i-0123456789abcdef0'] });
    const a2 = effect('CreateSnapshots', { InstanceId: 'i-0fedcba9876543210', Token: 'b'.repeat(32) }, 99);
    expect(normaliseEffects([a, b])).toEqual(normaliseEffects([b, a2]));
    expect(normaliseEffects([a, b])).not.toEqual(normaliseEffects([a, a2, b]));
    expect(JSON.stringify(normaliseEffects([a]))).toContain('i#');
  });
});
