import NIOCore

/// Runs tasks on an event loop's thread.
///
/// A connection's task then reads, decides and writes where the connection lives: nothing is handed from thread to
/// thread but what it waits for from elsewhere.
public final class EventLoopExecutor: TaskExecutor {
    private let loop: any EventLoop

    public init(_ loop: any EventLoop) {
        self.loop = loop
    }

    public func enqueue(_ job: consuming ExecutorJob) {
        let job = UnownedJob(job)
        loop.execute { [self] in job.runSynchronously(on: asUnownedTaskExecutor()) }
    }
}
