/** The service with each kind of store, and Ann, who has no account yet: what tests of a whole account begin with. */
import { afterEach, beforeEach, describe } from 'vitest';
import { STORE_VERSIONS, type StoreVersion } from '../server/stores.ts';
import { Member } from './member.ts';
import { ServiceServer } from './service-server.ts';

export class ServiceForAnn {
  server!: ServiceServer;
  ann!: Member;
  #dispose: () => Promise<void> = () => Promise.resolve();

  async start(open: StoreVersion['open']): Promise<void> {
    const { store, dispose } = await open();
    this.#dispose = dispose;
    this.server = await ServiceServer.start({ store });
    this.ann = new Member('ann');
  }
  async stop(): Promise<void> {
    await this.server.stop();
    await this.#dispose();
  }

  /** On the same store. */
  async restart(): Promise<void> {
    await this.server.stop();
    this.server = await ServiceServer.start({ store: this.server.store });
  }
}

/** A service of its own for each test, once with each kind of store. */
export function accountsWithEachStore(tests: (here: ServiceForAnn) => void): void {
  describe.each(STORE_VERSIONS)('accounts, with the store $name', ({ open }) => {
    const here = new ServiceForAnn();
    beforeEach(() => here.start(open));
    afterEach(() => here.stop());
    tests(here);
  });
}
