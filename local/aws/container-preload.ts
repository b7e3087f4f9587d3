// Loaded into every container process before its entry point: a container must not outlive the process that started it.
const stopTimeoutMs = Number(new URL(import.meta.url).searchParams.get('stopTimeoutMs') ?? 30_000);

process.once('disconnect', () => {
  setTimeout(() => process.kill(process.pid, 'SIGKILL'), stopTimeoutMs).unref();
  process.kill(process.pid, 'SIGTERM');
});
// Only watches: the channel keeps no process alive.
process.channel?.unref();
