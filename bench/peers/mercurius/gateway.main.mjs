// Plain JavaScript: its packages are in the package.json beside it, and the project's type check must not need them.
import mercuriusGateway from '@mercuriusjs/gateway';
import Fastify from 'fastify';

const { PORT, SUBGRAPH_URLS = '' } = process.env;
const services = SUBGRAPH_URLS.split(',').map((pair) => {
  const [name = '', url = ''] = pair.split(/=(.*)/);
  return { name, url };
});

let calls = 0;

const app = Fastify();
// It reads what the subgraphs say of themselves, and no supergraph.
app.register(mercuriusGateway, { gateway: { services }, jit: 1 });
app.get('/subgraph-calls', async () => calls);
await app.ready();
app.graphqlGateway.addHook('preGatewayExecution', async () => {
  calls += 1;
});
await app.listen({ port: Number(PORT), host: '127.0.0.1' });
