import type { Found, Hunter } from '../../../kernel/index.ts';
import { text } from '../../../kernel/index.ts';
import { oneLine } from '../../shared/names.ts';
import { each, listed, present, time } from './describe.ts';

interface Version {
  LayerVersionArn?: string;
  Version?: number;
  Description?: string;
  CreatedDate?: string;
  CompatibleRuntimes?: string[];
}

export const hunter: Hunter = {
  type: 'AWS::Lambda::LayerVersion',
  scope: 'regional',
  title: text('Versions of Lambda layers', 'Versiones de capas de Lambda'),
  permissions: ['lambda:ListLayers', 'lambda:ListLayerVersions'],
  createdByEvents: ['PublishLayerVersion'],
  names: ['layerVersionArn'],
  async *scan(ctx, region) {
    const layers = listed<{ LayerName?: string }>(ctx, 'lambda', region, 'ListLayers', 'Layers');
    yield* each(layers, async ({ LayerName }) => {
      const found: Found[] = [];
      if (LayerName === undefined) return found;
      for await (const one of listed<Version>(ctx, 'lambda', region, 'ListLayerVersions', 'LayerVersions', { LayerName })) {
        if (one.LayerVersionArn === undefined) continue;
        found.push({
          type: 'AWS::Lambda::LayerVersion',
          arn: one.LayerVersionArn,
          id: `${LayerName}:${one.Version ?? ''}`,
          region,
          account: ctx.facts.account ?? '',
          createdAt: time(one.CreatedDate),
          alive: true,
          detail: present({ description: oneLine(one.Description), runtimes: one.CompatibleRuntimes?.join(', ') }),
        });
      }
      return found;
    });
  },
};
