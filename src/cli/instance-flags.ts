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
  'detect-ip': { kind: 'boolean', brief: text('Ask checkip.amazonaws.com for your public address', 'Preguntar su dirección pública a checkip.amazonaws.com') },
};
export const TAG_FLAGS: Readonly<Record<string, Flag>> = {
  ...REFERENCE,
  'classic-tag': { kind: 'boolean', brief: text('Also set Environment=Quarantine:<reference>', 'Poner también Environment=Quarantine:<referencia>') },
};
export const STOP_FLAGS: Readonly<Record<string, Flag>> = {
  'clear-stop-protection': {
    kind: 'boolean',
    brief: text('Take stop protection off first, if it is on', 'Quitar antes la protección contra la detención, si está puesta'),
  },
  'skip-os-shutdown': {
    kind: 'boolean',
    brief: text('Pull the plug: the guest’s shutdown scripts do not run', 'Cortar la corriente: los scripts de apagado no se ejecutan'),
  },
};
export const WORKSTATION: Readonly<Record<string, Flag>> = {
  workstation: { kind: 'string', placeholder: 'INSTANCE', brief: text('The forensic workstation: id or Name tag', 'La estación forense: id o etiqueta Name') },
};
export const VOLUME_FLAGS: Readonly<Record<string, Flag>> = {
  ...WORKSTATION,
  all: { kind: 'boolean', brief: text('Every volume of the instance, not only the root', 'Todos los volúmenes de la instancia, no solo el raíz') },
  'kms-key-id': { kind: 'string', placeholder: 'KEY', brief: text('Encrypt the copy under this KMS key', 'Cifrar la copia con esta clave de KMS') },
};
export const EXAMINE_FLAGS: Readonly<Record<string, Flag>> = {
  ...WORKSTATION,
  all: { kind: 'boolean', brief: text('Every snapshot of the case, not only the root’s', 'Todas las instantáneas del caso, no solo la raíz') },
  snapshot: { kind: 'string', placeholder: 'ID', brief: text('This snapshot', 'Esta instantánea') },
};
