import { createServer } from 'node:http';

/*
 * A backend that tells what it was asked, as one line of JSON. Run it as `node tiny-backend.ts NAME ADDRESS PORT`.
 *   /hang-up/NAME   NAME closes the connection without an answer
 *   /refuse/NAME    NAME answers 503
 *   Upgrade         answers 101, says its name, sends back what it hears
 */
const [name = '', address = '', port = ''] = process.argv.slice(2);
let connections = 0;
const numbers = new WeakMap<object, number>();

const server = createServer((request, response) => {
  if (request.url === `/hang-up/${name}`) {
    request.socket.destroy();
    return;
  }
  request.resume();
  request.on('end', () => {
    response.statusCode = request.url === `/refuse/${name}` ? 503 : 200;
    response.setHeader('Content-Type', 'application/json');
    response.setHeader('Evenkeel-Balancer', 'a lie');
    const { method, url, headers } = request;
    response.end(`${JSON.stringify({ name, method, url, headers, connection: numbers.get(request.socket) })}\n`);
  });
});
server.on('connection', (socket) => numbers.set(socket, (connections += 1)));
server.on('upgrade', (request, socket) => {
  socket.write(
    `HTTP/1.1 101 Switching Protocols\r\nUpgrade: ${request.headers.upgrade}\r\nConnection: Upgrade\r\n\r\nhere is ${name}\n`,
  );
  socket.on('error', () => socket.destroy());
  socket.on('data', (chunk: Buffer) => socket.end(`${name} heard ${chunk.toString()}`));
});
server.listen(Number(port), address, () => process.stdout.write('ready\n'));
