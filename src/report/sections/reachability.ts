import { time } from '../../i18n/index.ts';
import { type Json, type JsonObject, type Lang, type Text, text } from '../../kernel/index.ts';
import { html, type Markup } from '../html.ts';
import type { Model } from '../model.ts';

const rows = (value: Json | undefined): JsonObject[] =>
  Array.isArray(value) ? value.filter((one): one is JsonObject => typeof one === 'object' && one !== null && !Array.isArray(one)) : [];
const word = (value: Json | undefined): string => (typeof value === 'string' ? value : '–');
const words = (value: Json | undefined): string[] => (Array.isArray(value) ? value.filter((one): one is string => typeof one === 'string') : []);

const PEERS: Readonly<Record<string, Text>> = {
  subnet: text('Neighbours in its subnet', 'Vecinos de su subred'),
  vpc: text('Other subnets of the VPC', 'Otras subredes de la VPC'),
  'load-balancer': text('Load balancer', 'Balanceador de carga'),
  endpoint: text('VPC endpoint', 'Punto de enlace de la VPC'),
  internet: text('The internet', 'Internet'),
  nat: text('The internet through a NAT gateway', 'Internet por una puerta de enlace NAT'),
  'egress-only': text('The internet, outward only', 'Internet, solo de salida'),
  peering: text('A peered VPC', 'Una VPC emparejada'),
  'transit-gateway': text('A transit gateway', 'Una puerta de enlace de tránsito'),
  vpn: text('VPN or Direct Connect', 'VPN o Direct Connect'),
  'gateway-endpoint': text('Gateway endpoint', 'Punto de enlace de puerta'),
  appliance: text('A network appliance', 'Un dispositivo de red'),
  nowhere: text('All other networks', 'Todas las demás redes'),
};
const WHY: Readonly<Record<string, Text>> = {
  open: text('open', 'abierto'),
  expected: text('open, as asked for', 'abierto, como se pidió'),
  'no-rule': text('no rule of a group lets it', 'ninguna regla de grupo lo permite'),
  acl: text('a network ACL denies it', 'lo deniega una ACL de red'),
  'no-route': text('no route leads there', 'ninguna ruta lleva allí'),
  'no-public-address': text('it has no public address', 'no tiene dirección pública'),
  'outbound-only': text('only it could open a connection', 'solo ella podría abrir una conexión'),
  'inbound-only': text('only the other side could open a connection', 'solo el otro lado podría abrir una conexión'),
};
const SIGN: Readonly<Record<string, string>> = { open: 'fails', expected: 'unknown' };

/** Who can still talk to the instance, and why; and which connections from before may live on. */
export function reachability(model: Model, lang: Lang): Markup | null {
  const seen = model.facts.observed['verify-isolation'];
  if (typeof seen !== 'object' || seen === null || Array.isArray(seen)) return null;
  const es = lang === 'es';
  const order = (row: JsonObject): number => ['open', 'expected'].indexOf(word(row.why)) >>> 0;
  const table = rows(seen.rows).sort((a, b) => order(a) - order(b));
  const [flows, missing] = [rows(seen.flows), words(seen.missing)];
  const peer = (row: JsonObject): Markup =>
    html`${PEERS[word(row.peer)]?.[lang] ?? word(row.peer)}${row.name ? html`<br><code class="soft">${word(row.name)}</code>` : null}`;
  const way = (row: JsonObject): string => (row.direction === 'in' ? (es ? 'entra' : 'in') : es ? 'sale' : 'out');
  return html`<section><h2>${es ? '¿Quién puede hablar aún con la instancia?' : 'Who can still talk to the instance?'}</h2>
<p class="soft"><code>${word(seen.instanceId)}</code> · ${typeof seen.at === 'string' && !Number.isNaN(Date.parse(seen.at)) ? time(seen.at, lang) : '–'}. ${es ? 'Calculado a partir de grupos, ACL de red, rutas y direcciones tal como los dio EC2.' : 'Computed from groups, network ACLs, routes and addresses as EC2 gave them.'}</p>
<div class="scroll"><table><thead><tr><th>${es ? 'Interfaz' : 'Interface'}</th><th>${es ? 'Quién' : 'Who'}</th><th>${es ? 'Sentido' : 'Way'}</th><th>${es ? 'Puede' : 'Can they'}</th><th>${es ? 'Por' : 'Because of'}</th></tr></thead><tbody>
${table.map((row) => html`<tr><td><code>${word(row.interface)}</code> IPv${String(row.family)}</td><td>${peer(row)}</td><td>${way(row)}</td><td><span class="pill ${SIGN[word(row.why)] ?? 'holds'}">${WHY[word(row.why)]?.[lang] ?? word(row.why)}</span> ${words(row.traffic).join(', ')}</td><td>${words(row.by).map((one) => html`<code>${one}</code> `)}</td></tr>`)}
</tbody></table></div>
<h3>${es ? 'Conexiones de antes que pueden seguir vivas' : 'Connections from before that may live on'}</h3>
${
  flows.length === 0
    ? html`<p>${es ? 'Ninguna.' : 'None.'}</p>`
    : html`<p class="soft">${es ? 'Mientras pasen paquetes no acaban; el plazo cuenta desde el último.' : 'They have no end while packets pass; the time counts from the last one.'}</p>
<div class="scroll"><table><thead><tr><th>${es ? 'Interfaz' : 'Interface'}</th><th>${es ? 'Con quién' : 'With whom'}</th><th>${es ? 'Sentido' : 'Way'}</th><th>${es ? 'Protocolo' : 'Protocol'}</th><th>${es ? 'Sin uso dura' : 'Unused it lasts'}</th><th>${es ? 'Registrada' : 'Tracked'}</th><th>${es ? 'La permitía' : 'Let in or out by'}</th></tr></thead><tbody>
${flows.map((flow) => html`<tr><td><code>${word(flow.interface)}</code> IPv${String(flow.family)}</td><td>${peer(flow)}</td><td>${way(flow)}</td><td>${word(flow.protocol)}</td><td>${typeof flow.idle === 'number' ? `${flow.idle} s` : '–'}</td><td>${flow.tracked === 'always' ? (es ? 'siempre registrada' : 'always tracked') : es ? 'registrada por sus reglas' : 'tracked by its rules'}</td><td><code>${word(flow.by)}</code></td></tr>`)}
</tbody></table></div>`
}
${missing.length === 0 ? null : html`<p class="soft">${es ? 'No se pudo leer, y se cuenta como abierto' : 'Could not be read, and counts as open'}: ${missing.join(', ')}</p>`}
</section>`;
}
