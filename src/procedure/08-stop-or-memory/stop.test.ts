import { describe, expect, it } from 'vitest';
import { fakeInstance, fakeWorld, SUSPECT, verdictsOf } from '../testing/fake-instance.ts';
import { planOf } from '../testing/plan-of.ts';
import { action } from './stop.ts';

const inState = (Name: string) => ({ ...fakeWorld(), suspect: { ...fakeWorld().suspect, State: { Name } } });

describe('plan', () => {
  it('stops and waits, says what is lost, and starts again only after asking', async () => {
    const { steps, changes } = await planOf(action, fakeInstance(fakeWorld()));
    expect(steps.map((step) => step.id)).toEqual(['stop', 'stopped']);
    expect(changes[0]?.call).toMatchObject({ operation: 'StopInstances', input: { InstanceIds: [SUSPECT] } });
    expect(changes[0]?.call.input).not.toHaveProperty('SkipOsShutdown');
    expect(changes[0]?.danger.map((danger) => danger.en).join(' ')).toMatch(/memory.*instance store.*shutdown scripts.*198\.51\.100\.20/i);
    expect(changes[0]?.undo).toMatchObject({ calls: [{ until: [{ is: 'stopped' }] }, { operation: 'StartInstances' }], ask: { en: expect.any(String) } });
  });
  it('pulls the plug when asked', async () => {
    const { changes } = await planOf(action, fakeInstance(fakeWorld(), { options: { skipOsShutdown: true } }));
    expect(changes[0]?.call.input).toEqual({ InstanceIds: [SUSPECT], SkipOsShutdown: true });
  });
  it('is empty when stopped, and only waits while stopping', async () => {
    expect((await planOf(action, fakeInstance(inState('stopped')))).steps).toEqual([]);
    expect((await planOf(action, fakeInstance(inState('stopping')))).steps.map((step) => step.id)).toEqual(['stopped']);
  });
  it('refuses a protected instance, or takes the protection off as part of the plan', async () => {
    const world = { ...fakeWorld(), stopProtection: true };
    await expect(action.observe(fakeInstance(world))).rejects.toMatchObject({ code: 'StopProtected', fix: expect.stringContaining('disable-api-stop') });
    const { steps, changes } = await planOf(action, fakeInstance(world, { options: { clearStopProtection: true } }));
    expect(steps.map((step) => step.id)).toEqual(['unprotect', 'stop', 'stopped']);
    expect(changes[0]?.undo).toMatchObject({ calls: [{ input: { DisableApiStop: { Value: true } } }] });
  });
  it('says that a terminated or instance-store instance cannot be stopped', async () => {
    await expect(action.observe(fakeInstance(inState('terminated')))).rejects.toMatchObject({ code: 'InstanceTerminated' });
    const world = { ...fakeWorld(), suspect: { ...fakeWorld().suspect, RootDeviceType: 'instance-store' } };
    await expect(action.observe(fakeInstance(world))).rejects.toMatchObject({ code: 'CannotStop' });
  });
});

it.each([
  ['stopped', 'holds'],
  ['stopping', 'unknown'],
  ['running', 'fails'],
  ['terminated', 'fails'],
])('check: %s %s', async (state, verdict) => expect(verdictsOf(await action.check(fakeInstance(inState(state))))).toEqual({ stopped: verdict }));
