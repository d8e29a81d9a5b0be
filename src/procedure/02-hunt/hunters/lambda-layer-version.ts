import type { Found, Hunter } from '../../../kernel/index.ts';
import { text } from '../../../kernel/index.ts';
import { oneLine } from '../../shared/names.ts';
import { each, listed } from '../hunting/calls.ts';
import { foundAt, present, time } from '../hunting/found.ts';

interface Version {
  LayerVersionArn?: string;
  Version?: number;
  Description?: string;
  CreatedDate?: string;
  CompatibleRuntimes?: string[];
}

/** Code that functions load beside their own: a changed layer changes what they do. */
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
        found.push(
          foundAt(ctx, 'AWS::Lambda::LayerVersion', region, one.LayerVersionArn, `${LayerName}:${one.Version ?? ''}`, {
            createdAt: time(one.CreatedDate),
            alive: true,
            detail: present({ description: oneLine(one.Description), runtimes: one.CompatibleRuntimes?.join(', ') }),
          }),
        );
      }
      return found;
    });
  },
};
