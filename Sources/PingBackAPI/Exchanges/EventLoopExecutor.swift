import NIOCore

/// Runs tasks on the event loop of their connections, between its reads and writes.
///
/// A lane does little between an answer and the next request. On the threads of the cooperative pool that little costs
/// less than waking one of them, and waking the event loop again; here it costs neither, and the lanes whose answers
/// came together ask for their commits together. Nothing that a lane calls blocks: files and SQLite have queues of
/// their own.
final class EventLoopExecutor: TaskExecutor {
    private let loop: any EventLoop

    init(_ loop: any EventLoop) { self.loop = loop }

    func enqueue(_ job: consuming ExecutorJob) {
        let job = UnownedJob(job)
        loop.execute { job.runSynchronously(on: self.asUnownedTaskExecutor()) }
    }
}
