import type { Hunter } from '../../../kernel/index.ts';
import { text } from '../../../kernel/index.ts';
import { oneLine } from '../../shared/names.ts';
import { listed } from '../hunting/calls.ts';
import { arnFor, foundAt, present, time } from '../hunting/found.ts';
import { rolesOf } from '../hunting/roles.ts';

const TYPE = 'AWS::Glue::DevEndpoint';
interface DevEndpoint {
  EndpointName?: string;
  RoleArn?: string;
  Status?: string;
  CreatedTimestamp?: string;
  PublicAddress?: string;
  PublicKey?: string;
  PublicKeys?: string[];
}

/** A machine with a role into which whoever holds the private half of a listed key may log in: a foothold. */
export const hunter: Hunter = {
  type: TYPE,
  scope: 'regional',
  title: text('Glue development endpoints', 'Puntos de enlace de desarrollo de Glue'),
  permissions: ['glue:GetDevEndpoints'],
  createdByEvents: ['CreateDevEndpoint'],
  changedByEvents: ['UpdateDevEndpoint'],
  names: ['endpointName'],
  arn: (id, { partition, region, account }) => `arn:${partition}:glue:${region}:${account}:devEndpoint/${id}`,
  async *scan(ctx, region) {
    for await (const one of listed<DevEndpoint>(ctx, 'glue', region, 'GetDevEndpoints', 'DevEndpoints', { MaxResults: 100 })) {
      if (one.EndpointName === undefined) continue;
      const keys = [...(one.PublicKeys ?? []), ...(one.PublicKey ? [one.PublicKey] : [])];
      yield foundAt(ctx, TYPE, region, arnFor(ctx, 'glue', region, `devEndpoint/${one.EndpointName}`), one.EndpointName, {
        createdAt: time(one.CreatedTimestamp),
        roles: rolesOf(ctx, one.RoleArn),
        reasons: one.PublicAddress
          ? [
              {
                code: 'public',
                text: text(
                  `can be logged in to from anywhere at ${oneLine(one.PublicAddress, 100)}, with ${keys.length} keys`,
                  `se puede entrar desde cualquier lugar en ${oneLine(one.PublicAddress, 100)}, con ${keys.length} claves`,
                ),
              },
            ]
          : [],
        detail: present({ status: one.Status, publicKeys: keys.length, address: oneLine(one.PublicAddress, 100) }),
      });
    }
  },
};
