import { gunzipSync } from 'node:zlib';
import { type Collected, type Collector, text } from '../../kernel/index.ts';
import { decoded, take } from '../shared/collected.ts';
import { ec2, targetOf } from '../shared/ec2.ts';
import { asText, maskSecrets } from '../shared/masking.ts';

/** EC2 takes 16 KB; compressed, cloud-init unpacks it. More than this is a bomb, not a script. */
const LARGEST = 1 << 20;

/** The start-up script the instance got. Kept whole: it often holds secrets, and an attacker's first lines. What may be shown is a second item. */
export const collector: Collector = {
  id: 'user-data',
  step: 6,
  title: text('The user data', 'Los datos de usuario'),
  permissions: ['ec2:DescribeInstanceAttribute'],
  async *collect(ctx) {
    const { region, instanceId } = targetOf(ctx);
    const secret = text('May hold secrets: shown to nobody, kept in the evidence.', 'Puede contener secretos: no se muestra, se guarda en la evidencia.');
    const { item, output } = await take<{ UserData?: { Value?: string } }>(
      ctx,
      'user-data',
      ec2(region, 'DescribeInstanceAttribute', { InstanceId: instanceId, Attribute: 'userData' }),
    );
    const value = output?.UserData?.Value;
    if (!value) {
      yield output ? { ...item, note: text('The instance has no user data.', 'La instancia no tiene datos de usuario.') } : item;
      return;
    }
    yield* decoded('user-data', 'application/octet-stream', value, item, secret);
    yield shown(Buffer.from(value, 'base64'), item);
  },
};

function shown(bytes: Buffer, from: Collected): Collected {
  const words = asText(unpacked(bytes));
  return {
    name: 'user-data-masked',
    mediaType: 'text/plain',
    reading: from.reading,
    data: Buffer.from(words === undefined ? `${bytes.length} bytes that are no text: see the item "user-data".\n` : maskSecrets(words)),
    note: text('Secrets are taken out; the item "user-data" is whole.', 'Sin los secretos; la pieza "user-data" está entera.'),
  };
}
function unpacked(bytes: Buffer): Buffer {
  if (bytes[0] !== 0x1f || bytes[1] !== 0x8b) return bytes;
  try {
    return gunzipSync(bytes, { maxOutputLength: LARGEST });
  } catch {
    return bytes;
  }
}
