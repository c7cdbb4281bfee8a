/** What Prometheus may know of the service. */

import { collectDefaultMetrics, Counter, Gauge, Histogram, Registry } from 'prom-client';

/** The instruments. */
export interface ServiceMetrics {
  /** Counts a response. @param route as it was declared, not as it was asked for */
  countResponse(route: string, status: number, seconds: number): void;
  /** Counts a batch that went to a thread. */
  countBatch(boards: number): void;
  /** Counts what a model read and wrote. */
  countTokens(model: string, read: number, written: number): void;
  readonly contentType: string;
  /** Everything in Prometheus' text format. */
  write(): Promise<string>;
}

/** What is looked at when somebody asks. */
export interface Levels {
  readonly inside: () => number;
  readonly waiting: () => number;
  readonly threads: () => number;
}

/** What answers, as labels. */
export interface BuildInfo extends Record<string, string> {
  readonly version: string;
  readonly onnxruntime: string;
  readonly device: string;
}

/** Makes the instruments, those of the process and its event loop among them. */
export function createServiceMetrics(
  { inside, waiting, threads }: Levels,
  build: BuildInfo,
): ServiceMetrics {
  const registers = [new Registry()];
  collectDefaultMetrics({ register: registers[0]! });
  const responses = new Histogram({
    name: 'lifegpt_response_seconds',
    help: 'Time from a request to its response',
    labelNames: ['route', 'status'],
    buckets: [0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30],
    registers,
  });
  const batches = new Histogram({
    name: 'lifegpt_batch_boards',
    help: 'Boards that went through the model together',
    buckets: [1, 2, 4, 8, 16, 32, 64],
    registers,
  });
  const boards = new Counter({
    name: 'lifegpt_boards_total',
    help: 'Boards that went through the model',
    registers,
  });
  const [promptTokens, answerTokens] = (
    [
      ['lifegpt_prompt_tokens_total', 'Tokens that were read'],
      ['lifegpt_completion_tokens_total', 'Tokens that were written'],
    ] as const
  ).map(([name, help]) => new Counter({ name, help, labelNames: ['model'], registers }));
  new Gauge({
    name: 'lifegpt_build_info',
    help: 'What answers; its value is always 1',
    labelNames: ['version', 'onnxruntime', 'device'],
    registers,
  }).set(build, 1);
  for (const [name, help, read] of [
    ['lifegpt_boards_inside', 'Boards of requests that were let in', inside],
    ['lifegpt_boards_waiting', 'Boards that wait for a thread', waiting],
    ['lifegpt_inference_threads', 'Inference threads that are alive', threads],
  ] as const) {
    void new Gauge({
      name,
      help,
      registers,
      collect() {
        this.set(read());
      },
    });
  }
  return {
    countResponse: (route, status, seconds) => responses.observe({ route, status }, seconds),
    countBatch(count) {
      batches.observe(count);
      boards.inc(count);
    },
    countTokens(model, read, written) {
      promptTokens!.inc({ model }, read);
      answerTokens!.inc({ model }, written);
    },
    contentType: registers[0]!.contentType,
    write: () => registers[0]!.metrics(),
  };
}
