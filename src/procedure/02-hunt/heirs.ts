import type { Found } from '../../kernel/index.ts';
import { namesOf } from './acts.ts';

/**
 * What the key's things started by themselves: the instances of a group, fleet or spot request it made, and their disks. AWS makes
 * those under its own name, so no event of the tree tells of them; the hunters say by whom a thing was started (`detail.startedBy`),
 * and for a spot request which instance it brought (`detail.instance`).
 */
export function inherit(found: readonly Found[]): Found[] {
  const place = (one: Found, type: string, name: string): string => `${one.account} ${one.region} ${type} ${name}`;
  const mine = new Map<string, Found>();
  const claim = (one: Found): void => {
    for (const name of namesOf(one)) mine.set(place(one, one.type, name), one);
  };
  const parentOf = (one: Found): Found | undefined => {
    const { startedBy, startedByType, instance } = one.detail ?? {};
    if (typeof startedBy === 'string' && typeof startedByType === 'string') return mine.get(place(one, startedByType, startedBy));
    return one.type === 'AWS::EC2::SpotInstanceRequest' && typeof instance === 'string' ? mine.get(place(one, 'AWS::EC2::Instance', instance)) : undefined;
  };
  for (const one of found) if (one.byKey === true) claim(one);
  const all = [...found];
  // A group starts instances, an instance has disks: as deep as it goes.
  for (let grew = mine.size > 0; grew; ) {
    grew = false;
    for (const [index, one] of all.entries()) {
      if (one.byKey === true) continue;
      const parent = parentOf(one);
      if (!parent || (one.createdAt !== null && parent.createdAt !== null && one.createdAt < parent.createdAt)) continue;
      const heir: Found = {
        ...one,
        byKey: true,
        ...(parent.session === undefined ? {} : { session: parent.session }),
        detail: { ...one.detail, through: `${parent.type} ${parent.id}` },
      };
      all[index] = heir;
      claim(heir);
      grew = true;
    }
  }
  return all;
}
