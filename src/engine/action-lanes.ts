import PQueue from 'p-queue';
import { monotonicMs } from '../base/clock.ts';
import type { ActionNode } from '../graph/action-graph.ts';
import { PoolGate } from './pool-gate.ts';

export interface LaneOptions {
  /** How many are looked at at once. */
  readonly width: number;
  readonly pools: Readonly<Record<string, number>>;
  /** Takes what is to be performed next; undefined: nothing for now. */
  readonly take: () => number | undefined;
  readonly node: (index: number) => ActionNode;
  readonly perform: (node: ActionNode, index: number) => Promise<void>;
  readonly trouble: (node: ActionNode, index: number, error: unknown) => void;
  /** Nothing is being performed, for now or for ever. */
  readonly idle: () => void;
}

/** Performs what is ready, so many at once, until nothing more is. */
export class ActionLanes {
  readonly #options: LaneOptions;
  readonly #queue: PQueue;
  readonly #pools: PoolGate;
  #turnDue = 0;

  constructor(options: LaneOptions) {
    this.#options = options;
    this.#queue = new PQueue({ concurrency: options.width });
    this.#queue.on('next', () => this.#goOn());
    this.#pools = new PoolGate(options.pools);
  }

  pump(): void {
    while (this.#queue.size + this.#queue.pending < this.#options.width) {
      const index = this.#options.take();
      if (index === undefined) break;
      this.#start(index);
    }
    this.tellIfIdle();
  }

  tellIfIdle(): void {
    if (this.#queue.size + this.#queue.pending === 0 && !this.#pools.busy) this.#options.idle();
  }

  /** Straight on, as a turn of the event loop costs as much as putting a file back; but interrupts and the screen get theirs. */
  #goOn(): void {
    if (monotonicMs() < this.#turnDue) this.pump();
    else
      setImmediate(() => {
        this.#turnDue = monotonicMs() + TURN_MS;
        this.pump();
      });
  }

  #start(index: number): void {
    const { perform, trouble } = this.#options;
    const node = this.#options.node(index);
    this.#pools.enter(node.decl.pool, (leave) => {
      void this.#queue.add(async () => {
        try {
          await perform(node, index);
        } catch (error) {
          trouble(node, index, error);
        } finally {
          leave();
        }
      });
    });
  }
}

const TURN_MS = 8;
