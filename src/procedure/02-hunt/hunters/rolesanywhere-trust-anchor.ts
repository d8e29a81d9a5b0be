import type { Hunter } from '../../../kernel/index.ts';
import { text } from '../../../kernel/index.ts';
import { oneLine } from '../../shared/names.ts';
import { listed } from '../hunting/calls.ts';
import { foundAt, present, time } from '../hunting/found.ts';

interface Anchor {
  trustAnchorId?: string;
  trustAnchorArn?: string;
  name?: string;
  enabled?: boolean;
  createdAt?: string;
  source?: { sourceType?: string };
}

/** Whoever holds a key certified by it becomes whatever role a profile names: a way back that no access key shows. */
export const hunter: Hunter = {
  type: 'AWS::RolesAnywhere::TrustAnchor',
  scope: 'regional',
  title: text('Roles Anywhere trust anchors', 'Anclajes de confianza de Roles Anywhere'),
  permissions: ['rolesanywhere:ListTrustAnchors'],
  createdByEvents: ['CreateTrustAnchor'],
  changedByEvents: ['UpdateTrustAnchor', 'EnableTrustAnchor', 'DisableTrustAnchor'],
  names: ['trustAnchorArn', 'trustAnchorId'],
  async *scan(ctx, region) {
    for await (const one of listed<Anchor>(ctx, 'rolesanywhere', region, 'ListTrustAnchors', 'trustAnchors')) {
      if (one.trustAnchorId === undefined || one.trustAnchorArn === undefined) continue;
      yield foundAt(ctx, 'AWS::RolesAnywhere::TrustAnchor', region, one.trustAnchorArn, one.trustAnchorId, {
        createdAt: time(one.createdAt),
        detail: present({ name: oneLine(one.name), enabled: one.enabled, source: one.source?.sourceType }),
      });
    }
  },
};
