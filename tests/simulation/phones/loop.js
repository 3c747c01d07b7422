// One thread for all virtual phones: tasks run one at a time in the order they were asked for, each until nothing
// that it promised is left to do. No clock, no I/O: the same commands give the same order.

const drained = () => new Promise((resolve) => setImmediate(resolve));

export class Loop {
  constructor() {
    /** @type {{page: any, work: () => void}[]} */
    this.tasks = [];
  }

  /** @param {any} page @param {() => void} work */
  add(page, work) {
    this.tasks.push({page, work});
  }

  /** Runs until nothing is left; `fuel` counts the tasks of one phone until its battery is dead. @param {any} [doomed] @param {number} [fuel] */
  async run(doomed, fuel = Infinity) {
    await drained();
    for (let task = this.tasks.shift(); task; task = this.tasks.shift()) {
      if (!task.page.alive) continue;
      if (task.page.phone === doomed && (fuel -= 1) < 0) {
        doomed.kill();
        continue;
      }
      task.work();
      await drained();
      task.page.rest();
    }
  }
}
