import { Inject, Injectable, Logger } from '@nestjs/common';
import { AccountsService } from '../auth/accounts.service';
import { ProductsRepository } from '../catalog/products.repository';
import { StoresRepository } from '../catalog/stores.repository';
import { Env } from '../platform/env';
import { Problem } from '../platform/http/problem';
import { Leases } from '../platform/mongo/leases';
import { Transactions } from '../platform/mongo/transactions';
import { StartupError } from '../platform/startup-error';
import { normalizeEmail } from '../users/email-address';
import { UsersRepository } from '../users/users.repository';
import { DEMO_ACCOUNTS, demoProducts, demoStore, firstStore } from './demo-shop';

/** Seconds after which another process takes over from one that died over it. */
const TURN = 5;

/** What a database needs before anybody can use it: the first admin, and outside production a shop to play with. */
@Injectable()
export class FirstData {
  private readonly logger = new Logger(FirstData.name);

  constructor(
    private readonly users: UsersRepository,
    private readonly accounts: AccountsService,
    private readonly stores: StoresRepository,
    private readonly products: ProductsRepository,
    private readonly transactions: Transactions,
    private readonly leases: Leases,
    @Inject(Env) private readonly env: Env,
  ) {}

  /** One process after the other. Repeatable: a start that was cut off in the middle is finished by the next one. */
  ensure(): Promise<void> {
    return this.leases.during('first data', TURN, () => this.fill());
  }

  private async fill(): Promise<void> {
    await (this.env.production ? this.ensureStore() : this.ensureDemo());
    const { ADMIN_EMAIL, ADMIN_PASSWORD } = this.env;
    if (ADMIN_EMAIL && ADMIN_PASSWORD) {
      await this.ensureAccount({
        email: normalizeEmail(ADMIN_EMAIL),
        password: ADMIN_PASSWORD,
        role: 'admin',
        profile: { firstName: 'Admin' },
      });
    }
  }

  /** Without a store there would be nothing for an admin to set up. */
  private async ensureStore(): Promise<void> {
    const [store] = await this.stores.all();
    if (!store) await this.stores.insert(firstStore());
  }

  /** The last demo account is the mark that the demo is whole: a database with other accounts in it is left alone. */
  private async ensureDemo(): Promise<void> {
    const [store] = await this.stores.all();
    if (store && (await this.users.byEmail(DEMO_ACCOUNTS.at(-1)!.email))) return;
    if (!store && !(await this.users.isEmpty())) return;
    this.logger.log('filling the empty database with the demo shop');
    const shop = store ?? demoStore();
    if (!store) {
      await this.transactions.run(async (session) => {
        await this.stores.insert(shop, session);
        await this.products.insert(demoProducts(shop._id), session);
      });
    }
    for (const account of DEMO_ACCOUNTS) await this.ensureAccount(account);
  }

  private async ensureAccount(account: (typeof DEMO_ACCOUNTS)[number]): Promise<void> {
    if (await this.users.byEmail(account.email)) return;
    await this.accounts.create(account).catch((error: unknown) => {
      if (!(error instanceof Problem)) throw error;
      if (error.code === 'VALIDATION_FAILED') throw new StartupError(`ADMIN_PASSWORD: ${error.detail}`);
      // another process of the same start was quicker
      if (error.code !== 'EMAIL_TAKEN') throw error;
    });
  }
}
