import { UseInterceptors, UsePipes } from '@nestjs/common';
import {
  ConnectedSocket,
  MessageBody,
  type OnGatewayDisconnect,
  SubscribeMessage,
  WebSocketGateway,
  WebSocketServer,
} from '@nestjs/websockets';
import type { Ack, PositionPoint } from '@qc/contracts';
import type { Actor } from '../auth/actor';
import { actorOf, type LiveServer, type LiveSocket } from '../orders/live-socket';
import { rooms } from '../orders/rooms';
import { validation } from '../platform/http/validation';
import { Acknowledgements } from '../platform/realtime/acknowledgements';
import { Absences } from './absences';
import { PositionPointDto } from './delivery.dto';
import { PositionsService } from './positions.service';

/** Positions in, and out to those who may see them: admins always, an order's parties while it is the one being driven to. */
@WebSocketGateway()
@UseInterceptors(Acknowledgements)
@UsePipes(validation)
export class DeliveryGateway implements OnGatewayDisconnect<LiveSocket> {
  @WebSocketServer() private readonly server!: LiveServer;

  constructor(
    private readonly positions: PositionsService,
    private readonly absences: Absences,
  ) {}

  handleDisconnect(socket: LiveSocket): void {
    const { actor } = socket.data;
    if (actor?.role !== 'partner') return;
    // of all processes, by their ids: what else is known of a socket does not travel
    const { adapter } = this.server.of('/');
    const room = new Set([rooms.user(actor.id)]);
    this.absences.begin(actor.id, async () => (await adapter.sockets(room)).size > 0);
  }

  @SubscribeMessage('partnerLocation')
  async partnerLocation(@ConnectedSocket() socket: LiveSocket, @MessageBody() point: PositionPointDto): Promise<Ack> {
    await this.record(actorOf(socket), [point]);
    return { ok: true };
  }

  async record(partner: Actor, points: readonly PositionPoint[]): Promise<void> {
    const update = await this.positions.record(partner, points);
    if (!update) return;
    const { position, order } = update;
    const readers = ['customer', 'partner', 'admin'] as const;
    const parties = order ? readers.map((reader) => rooms.order(order.id, reader)) : [];
    if (order?.pickedUp) parties.push(rooms.order(order.id, 'public'));
    this.server.to([rooms.admins, ...parties]).emit('partnerLocation', position);
  }
}
