import type { Act, Technique } from '../technique.ts';
import { archive } from '../words.ts';

async function layer(act: Act): Promise<void> {
  const name = act.name(['common', 'telemetry', 'boto-patches']);
  const { LayerVersionArn, Version } = await act.call('lambda', 'PublishLayerVersion', {
    LayerName: name,
    Content: { ZipFile: archive('python/common.py', act.draw.bytes(900)) },
    CompatibleRuntimes: ['python3.13'],
  });
  act.made('AWS::Lambda::LayerVersion', `${name}:${Version}`, LayerVersionArn, { names: [name] });
}

/** Code that functions load before their own, published for an attacker to hang into any of them. */
export const technique: Technique = {
  id: 'lambda-layer',
  place: 'region',
  makes: ['AWS::Lambda::LayerVersion'],
  needs: ['lambda:PublishLayerVersion'],
  play: layer,
  innocent: layer,
};
