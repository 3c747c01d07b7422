// In the worker: what was saved goes out once there is a signal, also when no page is open any more.
import {flush} from './flush.js';
import * as outbox from './outbox.js';

self.addEventListener('sync', (event) => /** @type {any} */ (event).waitUntil(deliver()));

/** Fails while something waits, so that the browser tries again. */
async function deliver() {
  await flush();
  const user = await outbox.recall('user');
  const [waiting = 0, photos = 0] = user ? await outbox.count(user.id, 'waiting', 'photos') : [];
  if (waiting + photos) throw new Error(`${waiting + photos} still wait`);
}
