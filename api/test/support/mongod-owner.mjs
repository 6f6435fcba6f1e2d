// A process that starts the embedded server on the folder it is given and tells its parent the address. To be killed.
import { importSource } from './import-source.mjs';

const { startEmbeddedMongod } = await importSource('platform/mongo/embedded-mongod.ts');
const { uri } = await startEmbeddedMongod({ dataDir: process.argv[2], say: () => {} });
process.send(uri);
// the server alone does not keep its process alive
process.on('message', () => {});
