// Hocuspocus with its defaults, keeping documents in memory only.
const { Server } = await import('@hocuspocus/server');

const server = new Server({ port: Number(process.env.PORT), address: '127.0.0.1', quiet: true });
await server.listen();
