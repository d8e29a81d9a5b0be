import { text } from '../kernel/index.ts';
import type { Flag, Positional } from './spec.ts';

/** Words that several steps about an instance share. */
export const INSTANCE: Positional = {
  name: 'INSTANCE',
  optional: true,
  brief: text(
    'Instance id, an IP address it has or had, Name tag or ARN (default: the case’s)',
    'Id de la instancia, una IP que tiene o tuvo, etiqueta Name o ARN (por defecto: la del caso)',
  ),
};
export const REFERENCE: Readonly<Record<string, Flag>> = {
  reference: {
    kind: 'string',
    placeholder: 'TEXT',
    brief: text(
      'Your reference, for descriptions and tags (default: the case id)',
      'Su referencia, para descripciones y etiquetas (por defecto: el id del caso)',
    ),
  },
};
export const ISOLATE_FLAGS: Readonly<Record<string, Flag>> = {
  'from-ip': {
    kind: 'string',
    placeholder: 'ADDRESS',
    brief: text('Your public address, the only one let in', 'Su dirección pública, la única que puede entrar'),
  },
  bastion: {
    kind: 'string',
    placeholder: 'SG|ADDRESS',
    brief: text('Let a bastion in instead: its security group or its address', 'Dejar entrar a un bastión: su grupo de seguridad o su dirección'),
  },
  port: { kind: 'string', placeholder: 'PORT', brief: text('The one port (default: 22, Windows 3389)', 'El único puerto (por defecto: 22, Windows 3389)') },
  'allow-egress': {
    kind: 'list',
    placeholder: 'CIDR:PORT',
    brief: text('An exception that may be reached from the instance (repeatable)', 'Una excepción alcanzable desde la instancia (repetible)'),
  },
  cut: {
    kind: 'string',
    placeholder: 'METHODS',
    brief: text(
      'Cut connections that exist: two-step, acl, acl-subnet, several with commas (default: none)',
      'Cortar las conexiones existentes: two-step, acl, acl-subnet, varios con comas (por defecto: none)',
    ),
  },
  'detect-ip': { kind: 'boolean', brief: text('Ask checkip.amazonaws.com for your public address', 'Preguntar su dirección pública a checkip.amazonaws.com') },
  access: {
    kind: 'string',
    placeholder: 'ssh|ssm',
    brief: text(
      'How you get in: ssh (one address, one port) or ssm (over interface endpoints of the VPC, nobody comes in)',
      'Cómo entra usted: ssh (una dirección, un puerto) o ssm (por puntos de conexión de interfaz de la VPC, no entra nadie)',
    ),
  },
  'ssm-upload': {
    kind: 'boolean',
    brief: text('ssm: let the instance reach S3 too, over the gateway endpoint', 'ssm: dejar que la instancia llegue también a S3, por el punto de conexión'),
  },
  'ssm-endpoints': {
    kind: 'string',
    placeholder: 'create',
    brief: text('ssm: create the endpoints that the VPC lacks', 'ssm: crear los puntos de conexión que falten en la VPC'),
  },
  'public-addresses': {
    kind: 'string',
    placeholder: 'keep|remove',
    brief: text(
      'Public IPv4 addresses (default: keep; an automatic one does not come back)',
      'Direcciones IPv4 públicas (por defecto: keep; una automática no se recupera)',
    ),
  },
  'instance-role': {
    kind: 'string',
    placeholder: 'keep|remove|replace',
    brief: text('The role of the instance (default: keep; SSM ends without it)', 'El rol de la instancia (por defecto: keep; sin él termina SSM)'),
  },
  'evidence-profile': {
    kind: 'string',
    placeholder: 'NAME',
    brief: text('The instance profile it gets instead', 'El perfil de instancia que recibe en su lugar'),
  },
  'disable-metadata': {
    kind: 'boolean',
    brief: text('Switch the metadata service off: no more credentials of the role', 'Apagar el servicio de metadatos: no más credenciales del rol'),
  },
  'revoke-role': {
    kind: 'boolean',
    brief: text('End the sessions of its role, of everybody who shares it', 'Terminar las sesiones de su rol, también las de quien lo comparta'),
  },
  'role-region': {
    kind: 'list',
    placeholder: 'REGION',
    brief: text('Look there too for those who share the role (repeatable)', 'Buscar también allí a quien comparta el rol (repetible)'),
  },
};
/** Protection first: what becomes of an instance that an Auto Scaling group or a load balancer holds. */
export const PROTECT_FLAGS: Readonly<Record<string, Flag>> = {
  scaling: {
    kind: 'string',
    placeholder: 'WAY',
    brief: text(
      'In an Auto Scaling group: standby (default), detach, protect (it stays, the group ends nothing by itself) or stay (as it is)',
      'En un grupo de Auto Scaling: standby (por defecto), detach, protect (se queda, el grupo no termina nada por sí mismo) o stay (como está)',
    ),
  },
  'keep-last-target': {
    kind: 'boolean',
    brief: text(
      'Leave it registered where it is the last healthy target of a load balancer',
      'Dejarla registrada donde sea el último destino sano de un balanceador',
    ),
  },
};
/** Which actions of step 4 the command runs. */
export const STEP_FLAGS: Readonly<Record<string, Flag>> = {
  'no-protect': {
    kind: 'boolean',
    brief: text('Leave termination protection, shutdown behaviour and volumes as they are', 'Dejar como están la protección, el apagado y los volúmenes'),
  },
  'no-leave-auto-scaling': { kind: 'boolean', brief: text('Leave it in its Auto Scaling group', 'Dejarla en su grupo de Auto Scaling') },
  'leave-load-balancers': {
    kind: 'boolean',
    brief: text('Take it out of its target groups and load balancers', 'Sacarla de sus grupos de destino y balanceadores'),
  },
  'no-verify': {
    kind: 'boolean',
    brief: text('Do not work out who can still talk to it', 'No calcular quién puede aún hablar con ella'),
  },
};
export const TAG_FLAGS: Readonly<Record<string, Flag>> = {
  ...REFERENCE,
  'classic-tag': { kind: 'boolean', brief: text('Also set Environment=Quarantine:<reference>', 'Poner también Environment=Quarantine:<referencia>') },
  'neutral-tags': {
    kind: 'boolean',
    brief: text('One tag with the reference only: whoever is inside may read it', 'Una sola etiqueta con la referencia: quien esté dentro puede leerla'),
  },
};
export const SNAPSHOT_FLAGS: Readonly<Record<string, Flag>> = {
  ...REFERENCE,
  'no-wait': { kind: 'boolean', brief: text('Do not wait until AWS has copied the blocks', 'No esperar a que AWS copie los bloques') },
  lock: { kind: 'boolean', brief: text('Lock the snapshots against deletion too', 'Bloquear además las instantáneas contra el borrado') },
  hold: {
    kind: 'boolean',
    brief: text(
      'Legal hold: locks, termination protection, Recycle Bin, lifecycle policies',
      'Retención legal: bloqueos, protección contra la terminación, papelera, políticas de ciclo de vida',
    ),
  },
  'lock-mode': {
    kind: 'string',
    placeholder: 'MODE',
    brief: text('governance (default; can be lifted) or compliance (by nobody)', 'governance (por defecto; se puede levantar) o compliance (nadie puede)'),
  },
  'lock-days': { kind: 'string', placeholder: 'DAYS', brief: text('For how long (default: 365)', 'Durante cuánto (por defecto: 365)') },
  'cool-off-hours': {
    kind: 'string',
    placeholder: 'HOURS',
    brief: text(
      'Hours in which a compliance lock can be taken back (default: 24)',
      'Horas en que un bloqueo de conformidad se puede deshacer (por defecto: 24)',
    ),
  },
  lifecycle: {
    kind: 'string',
    placeholder: 'WAY',
    brief: text(
      'Backups a policy would delete: lock them (default) or disable the policy',
      'Copias que una política borraría: bloquearlas (lock, por defecto) o parar la política (disable)',
    ),
  },
  mirror: { kind: 'string', placeholder: 'PLACE', brief: text('s3://BUCKET/PREFIX the case is exported to', 's3://BUCKET/PREFIJO al que se exporta el caso') },
  'mirror-region': { kind: 'string', placeholder: 'REGION', brief: text('Region of that bucket', 'Región de ese bucket') },
  'mirror-as': {
    kind: 'string',
    placeholder: 'AS',
    brief: text('Credentials of its account: profile:NAME or a role ARN', 'Credenciales de su cuenta: profile:NOMBRE o ARN de un rol'),
  },
};
export const STOP_FLAGS: Readonly<Record<string, Flag>> = {
  'clear-stop-protection': {
    kind: 'boolean',
    brief: text(
      'Take stop protection off first, if it is on (undo puts it back)',
      'Quitar antes la protección contra la detención, si está puesta (al deshacer vuelve)',
    ),
  },
  'skip-os-shutdown': {
    kind: 'boolean',
    brief: text(
      'Pull the plug: no shutdown scripts run, the file system stays dirty (default: the guest shuts down, its scripts run)',
      'Cortar la corriente: no corren scripts de apagado, el sistema de archivos queda sin cerrar (por defecto: el sistema se apaga y corren)',
    ),
  },
};
/** The account and region where examination happens, when it is not the incident's own. */
export const FORENSIC_PLACE: Readonly<Record<string, Flag>> = {
  forensic: {
    kind: 'string',
    placeholder: 'CREDENTIALS',
    brief: text('Work in the forensic account: profile:NAME or a role ARN', 'Trabajar en la cuenta forense: profile:NOMBRE o el ARN de un rol'),
  },
  'forensic-region': {
    kind: 'string',
    placeholder: 'REGION',
    brief: text('Its region (default: the instance’s)', 'Su región (por defecto: la de la instancia)'),
  },
};
export const WORKSTATION: Readonly<Record<string, Flag>> = {
  workstation: { kind: 'string', placeholder: 'INSTANCE', brief: text('The forensic workstation: id or Name tag', 'La estación forense: id o etiqueta Name') },
  analyst: {
    kind: 'string',
    placeholder: 'NAME',
    brief: text(
      'Whose working copy: each analyst has a volume of his own (default: the responder)',
      'De quién es la copia de trabajo: un volumen por analista (por defecto: quien responde)',
    ),
  },
  ...FORENSIC_PLACE,
};
const FORENSIC_KEY: Flag = {
  kind: 'string',
  placeholder: 'KEY',
  brief: text('The case’s own KMS key: id, alias or ARN', 'La clave KMS propia del caso: id, alias o ARN'),
};
export const VOLUME_FLAGS: Readonly<Record<string, Flag>> = {
  ...WORKSTATION,
  all: { kind: 'boolean', brief: text('Every volume of the instance, not only the root', 'Todos los volúmenes de la instancia, no solo el raíz') },
  'kms-key-id': { kind: 'string', placeholder: 'KEY', brief: text('Encrypt the copy under this KMS key', 'Cifrar la copia con esta clave de KMS') },
  'forensic-key': FORENSIC_KEY,
  initialise: {
    kind: 'string',
    placeholder: 'RATE',
    brief: text(
      'Have AWS load the volume whole at 100 to 300 MiB/s, for a charge by the GiB (default: blocks come when first read)',
      'Que AWS cargue el volumen entero a 100-300 MiB/s, cobrado por GiB (por defecto: los bloques llegan al leerlos)',
    ),
  },
};
export const WORKSTATION_FLAGS: Readonly<Record<string, Flag>> = {
  'workstation-image': {
    kind: 'string',
    placeholder: 'IMAGE',
    brief: text(
      'Your forensics distribution: AMI id or SSM parameter; it needs the SSM Agent (default: Amazon Linux 2023)',
      'Su distribución forense: id de AMI o parámetro de SSM; necesita el agente de SSM (por defecto: Amazon Linux 2023)',
    ),
  },
  'workstation-type': { kind: 'string', placeholder: 'TYPE', brief: text('Instance type (default: m5.large)', 'Tipo de instancia (por defecto: m5.large)') },
  'zone-of': {
    kind: 'string',
    placeholder: 'ID',
    brief: text('Build it in the zone of this volume (a snapshot is in none)', 'Construirla en la zona de este volumen (una instantánea no está en ninguna)'),
  },
  'forensic-key': FORENSIC_KEY,
  ...FORENSIC_PLACE,
};
export const EXAMINE_FLAGS: Readonly<Record<string, Flag>> = {
  ...WORKSTATION,
  all: { kind: 'boolean', brief: text('Every snapshot of the case, not only the root’s', 'Todas las instantáneas del caso, no solo la raíz') },
  snapshot: { kind: 'string', placeholder: 'ID', brief: text('This snapshot', 'Esta instantánea') },
};
