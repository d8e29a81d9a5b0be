import type { Found, Hunter } from '../../../kernel/index.ts';
import { text } from '../../../kernel/index.ts';
import { outsideDetail, outsideReasons, outsiders } from '../../shared/outsiders.ts';
import { each, listed, read, unlessGone } from '../hunting/calls.ts';
import { foundAt } from '../hunting/found.ts';

/** With whom a layer is shared: each version has its own policy. Events name the layer, so those of one version may be told of another. */
export const hunter: Hunter = {
  type: 'AWS::Lambda::LayerVersionPermission',
  scope: 'regional',
  title: text('Permissions of Lambda layers', 'Permisos de capas de Lambda'),
  permissions: ['lambda:ListLayers', 'lambda:ListLayerVersions', 'lambda:GetLayerVersionPolicy'],
  createdByEvents: ['AddLayerVersionPermission'],
  changedByEvents: ['AddLayerVersionPermission', 'RemoveLayerVersionPermission'],
  names: ['layerName'],
  arn: (id, { partition, region, account }) => `arn:${partition}:lambda:${region}:${account}:layer:${id}`,
  async *scan(ctx, region) {
    const layers = listed<{ LayerName?: string; LayerArn?: string }>(ctx, 'lambda', region, 'ListLayers', 'Layers');
    yield* each(layers, async ({ LayerName, LayerArn }) => {
      const found: Found[] = [];
      if (LayerName === undefined || LayerArn === undefined) return found;
      for await (const one of listed<{ LayerVersionArn?: string; Version?: number }>(ctx, 'lambda', region, 'ListLayerVersions', 'LayerVersions', {
        LayerName,
      })) {
        const { LayerVersionArn: arn, Version: VersionNumber } = one;
        if (arn === undefined || VersionNumber === undefined) continue;
        const answer = await unlessGone(() => read<{ Policy?: string }>(ctx, 'lambda', region, 'GetLayerVersionPolicy', { LayerName, VersionNumber }));
        if (answer?.Policy === undefined) continue;
        const who = outsiders(answer.Policy, ctx.facts.account);
        const reasons = outsideReasons(who);
        found.push(
          foundAt(ctx, 'AWS::Lambda::LayerVersionPermission', region, arn, `${LayerName}:${VersionNumber}`, {
            createdAt: null,
            alive: true,
            aliases: [LayerName, LayerArn],
            reasons,
            detail: outsideDetail(who),
          }),
        );
      }
      return found;
    });
  },
};
