import { installPeers } from '../peers/install.ts';
import type { Bench } from '../questions/question.ts';
import { startGateway } from './gateway.ts';
import { type PeerProgram, startPeerGateway } from './peer-gateway.ts';
import type { Services } from './services.ts';
import type { System } from './system.ts';

/** A gateway that a question may measure: ours with what differs from its defaults, or somebody else's. */
export type GatewayChoice = {
  /** What `--systems` calls it. */
  readonly id: string;
  /** What tables call it. */
  readonly name: string;
} & ({ readonly env: Readonly<Record<string, string>> } | { readonly program: PeerProgram });

/** Ours as it answers what nobody keeps. */
export const ours: GatewayChoice = { id: 'ours', name: 'ours, cache off', env: { CACHE: 'off' } };
export const stock: GatewayChoice = { id: 'stock', name: 'stock gateway', program: 'stock-uncached' };
export const hive: GatewayChoice = { id: 'hive', name: 'Hive Gateway', program: 'hive' };

export type Systems = AsyncDisposable & { readonly all: readonly System[] };

/** Those that are wanted, each in a process of its own. */
export async function startGateways(
  { folder, say, wantsSystem, options: { signal } }: Bench,
  subgraphs: Services,
  choices: readonly GatewayChoice[],
): Promise<Systems> {
  await using starting = new AsyncDisposableStack();
  const all: System[] = [];
  for (const { id, name, ...choice } of choices.filter((choice) => wantsSystem(choice.id))) {
    const common = { id, name, subgraphs, folder, signal };
    if ('program' in choice) await installPeers(say);
    const gateway = starting.use(
      'program' in choice
        ? await startPeerGateway({ ...common, program: choice.program })
        : await startGateway({ ...common, env: choice.env }),
    );
    all.push(gateway);
  }
  const stack = starting.move();
  return { all, [Symbol.asyncDispose]: () => stack.disposeAsync() };
}
