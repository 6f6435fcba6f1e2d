import { type DynamicModule, Global, Module } from '@nestjs/common';
import { APP_FILTER, APP_INTERCEPTOR } from '@nestjs/core';
import { MongooseModule } from '@nestjs/mongoose';
import { Chores } from './chores';
import { Clock } from './clock';
import { Env } from './env';
import { FieldEncryption } from './field-encryption';
import { HealthController } from './health/health.controller';
import { EtagInterceptor } from './http/etag.interceptor';
import { KnownQuery } from './http/known-query';
import { ProblemFilter } from './http/problem.filter';
import { Lifecycle } from './lifecycle';
import { RateStore } from './limits/rate-store';
import { Metrics } from './metrics/metrics';
import { MetricsController } from './metrics/metrics.controller';
import { endWritesOfClosedConnections } from './mongo/driver-close';
import { Lease, LeaseSchema } from './mongo/lease.schema';
import { Leases } from './mongo/leases';
import { Transactions } from './mongo/transactions';
import { LiveSockets } from './realtime/live-sockets';
import { Redis } from './redis/redis';

endWritesOfClosedConnections();

/** What every other module stands on; knows no order. */
@Global()
@Module({})
export class PlatformModule {
  static with(env: Env): DynamicModule {
    return {
      module: PlatformModule,
      imports: [
        MongooseModule.forRoot(env.MONGODB_URI!, {
          // money, stock and assignment rest on majority reads and writes
          writeConcern: { w: 'majority' },
          readConcern: { level: 'majority' },
          maxPoolSize: 50,
          // who waits for a new primary asks again: what a request may take in all is bounded by the transaction
          serverSelectionTimeoutMS: 5000,
          // a network that swallows everything is found out within ten seconds, and whoever waits on it is told
          connectTimeoutMS: 5000,
          heartbeatFrequencyMS: 5000,
          socketTimeoutMS: 30_000,
          retryAttempts: 3,
          retryDelay: 1000,
          // the start does both, and says which indexes it waits for
          autoCreate: false,
          autoIndex: false,
        }),
        MongooseModule.forFeature([{ name: Lease.name, schema: LeaseSchema }]),
      ],
      controllers: [HealthController, MetricsController],
      providers: [
        { provide: Env, useValue: env },
        Clock,
        Transactions,
        Leases,
        Chores,
        Redis,
        RateStore,
        Metrics,
        Lifecycle,
        LiveSockets,
        { provide: FieldEncryption, useFactory: () => new FieldEncryption(env.FIELD_KEYS!) },
        { provide: APP_FILTER, useClass: ProblemFilter },
        { provide: APP_INTERCEPTOR, useClass: KnownQuery },
        { provide: APP_INTERCEPTOR, useClass: EtagInterceptor },
      ],
      exports: [
        Env,
        Clock,
        Transactions,
        Leases,
        Chores,
        Redis,
        RateStore,
        Metrics,
        Lifecycle,
        LiveSockets,
        FieldEncryption,
      ],
    };
  }
}
