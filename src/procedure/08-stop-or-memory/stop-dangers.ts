import { type Text, text } from '../../kernel/index.ts';
import type { Stopping, StoreVolume } from './stop-reading.ts';

export const listStore = (volumes: readonly StoreVolume[]): string =>
  volumes.map((one) => `${one.name} (${one.size} GB${one.type && ` ${one.type}`})`).join(', ');

/** What a stop costs, each in one sentence, for somebody who must decide now. */
export function dangers(seen: Stopping): Text[] {
  const { instanceStore, scaling } = seen;
  const list = [
    text('The memory (RAM) is lost for good: processes, connections, keys.', 'La memoria (RAM) se pierde para siempre: procesos, conexiones, claves.'),
    seen.skipOsShutdown
      ? text(
          'The power is cut: no shutdown scripts run, so the attacker’s cannot clean up, but what was not yet written is lost and the file system stays dirty.',
          'Se corta la corriente: no corren scripts de apagado, tampoco los del atacante, pero se pierde lo no escrito y el sistema de archivos queda sin cerrar.',
        )
      : text(
          'The guest shuts down: buffers are written and the file system is closed, but shutdown scripts run, the attacker’s too.',
          'El sistema se apaga: se escriben los búferes y se cierra el sistema de archivos, pero corren los scripts de apagado, también los del atacante.',
        ),
  ];
  if (instanceStore === null)
    list.push(
      text(
        'Everything on instance store is lost, if there is any: EC2 would not say.',
        'Se pierde todo lo que haya en el almacén de instancia: EC2 no dice si lo hay.',
      ),
    );
  else if (instanceStore.length > 0)
    list.push(
      text(
        `Instance-store volumes are erased for good and are in no snapshot: ${listStore(instanceStore)}.`,
        `Los volúmenes de almacén de instancia se borran para siempre y no están en ninguna instantánea: ${listStore(instanceStore)}.`,
      ),
    );
  if (seen.canHibernate)
    list.push(
      text(
        'It was set up for hibernation, which would keep its memory by writing it over the root volume; this plain stop does not.',
        'Está preparada para hibernar, lo que conservaría la memoria escribiéndola en el volumen raíz; esta detención simple no lo hace.',
      ),
    );
  if (seen.automaticAddress)
    list.push(
      text(
        `The public address ${seen.automaticAddress} is given up and does not come back.`,
        `Se pierde la dirección pública ${seen.automaticAddress} y no vuelve.`,
      ),
    );
  if (scaling?.terminates)
    list.push(
      text(
        `Auto Scaling would TERMINATE it: it is ${scaling.lifecycle ?? 'perhaps in service'} in the group ${scaling.group}, and a stopped member counts as unhealthy. Take it out first: aplomb isolate (leave-auto-scaling).`,
        `Auto Scaling la TERMINARÍA: está ${scaling.lifecycle ?? 'quizá en servicio'} en el grupo ${scaling.group}, y un miembro detenido cuenta como averiado. Sáquela antes: aplomb isolate (leave-auto-scaling).`,
      ),
    );
  else if (scaling)
    list.push(
      text(
        `It belongs to the Auto Scaling group ${scaling.group} (${scaling.lifecycle}), which leaves it alone as things are; do not resume the group’s processes while it is stopped.`,
        `Pertenece al grupo de Auto Scaling ${scaling.group} (${scaling.lifecycle}), que tal como está no la toca; no reanude los procesos del grupo mientras siga detenida.`,
      ),
    );
  if (seen.spotRequest)
    list.push(
      text(
        `It is a Spot instance: cancelling its persistent request ${seen.spotRequest} while it is stopped terminates it.`,
        `Es una instancia Spot: cancelar su solicitud persistente ${seen.spotRequest} mientras está detenida la termina.`,
      ),
    );
  for (const event of seen.events)
    list.push(
      text(
        `AWS has scheduled ${event.code} from ${event.notBefore}: started again, it moves to another host, and after a retirement date AWS stops it by itself.`,
        `AWS ha programado ${event.code} desde ${event.notBefore}: al arrancar pasa a otro anfitrión, y tras la fecha de retirada AWS la detiene por su cuenta.`,
      ),
    );
  return list;
}
