import Dispatch
import Synchronization

/// Runs what is asynchronous on the thread of its caller, who waits for it: libFuzzer follows one thread, and knows no other
/// way to be told that an input was read.
final class CallersThread: TaskExecutor {
    private let jobs = Mutex<[UnownedJob]>([])
    private let arrivals = DispatchSemaphore(value: 0)

    func enqueue(_ job: consuming ExecutorJob) {
        let job = UnownedJob(job)
        jobs.withLock { $0.append(job) }
        arrivals.signal()
    }

    func run(_ body: @escaping @Sendable () async -> Void) {
        let isDone = Flag()
        Task(executorPreference: self) {
            await body()
            isDone.raise()
        }
        while !isDone.isRaised {
            arrivals.wait()
            jobs.withLock { $0.removeFirst() }.runSynchronously(on: asUnownedTaskExecutor())
        }
    }

    private final class Flag: Sendable {
        private let value = Atomic(false)
        var isRaised: Bool { value.load(ordering: .acquiring) }
        func raise() { value.store(true, ordering: .releasing) }
    }
}
