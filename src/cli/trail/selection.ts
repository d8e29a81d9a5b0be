import { text } from '../../kernel/index.ts';
import { conditionOf } from '../../trail/search/index.ts';
import type { TrailStore } from '../../trail/store/open.ts';
import { type Condition, every, type Selection, select } from '../../trail/timeline/index.ts';
import { type Flag, list, string, type Values } from '../spec.ts';

/** Options that say which events are meant; several of one are any of them, several kinds are all of them. */
export const SELECTION: Readonly<Record<string, Flag>> = {
  key: {
    kind: 'list',
    placeholder: 'ID',
    brief: text('Access key id: what it did, and the call that gave it out', 'Id de clave de acceso: lo que hizo y la llamada que la entregó'),
  },
  principal: { kind: 'list', placeholder: 'ARN', brief: text('Role, user or service; a bare name will do', 'Rol, usuario o servicio; basta el nombre') },
  ip: { kind: 'list', placeholder: 'ADDRESS', brief: text('Address, or a range such as 198.51.100.0/24', 'Dirección, o un rango como 198.51.100.0/24') },
  session: { kind: 'list', placeholder: 'NAME', brief: text('Session name or ARN', 'Nombre o ARN de sesión') },
  api: { kind: 'list', placeholder: 'API', brief: text('iam:CreateUser, iam:*, CreateUser', 'iam:CreateUser, iam:*, CreateUser') },
  account: { kind: 'list', placeholder: 'ID', brief: text('Account', 'Cuenta') },
  'in-region': { kind: 'list', placeholder: 'NAME', brief: text('AWS Region of the event', 'Región de AWS del evento') },
  since: { kind: 'string', placeholder: 'TIME', brief: text('From this UTC time', 'Desde esta hora UTC') },
  until: {
    kind: 'string',
    placeholder: 'TIME',
    brief: text('Before this UTC time; a date takes in that day', 'Antes de esta hora UTC; una fecha incluye ese día'),
  },
  find: { kind: 'list', placeholder: 'FIELD=VALUE', brief: text('Further comparisons, as in trail search', 'Más comparaciones, como en trail search') },
};

/** The condition over `events` that the options mean. */
export async function selectionOf(store: TrailStore, values: Values): Promise<Condition> {
  const many = (name: string): { readonly [key: string]: readonly string[] } =>
    list(values, name).length > 0 ? { [name === 'ip' ? 'address' : name === 'in-region' ? 'region' : name]: list(values, name) } : {};
  const one = (name: 'since' | 'until'): Partial<Selection> => (string(values, name) === undefined ? {} : { [name]: string(values, name)! });
  const selection: Selection = {
    ...many('key'),
    ...many('principal'),
    ...many('ip'),
    ...many('session'),
    ...many('api'),
    ...many('account'),
    ...many('in-region'),
    ...one('since'),
    ...one('until'),
  };
  const find = list(values, 'find');
  return every([select(selection), ...(find.length > 0 ? [await conditionOf(store, { fields: find })] : [])]);
}
