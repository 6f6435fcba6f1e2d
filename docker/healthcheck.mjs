// Whether the API in this container is ready for work.
const answer = await fetch(`http://127.0.0.1:${process.env.PORT}/api/health/ready`).catch(() => undefined);
process.exit(answer?.ok ? 0 : 1);
