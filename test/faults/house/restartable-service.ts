import { type ServiceProcess, startServiceProcess } from '../../support/service-processes.ts';

/** A service whose process can be ended, and followed by another one with the same configuration. */
export interface RestartableService extends AsyncDisposable {
  url(): string;
  adminUrl(): string;
  kill(signal: NodeJS.Signals): void;
  /** Sends the signal. @returns the exit code; null when the signal ended it */
  end(signal: NodeJS.Signals): Promise<number | null>;
  /** Starts the next process. The one before it is left as it is: ended, or asked to by {@link replace}. */
  start(): Promise<void>;
  /** As an orchestrator does: the next process is started, then requests go there, then the old one is told to stop. */
  replace(): Promise<void>;
}

export async function startRestartableService(options: {
  main: string;
  environment: Readonly<Record<string, string>>;
  /** Hears where each process listens, before it has anything to do. */
  onStarted?: (url: string) => void;
  /** Hears every line that a process prints. */
  onLine?: (line: string) => void;
}): Promise<RestartableService> {
  const { main, environment, onStarted = () => {}, onLine } = options;
  const startProcess = async () => {
    const started = await startServiceProcess(main, environment, onLine);
    onStarted(started.url);
    return started;
  };
  const processes: ServiceProcess[] = [];
  let current = await startProcess();
  processes.push(current);
  const start = async () => {
    current = await startProcess();
    processes.push(current);
  };
  const endOf = async (service: ServiceProcess, signal: NodeJS.Signals) => {
    service.kill(signal);
    return service.exit;
  };
  return {
    url: () => current.url,
    adminUrl: () => current.adminUrl,
    kill: (signal) => current.kill(signal),
    end: (signal) => endOf(current, signal),
    start,
    async replace() {
      const old = current;
      await start();
      const code = await endOf(old, 'SIGTERM');
      if (code !== 0) throw new Error(`${main} was told to stop and ended with ${code}`);
    },
    async [Symbol.asyncDispose]() {
      for (const started of processes) await started[Symbol.asyncDispose]();
    },
  };
}
