/** One client process. Takes orders from the bench and answers them. */
import { Crowd } from './crowd.ts';
import { IdleCrowd } from './idle-crowd.ts';
import type { AnswerMessage, Answers, Order, OrderMessage, Orders } from './orders.ts';

let crowd = new Crowd();
let idle: IdleCrowd | null = null;

async function carryOut({ order, details }: OrderMessage): Promise<Answers[Order]> {
  switch (order) {
    case 'join':
      await crowd.join(details as Orders['join']);
      return null;
    case 'write':
      crowd.write(details as Orders['write']);
      return null;
    case 'mark':
      return crowd.mark();
    case 'stop':
      return crowd.stop();
    case 'leave':
      crowd.leave();
      crowd = new Crowd();
      idle?.leave();
      idle = null;
      return null;
    case 'idle':
      idle = new IdleCrowd(details as Orders['idle']);
      return idle.join();
  }
}

const answer = (message: AnswerMessage): void => void process.send?.(message);

process.on('message', (message: OrderMessage) => {
  carryOut(message).then(
    (result) => answer({ id: message.id, answer: result }),
    (error: unknown) => answer({ id: message.id, error: error instanceof Error ? (error.stack ?? '') : String(error) }),
  );
});
process.on('disconnect', () => process.exit());
