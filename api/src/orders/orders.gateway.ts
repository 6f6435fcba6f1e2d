import { UseInterceptors, UsePipes } from '@nestjs/common';
import {
  ConnectedSocket,
  MessageBody,
  type OnGatewayInit,
  SubscribeMessage,
  WebSocketGateway,
  WebSocketServer,
} from '@nestjs/websockets';
import type { Ack, JoinAdminRoom, JoinedAdminRoom, JoinedOrder, JoinOrder } from '@qc/contracts';
import { IsInt, IsOptional, IsString, Matches, Min } from 'class-validator';
import type { Actor } from '../auth/actor';
import { AccessRefusals } from '../auth/access-refusals';
import { SessionEndings } from '../auth/session-endings';
import { Problem } from '../platform/http/problem';
import { validation } from '../platform/http/validation';
import { IsId } from '../platform/mongo/object-id';
import { Acknowledgements } from '../platform/realtime/acknowledgements';
import { AdminFeed } from './admin-feed';
import { actorOf, type LiveServer, type LiveSocket } from './live-socket';
import { OrderBroadcast } from './order-broadcast';
import { OrdersService } from './orders.service';
import { rooms } from './rooms';
import { SocketLimits } from './socket-limits';
import { SocketHandshake } from './socket-handshake';

class JoinOrderDto implements JoinOrder {
  @IsId() orderId!: string;
  @IsOptional() @IsInt() @Min(0) after?: number;
}

class LeaveOrderDto {
  @IsId() orderId!: string;
}

class JoinAdminRoomDto implements JoinAdminRoom {
  @IsOptional() @IsString() @Matches(/^\d{1,15}$/, { message: 'after is not a cursor of ours' }) after?: string;
}

class AuthenticateDto {
  @IsString() token!: string;
}

/** The live side of orders: authorised joins, and every event of a committed change to the rooms of those who may see it. */
@WebSocketGateway()
@UseInterceptors(Acknowledgements)
@UsePipes(validation)
export class OrdersGateway implements OnGatewayInit<LiveServer> {
  @WebSocketServer() private readonly server!: LiveServer;

  constructor(
    private readonly orders: OrdersService,
    private readonly handshake: SocketHandshake,
    private readonly broadcast: OrderBroadcast,
    private readonly adminFeed: AdminFeed,
    private readonly endings: SessionEndings,
    private readonly refusals: AccessRefusals,
    private readonly limits: SocketLimits,
  ) {}

  afterInit(server: LiveServer): void {
    server.use(this.handshake.middleware);
    this.broadcast.attach(server);
    this.endings.subscribe((sessionId) => server.in(rooms.session(sessionId)).disconnectSockets(true));
  }

  /** Authorised as `GET /orders/:id`. Joins before it reads: an event may come twice, never not at all. */
  @SubscribeMessage('joinOrder')
  async joinOrder(
    @ConnectedSocket() socket: LiveSocket,
    @MessageBody() { orderId, after }: JoinOrderDto,
  ): Promise<Ack<JoinedOrder>> {
    if (socket.data.trackedOrderId) return this.joinTracked(socket, orderId, after);
    const actor = actorOf(socket);
    await this.orders.find(actor, orderId).catch((error: unknown) => this.refuse(actor, orderId, error));
    await this.follow(socket, rooms.order(orderId, actor.role));
    return { ok: true, ...(await this.orders.catchUp(actor, orderId, after)) };
  }

  @SubscribeMessage('leaveOrder')
  async leaveOrder(@ConnectedSocket() socket: LiveSocket, @MessageBody() { orderId }: LeaveOrderDto): Promise<Ack> {
    await socket.leave(rooms.order(orderId, socket.data.actor?.role ?? 'public'));
    return { ok: true };
  }

  @SubscribeMessage('joinAdminRoom')
  async joinAdminRoom(
    @ConnectedSocket() socket: LiveSocket,
    @MessageBody() message?: JoinAdminRoomDto,
  ): Promise<Ack<JoinedAdminRoom>> {
    await socket.join(rooms.admins);
    return { ok: true, ...(await this.adminFeed.catchUp(message?.after)) };
  }

  @SubscribeMessage('leaveAdminRoom')
  async leaveAdminRoom(@ConnectedSocket() socket: LiveSocket): Promise<Ack> {
    await socket.leave(rooms.admins);
    return { ok: true };
  }

  @SubscribeMessage('authenticate')
  async authenticate(@ConnectedSocket() socket: LiveSocket, @MessageBody() { token }: AuthenticateDto): Promise<Ack> {
    await this.handshake.renew(socket, token);
    return { ok: true };
  }

  private refuse(actor: Actor, orderId: string, error: unknown): never {
    const foreign = error instanceof Problem && error.code === 'ORDER_NOT_FOUND';
    if (foreign) this.refusals.next({ actor, asked: 'joinOrder', target: { kind: 'order', id: orderId } });
    throw error;
  }

  private async joinTracked(socket: LiveSocket, orderId: string, after?: number): Promise<Ack<JoinedOrder>> {
    if (socket.data.trackedOrderId !== orderId) throw new Problem('ORDER_NOT_FOUND');
    await this.follow(socket, rooms.order(orderId, 'public'));
    return { ok: true, ...(await this.orders.catchUpTracked(orderId, after)) };
  }

  private async follow(socket: LiveSocket, room: string): Promise<void> {
    this.limits.assertMayFollow(socket, room);
    await socket.join(room);
  }
}
